using Sweep.Engine.Measuring;
using Sweep.Recipes;

namespace Sweep.Bench.TrainingStep;

/// <summary>Training steps against PyTorch, and under each pruning method against the plain step.</summary>
internal static class TrainingBench
{
    private const int WarmUp = 2; // turns

    public static void AgainstPyTorch(Arguments arguments, Report report)
    {
        var (steps, pairs) = (arguments.Steps(20), arguments.Pairs(21, 5));
        var all = (pairs + WarmUp) * steps + 1;
        using var stages = new Stages(arguments);
        using var engine = new SteppedStage(stages, stages.Pretrain(all), all * arguments.Batch);
        using var pytorch = new PyTorchSteps(arguments);
        var times = InterleavedRuns.Take(() => pytorch.Steps(steps), () => engine.Steps(steps), WarmUp, pairs, TimeProvider.System);
        var peer = arguments.SameAllocator ? $"PyTorch {pytorch.Version} =" : $"PyTorch {pytorch.Version}";
        report.Add(Row.Of("step", arguments, "engine", peer, times, steps));
    }

    /// <summary>One update of a method's duals or masks falls into every turn, so a turn of n steps shows its cost at n steps an update.</summary>
    public static void Penalties(Arguments arguments, Report report)
    {
        var (steps, pairs) = (arguments.Steps(100), arguments.Pairs(11, 5));
        var turns = pairs + WarmUp;
        var all = turns * steps;
        var images = (all + 1) * arguments.Batch;
        using var stages = new Stages(arguments);
        var start = stages.Pretrain(1);
        stages.Run(start, arguments.Batch);
        var rank = new RankHeadsRecipe { Parent = start.Id, Data = Stages.Data, Images = arguments.Batch };
        stages.Run(rank, arguments.Batch);
        foreach (var method in arguments.Methods("gohsp", "vtp", "sgmp"))
        {
            // One step more than is asked for: the last would go on to the epoch's checkpoint.
            var training = stages.Training(all + 1);
            StageRecipe recipe = method switch
            {
                "gohsp" => new SoftPruneRecipe
                {
                    Parent = rank.Id,
                    Weights = start.Id,
                    Data = Stages.Data,
                    Training = training,
                    Sparsity = 0.4,
                    Rho = 0.01,
                    Lambda = 1e-4,
                    UpdatesPerEpoch = turns,
                },
                "vtp" => new SparseTrainRecipe { Parent = start.Id, Data = Stages.Data, Training = training, Lambda = 1e-4 },
                "sgmp" => new GradualPruneRecipe { Parent = start.Id, Data = Stages.Data, Training = training, Sparsity = 0.4, End = 1, Updates = turns },
                _ => throw new ArgumentException($"--methods must name gohsp, vtp or sgmp, but has '{method}'."),
            };
            using var plain = new SteppedStage(stages, stages.Pretrain(all + 1), images);
            using var penalized = new SteppedStage(stages, recipe, images);
            var times = InterleavedRuns.Take(() => plain.Steps(steps), () => penalized.Steps(steps), WarmUp, pairs, arguments.Clock);
            report.Add(Row.Of("penalties", arguments, method, "plain step", times, steps));
        }
    }
}
