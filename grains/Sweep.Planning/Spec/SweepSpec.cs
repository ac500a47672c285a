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

    public required TrainingSpec Pretrain { get; init; }

    public required SpaceSpec Space { get; init; }

    /// <summary>SoftPrune and SparseTrain; null when no method of the space trains while it prunes.</summary>
    public TrainingSpec? Sparsify { get; init; }

    public required TrainingSpec Finetune { get; init; }

    public required SearchSpec Search { get; init; }

    public required IReadOnlyList<Objective> Objectives { get; init; }

    public GohspSpec Gohsp { get; init; } = new();

    public VtpSpec Vtp { get; init; } = new();

    public SompSpec Somp { get; init; } = new();

    /// <summary>Seed of everything random in training.</summary>
    public long Seed { get; init; }

    /// <summary>Trials open at once; null for no limit of the experiment's own.</summary>
    public int? Parallelism { get; init; }
}

public sealed record ModelSpec
{
    /// <summary>A name of <see cref="ModelPreset"/>.</summary>
    public required string Preset { get; init; }
}

public sealed record DataSpec
{
    /// <summary>A name of <see cref="KnownData"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Images cut from the training set for validation.</summary>
    public int Validation { get; init; } = 5000;

    public long SplitSeed { get; init; }
}

/// <summary>One length of training; see <see cref="TrainingRecipe"/> for meaning and units.</summary>
public sealed record TrainingSpec
{
    public required int Epochs { get; init; }

    public int? ImagesPerEpoch { get; init; }

    public double LearningRate { get; init; } = 1e-3;

    public double FinalLearningRate { get; init; }

    public int Batch { get; init; } = 64;

    public double Warmup { get; init; } = 0.1;

    public double WeightDecay { get; init; } = 0.05;

    public double Beta2 { get; init; } = 0.98;

    public double LabelSmoothing { get; init; } = 0.1;

    public int CropPadding { get; init; }

    public bool Flip { get; init; }
}

/// <summary>The axes. An axis with <see cref="SpaceAxis{T}.When"/> exists only for those methods.</summary>
public sealed record SpaceSpec
{
    public required SpaceAxis<PruningMethod> Method { get; init; }

    public required SpaceAxis<double> Sparsity { get; init; }

    public SpaceAxis<double>? Lambda { get; init; }

    public SpaceAxis<double>? Rho { get; init; }
}

/// <summary>The values of one axis, ranges already laid out.</summary>
public sealed record SpaceAxis<T>
{
    public required IReadOnlyList<T> Values { get; init; }

    /// <summary>Null for every method that knows the axis.</summary>
    public AxisCondition? When { get; init; }
}

/// <summary>Where an axis exists.</summary>
public sealed record AxisCondition
{
    public required IReadOnlyList<PruningMethod> Method { get; init; }
}

public enum SearchAlgorithm
{
    Grid,
}

public sealed record SearchSpec
{
    public SearchAlgorithm Algorithm { get; init; }
}

/// <summary>GOHSP's switches; see <see cref="RankHeadsRecipe"/> and <see cref="SoftPruneRecipe"/>.</summary>
public sealed record GohspSpec
{
    public HeadRanking Ranking { get; init; }

    public HeadFeature Feature { get; init; }

    public HeadSimilarity Similarity { get; init; }

    public HeadOrientation Orientation { get; init; }

    public bool SelfLoop { get; init; }

    public double Teleport { get; init; }

    /// <summary>Training images the ranking averages over.</summary>
    public int Images { get; init; } = 512;

    public int UpdatesPerEpoch { get; init; } = 1;

    public double FinalRhoFactor { get; init; } = 1;

    public StructurePatterns Patterns { get; init; } = new();

    /// <summary>ρ where the space has none.</summary>
    public double Rho { get; init; } = 1e-2;

    /// <summary>λ where the space has none; 0 places heads in the constraint set.</summary>
    public double Lambda { get; init; }
}

public sealed record VtpSpec
{
    public GateRule Gates { get; init; }

    public double GateLearningRateFactor { get; init; } = 1;

    /// <summary>λ where the space has none.</summary>
    public double Lambda { get; init; } = 1e-4;
}

public sealed record SompSpec
{
    public PruningScope Scope { get; init; }

    public StructurePatterns Patterns { get; init; } = new();
}
