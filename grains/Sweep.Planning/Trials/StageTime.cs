using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>A device as far as it decides how long a stage takes.</summary>
/// <param name="Kind"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Threads">Of its worker, on a CPU; 0 on a GPU, where they hardly count.</param>
/// <param name="Model">What it calls itself, such as <c>NVIDIA H200</c>; null where nothing tells.</param>
public sealed record DeviceKind(string Kind, int Threads, string? Model = null)
{
    private const string Cpu = "cpu";

    /// <param name="device">For example <c>cpu</c> or <c>cuda:0</c>.</param>
    /// <param name="threads">Of its worker.</param>
    /// <param name="model">What it calls itself; null where nothing tells.</param>
    public static DeviceKind Of(string device, int threads, string? model = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        var kind = device.Split(':')[0];
        return new DeviceKind(kind, kind == Cpu ? threads : 0, model);
    }
}

/// <summary>What decides how long a stage takes for one unit of its length.</summary>
/// <param name="Class">
/// Stages of one class do the same kind of work on nets of about the same size in batches of the same size: not only their memory is
/// about the same.
/// </param>
/// <param name="Augmented">Whether images are changed by more than crops and mirroring, which a CPU may spend longer on than the net.</param>
/// <param name="Device">Where it runs.</param>
public sealed record StageWork(MemoryClass Class, bool Augmented, DeviceKind Device)
{
    /// <param name="path">From the root to the stage.</param>
    /// <param name="device">Where it runs.</param>
    public static StageWork Of(IReadOnlyList<StageRecipe> path, DeviceKind device)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new StageWork(MemoryClass.Of(path), TrainingOf(path[^1]) is { Augmentation: not null }, device);
    }

    /// <summary>
    /// The length of a stage: images that it trains on or reads, once for each time; 1 for a stage whose length is decided by its class.
    /// </summary>
    public static double Units(StageRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe switch
        {
            EvaluateRecipe evaluate => evaluate.Data.Validation + (ImagesOf(evaluate.Data)?.TestImages ?? 0),
            ScoreGroupsRecipe score => (double)score.Batches * score.Batch,
            BenchmarkRecipe benchmark => benchmark.Batches.Sum(batch => (double)batch) * (benchmark.Runs + benchmark.WarmUp),
            _ when TrainingOf(recipe) is { } training && DataOf(recipe) is { } data =>
                (double)recipe.Epochs * (training.ImagesPerEpoch ?? (ImagesOf(data)?.TrainingImages ?? data.Validation + 1) - data.Validation),
            _ => 1,
        };
    }

    /// <returns>Null for a stage that does not train.</returns>
    internal static TrainingRecipe? TrainingOf(StageRecipe recipe) => recipe switch
    {
        PretrainRecipe pretrain => pretrain.Training,
        SoftPruneRecipe soft => soft.Training,
        SparseTrainRecipe sparse => sparse.Training,
        GradualPruneRecipe gradual => gradual.Training,
        DynamicSparseRecipe dynamic => dynamic.Training,
        FineTuneRecipe tune => tune.Training,
        _ => null,
    };

    private static DataRecipe? DataOf(StageRecipe recipe) => recipe switch
    {
        PretrainRecipe pretrain => pretrain.Data,
        SoftPruneRecipe soft => soft.Data,
        SparseTrainRecipe sparse => sparse.Data,
        GradualPruneRecipe gradual => gradual.Data,
        DynamicSparseRecipe dynamic => dynamic.Data,
        FineTuneRecipe tune => tune.Data,
        _ => null,
    };

    private static ImageSet? ImagesOf(DataRecipe data) => ImageSet.Of(new DataSpec { Name = data.Name, Folder = data.Folder, ImageSize = data.ImageSize });
}

/// <summary>How long finished stages of one kind of work took. Part of the result document, so that later plans can tell their time.</summary>
public sealed record StageTime
{
    public required StageKind Kind { get; init; }

    public required StageWork Work { get; init; }

    /// <summary>Stages measured.</summary>
    public required int Stages { get; init; }

    /// <summary>Median over the stages of wall-clock seconds per <see cref="StageWork.Units"/>.</summary>
    public required double SecondsPerUnit { get; init; }
}
