using Sweep.Recipes;

namespace Sweep.Planning;

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

    public PenaltyCoupling Coupling { get; init; }

    public StructurePatterns Patterns { get; init; } = new();

    /// <summary>ρ where the space has none.</summary>
    public double Rho { get; init; } = 1e-2;

    /// <summary>λ where the space has none; 0 places heads in the constraint set.</summary>
    public double Lambda { get; init; }
}

/// <summary>VTP's switches; see <see cref="SparseTrainRecipe"/> and <see cref="HardPruneRecipe"/>.</summary>
public sealed record VtpSpec
{
    public GateRule Gates { get; init; }

    public double GateLearningRateFactor { get; init; } = 1;

    /// <summary>λ where the space has none.</summary>
    public double Lambda { get; init; } = 1e-4;
}

/// <summary>Structured one-shot magnitude pruning.</summary>
public sealed record SompSpec
{
    /// <summary>Where norms are compared, unless <see cref="PruningBudget.Scope"/> says.</summary>
    public PruningScope Scope { get; init; }

    public GroupNorm Norm { get; init; }

    public StructurePatterns Patterns { get; init; } = new();
}

/// <summary>One-shot magnitude pruning of single weights.</summary>
public sealed record OmpSpec
{
    /// <summary>Where magnitudes are compared, unless <see cref="PruningBudget.Scope"/> says.</summary>
    public PruningScope Scope { get; init; }
}

/// <summary>Structured gradual magnitude pruning; see <see cref="GradualPruneRecipe"/>.</summary>
public sealed record SgmpSpec
{
    public double Begin { get; init; }

    public double End { get; init; } = 0.75;

    public int Updates { get; init; } = 20;

    public double InitialSparsity { get; init; }

    public StructurePatterns Patterns { get; init; } = new();
}

/// <summary>Gradual magnitude pruning of single weights; see <see cref="GradualPruneRecipe"/>.</summary>
public sealed record GmpSpec
{
    public double Begin { get; init; }

    public double End { get; init; } = 0.75;

    public int Updates { get; init; } = 20;

    public double InitialSparsity { get; init; }
}

/// <summary>The three forms of METHODS 3.3.</summary>
public enum TaylorForm
{
    /// <summary><see cref="ScoreCriterion.TaylorSquared"/>.</summary>
    Squared,

    /// <summary><see cref="ScoreCriterion.TaylorAbsolute"/>.</summary>
    Absolute,

    /// <summary><see cref="ScoreCriterion.TaylorFisher"/>.</summary>
    Fisher,
}

/// <summary>First-order Taylor pruning; see <see cref="ScoreGroupsRecipe"/>.</summary>
public sealed record TaylorSpec
{
    public TaylorForm Form { get; init; }

    public int Batches { get; init; } = 50;

    public int Batch { get; init; } = 64;

    /// <summary>Where scores are compared, unless <see cref="PruningBudget.Scope"/> says.</summary>
    public PruningScope Scope { get; init; }

    public StructurePatterns Patterns { get; init; } = new();
}

/// <summary>Salience-based pruning, our reading of it; see <see cref="ScoreGroupsRecipe"/>.</summary>
public sealed record SspSpec
{
    public int Batches { get; init; } = 50;

    public int Batch { get; init; } = 64;

    public StructurePatterns Patterns { get; init; } = new();
}

/// <summary>Where S²ViTE's training begins.</summary>
public enum DynamicStart
{
    /// <summary>
    /// At random weights, as the paper does, with pretrain's settings and as many images as pretrain and sparsify have together, in whole
    /// epochs of pretrain's: as much training before the cut as the methods that start from the dense net get.
    /// </summary>
    Scratch,

    /// <summary>At the dense net, for sparsify's length.</summary>
    Dense,
}

/// <summary>S²ViTE's switches; see <see cref="DynamicSparseRecipe"/>.</summary>
public sealed record S2viteSpec
{
    public DynamicStart Start { get; init; }

    public int Updates { get; init; } = 20;

    public double UpdateUntil { get; init; } = 0.8;

    public double DeathRate { get; init; } = 0.5;

    public double FinalDeathRate { get; init; } = 0.005;
}

/// <summary>Groups drawn at random.</summary>
public sealed record RandomGroupsSpec
{
    /// <summary>Seed of the draw, beside the seed of training.</summary>
    public long Seed { get; init; }

    public StructurePatterns Patterns { get; init; } = new();
}
