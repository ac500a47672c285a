using Sweep.Engine.Models;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Models.Formats;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Pruning;

/// <summary>
/// Gradual magnitude pruning (Zhu and Gupta, arXiv 1710.01878; METHODS 3.2): at each update the mask is chosen anew by present magnitudes at
/// the sparsity the cubic schedule asks for, so what sleeps may wake; after the last update it stays.
/// </summary>
public sealed class GradualMask(GradualPruneRecipe recipe, VisionTransformer model, IGradualChoice choice) : IPenalty
{
    private const string ChoiceTensor = "gradual.choice";

    private readonly CubicSchedule _schedule = new(recipe.InitialSparsity, recipe.Sparsity, recipe.Updates);
    private readonly HeldMask _mask = new(model);

    /// <summary>At the layout's offsets, 1 where a weight is awake, else 0; null before the first update.</summary>
    public IReadOnlyList<float>? Kept => _mask.Kept;

    public void BeforeStep(TrainingMoment moment, VisionTransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var times = UpdateTimes.Between(recipe.Begin, recipe.End, recipe.Updates, moment.AllSteps);
        if (times.Due(moment.OverallStep) is { } update)
        {
            choice.Choose(model.ToNet(), _schedule.At(update));
            _mask.Set(choice.Kept());
        }
    }

    public void AddGradient(Tensor gradient, Tensor weights)
    {
    }

    public void AfterStep(VisionTransformer model) => _mask.Restore();

    public EpochRecord Describe(EpochRecord record, VisionTransformer model)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record with { Sparsity = choice.Sparsity };
    }

    public IReadOnlyList<StoredTensor> Save() => [choice.Save(ChoiceTensor)];

    public void Load(IReadOnlyDictionary<string, StoredTensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        choice.Load(state.Named(ChoiceTensor));
        _mask.Set(choice.Kept());
    }

    /// <summary>The net as a pass sees it: zeros where weights sleep.</summary>
    public Net Masked(Net net) => _mask.Masked(net);

    public void Dispose() => _mask.Dispose();
}
