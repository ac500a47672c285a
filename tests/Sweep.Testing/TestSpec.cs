using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Testing;

/// <summary>A small sweep over every method.</summary>
public static class TestSpec
{
    /// <param name="name">Names the experiment, and nothing else.</param>
    /// <param name="sparsities">Null for three.</param>
    /// <param name="methods">Null for all three.</param>
    public static SweepSpec Of(string name, double[]? sparsities = null, PruningMethod[]? methods = null) => new()
    {
        Name = name,
        Model = new ModelSpec { Preset = "vit-nano-28" },
        Data = new DataSpec { Name = "fashion-mnist" },
        Pretrain = new TrainingSpec { Epochs = 3 },
        Space = new SpaceSpec
        {
            Method = new SpaceAxis<PruningMethod> { Values = methods ?? [PruningMethod.Gohsp, PruningMethod.Vtp, PruningMethod.Somp] },
            Sparsity = new SpaceAxis<double> { Values = sparsities ?? [0.2, 0.4, 0.6] },
            Lambda = new SpaceAxis<double> { Values = [1e-4], When = new AxisCondition { Method = [PruningMethod.Vtp] } },
        },
        Sparsify = new TrainingSpec { Epochs = 2 },
        Finetune = new FinetuneSpec { Epochs = 2 },
        Search = new SearchSpec(),
        Objectives =
        [
            new Objective { Metric = Metric.Accuracy, Goal = Goal.Maximize },
            new Objective { Metric = Metric.Parameters, Goal = Goal.Minimize },
            new Objective { Metric = Metric.Flops, Goal = Goal.Minimize },
        ],
    };
}
