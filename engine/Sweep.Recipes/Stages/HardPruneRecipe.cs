using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>What becomes of a surviving gate's value (METHODS 2.1).</summary>
public enum GateRule
{
    /// <summary>Multiplied into the weights: exact.</summary>
    Fold,

    /// <summary>Replaced by 1, as the paper does.</summary>
    Binary,
}

/// <summary>Where magnitudes are compared.</summary>
public enum PruningScope
{
    /// <summary>Each layer loses the same fraction.</summary>
    PerLayer,

    /// <summary>All layers compete, each group's norm divided by its layer's mean.</summary>
    Global,
}

/// <summary>How large a group's weights are together.</summary>
public enum GroupNorm
{
    L2,
    L1,
}

/// <summary>
/// Cuts structure out of a net and writes the smaller net; the unstructured methods (OMP, GMP) write a net of the same shape and its mask.
/// The kept structure comes from the method: GOHSP takes the support of Z, VTP one global threshold on |gate|, SOMP the norms of groups,
/// Taylor and SSP the scores of a ScoreGroups stage, Random a draw. Artifact: model, surgery proof.
/// </summary>
public sealed record HardPruneRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.HardPrune;

    public override int Version => 1;

    public required StageId Parent { get; init; }

    [JsonIgnore]
    public override StageId? ParentId => Parent;

    public required PruningMethod Method { get; init; }

    /// <summary>The ancestor whose net is cut, where the parent has only scores; null where the parent has the net.</summary>
    public StageId? Weights { get; init; }

    [JsonIgnore]
    public override IReadOnlyList<StageId> Inputs => Weights is { } weights ? [Parent, weights] : [Parent];

    /// <summary>Fraction of the dense net's parameters (or of <see cref="Budget"/>'s target) to remove, in [0, 1).</summary>
    public required double Sparsity { get; init; }

    /// <summary>VTP only.</summary>
    public GateRule? Gates { get; init; }

    /// <summary>Where scores are compared, all layers keeping at least one group of each kind; null where <see cref="Budget"/> decides, which comes first.</summary>
    public PruningScope? Scope { get; init; }

    /// <summary>Which structure may go, for methods that score groups.</summary>
    public StructurePatterns? Patterns { get; init; }

    /// <summary>Target, scope and rounding; null for the defaults. Methods that decide earlier (GOHSP, SGMP, S²ViTE) read their own stage's.</summary>
    public PruningBudget? Budget { get; init; }

    /// <summary>SOMP only: the norm of a group; null for ℓ2.</summary>
    public GroupNorm? Norm { get; init; }

    /// <summary>Random only: seed of the draw; null for 0.</summary>
    public long? Seed { get; init; }
}
