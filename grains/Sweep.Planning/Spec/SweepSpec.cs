using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// A validated <c>sweep.yaml</c> with every default filled in. Two specs that mean the same are equal as canonical JSON, which is
/// itself a sweep file.
/// </summary>
public sealed record SweepSpec
{
    public string ApiVersion { get; init; } = "sweep/v1";

    /// <summary>Names the experiment: lower-case letters, digits and inner hyphens, at most 63.</summary>
    public required string Name { get; init; }

    public required ModelSpec Model { get; init; }

    public required DataSpec Data { get; init; }

    /// <summary>Training of the dense net; null where <see cref="ModelSpec.Weights"/> are it already.</summary>
    public TrainingSpec? Pretrain { get; init; }

    public required SpaceSpec Space { get; init; }

    /// <summary>Training while a method pushes structure out; null when no method of the space does.</summary>
    public TrainingSpec? Sparsify { get; init; }

    public required FinetuneSpec Finetune { get; init; }

    /// <summary>Null for the methods' defaults.</summary>
    public PruningBudget? Budget { get; init; }

    public required SearchSpec Search { get; init; }

    /// <summary>Null where every trial runs to its end.</summary>
    public StoppingSpec? Stopping { get; init; }

    /// <summary>Null where nothing but the search ends the experiment.</summary>
    public LimitsSpec? Limits { get; init; }

    /// <summary>What settings must hold, one <see cref="Constraint"/> each; null for nothing. <see cref="SettingsFilter"/> asks them.</summary>
    public IReadOnlyList<string>? Constraints { get; init; }

    public required IReadOnlyList<Objective> Objectives { get; init; }

    public GohspSpec Gohsp { get; init; } = new();

    public VtpSpec Vtp { get; init; } = new();

    public SompSpec Somp { get; init; } = new();

    public OmpSpec Omp { get; init; } = new();

    public SgmpSpec Sgmp { get; init; } = new();

    public GmpSpec Gmp { get; init; } = new();

    public TaylorSpec Taylor { get; init; } = new();

    public SspSpec Ssp { get; init; } = new();

    public S2viteSpec S2vite { get; init; } = new();

    public RandomGroupsSpec Random { get; init; } = new();

    /// <summary>Null to measure no speed.</summary>
    public BenchmarkSpec? Benchmark { get; init; }

    /// <summary>Seed of everything random in training, where the space has no seeds.</summary>
    public long Seed { get; init; }

    /// <summary>Whether equal stages are one.</summary>
    public Sharing Sharing { get; init; }

    /// <summary>Trials open at once; null for no limit of the experiment's own.</summary>
    public int? Parallelism { get; init; }

    /// <summary>Stages of a greater priority go first, whatever the shares.</summary>
    public int Priority { get; init; }

    /// <summary>This experiment's share of the devices, beside the weights of others of its priority.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Null for the defaults.</summary>
    public FailurePolicies? FailurePolicies { get; init; }
}

/// <summary>Whether trials share the stages in which they agree.</summary>
public enum Sharing
{
    /// <summary>Equal beginnings of trials, of this experiment and of others, run once.</summary>
    On,

    /// <summary>Every trial runs all of its own stages, with the same seeds and hence to the same numbers.</summary>
    Off,
}

/// <summary>The dense shape, and the weights it starts from.</summary>
public sealed record ModelSpec
{
    /// <summary>A name of <see cref="ModelPreset"/>.</summary>
    public required string Preset { get; init; }

    /// <summary>Name of a file of trained weights; null for random ones.</summary>
    public string? Weights { get; init; }

    /// <summary>SHA-256 of the file of weights, lower-case hexadecimal; there when they are.</summary>
    public string? Digest { get; init; }
}

/// <summary>The images, and how they are split; see <see cref="DataRecipe"/>.</summary>
public sealed record DataSpec
{
    /// <summary>A name of <see cref="KnownData"/>, or with <see cref="Folder"/> a name of one's own.</summary>
    public required string Name { get; init; }

    /// <summary>Images cut from the training set for validation.</summary>
    public int Validation { get; init; } = 5000;

    public long SplitSeed { get; init; }

    /// <summary>Side that images are resized to, in pixels; null for the data's own.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Evaluation of photographs: the centre crop's share of the resized shorter side; null for 0.875.</summary>
    public double? CropRatio { get; init; }

    /// <summary>Photographs in a folder; null for a registered data set.</summary>
    public ImageFolder? Folder { get; init; }

    /// <summary>SHA-256 of a folder's manifest, lower-case hexadecimal; null to be held to the counts alone.</summary>
    public string? Digest { get; init; }
}

/// <summary>Measuring of speed and memory; see <see cref="BenchmarkRecipe"/>.</summary>
public sealed record BenchmarkSpec
{
    /// <summary>Model of the device that the figures are for.</summary>
    public required string Device { get; init; }

    public IReadOnlyList<int> Batches { get; init; } = [1, 64];

    public int Runs { get; init; } = 50;

    public int WarmUp { get; init; } = 5;
}
