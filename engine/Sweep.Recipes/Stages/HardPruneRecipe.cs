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

/// <summary>
/// Cuts structure out of a net and writes the smaller net. The kept structure comes from the method: GOHSP takes the support of Z,
/// VTP one global threshold on |gate|, SOMP the norms of groups. Artifact: model, surgery proof.
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

    /// <summary>Fraction of the dense net's parameters to remove, in [0, 1).</summary>
    public required double Sparsity { get; init; }

    /// <summary>VTP only.</summary>
    public GateRule? Gates { get; init; }

    /// <summary>SOMP only.</summary>
    public PruningScope? Scope { get; init; }

    /// <summary>SOMP only.</summary>
    public StructurePatterns? Patterns { get; init; }
}
