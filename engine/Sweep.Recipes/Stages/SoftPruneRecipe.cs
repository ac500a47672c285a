using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>How ADMM's quadratic term enters a training step.</summary>
public enum PenaltyCoupling
{
    /// <summary>Added to the loss gradient: ADMM as written. Under AdamW the adaptive denominator rescales it (METHODS 1.3).</summary>
    Gradient,

    /// <summary>Applied to the weights beside the optimizer, W ← W − η·ρ(W − Z + U), as AdamW does with weight decay: ours.</summary>
    Decoupled,
}

/// <summary>
/// GOHSP stage B (METHODS 1.3): ADMM imposes three sparsity patterns while the net trains:
/// Loss(W) + (λ/2) Σ‖M⊙W‖² + (ρ/2) Σ‖W − Z + U‖². Artifact: model, and the kept structure (support of Z).
/// </summary>
public sealed record SoftPruneRecipe : StageRecipe
{
    [JsonIgnore]
    public override StageKind Kind => StageKind.SoftPrune;

    public override int Version => 1;

    /// <summary>The head ranking.</summary>
    public required StageId Parent { get; init; }

    /// <summary>The ancestor whose weights are pruned.</summary>
    public required StageId Weights { get; init; }

    [JsonIgnore]
    public override StageId? ParentId => Parent;

    [JsonIgnore]
    public override IReadOnlyList<StageId> Inputs => [Parent, Weights];

    public required DataRecipe Data { get; init; }

    public required TrainingRecipe Training { get; init; }

    /// <summary>Fraction of the dense net's parameters to remove, in [0, 1).</summary>
    public required double Sparsity { get; init; }

    /// <summary>ρ, penalty of the augmented Lagrangian; at least 0.</summary>
    public required double Rho { get; init; }

    /// <summary>λ, penalty on the masked heads; 0 places the heads in the constraint set instead (reading A of METHODS 1.3).</summary>
    public required double Lambda { get; init; }

    /// <summary>Updates of Z and U per epoch.</summary>
    public int UpdatesPerEpoch { get; init; } = 1;

    /// <summary>Factor on ρ over the last 15 % of the epochs; the scaled dual is divided by it.</summary>
    public double FinalRhoFactor { get; init; } = 1;

    /// <summary>Which structure may go.</summary>
    public StructurePatterns Patterns { get; init; } = new();

    /// <summary>
    /// Null for the defaults. How much of each block stays is decided before training and holds to its end: where all layers compete, by
    /// the norms of the net to start from and the heads' H·π.
    /// </summary>
    public PruningBudget? Budget { get; init; }

    /// <summary>How the penalty enters a step; null for <see cref="PenaltyCoupling.Gradient"/>.</summary>
    public PenaltyCoupling? Coupling { get; init; }

    [JsonIgnore]
    public override int Epochs => Training.Length;
}

/// <summary>The patterns of GOHSP and of the magnitude baselines. A pattern that is off keeps all of its structure.</summary>
public sealed record StructurePatterns
{
    /// <summary>Whole heads.</summary>
    public bool Heads { get; init; } = true;

    /// <summary>Columns inside heads: pairs of a query and a key channel.</summary>
    public bool QueryKey { get; init; } = true;

    /// <summary>Columns inside heads: pairs of a value channel and a projection column.</summary>
    public bool ValueProjection { get; init; } = true;

    /// <summary>Hidden units of the MLP.</summary>
    public bool Mlp { get; init; } = true;
}
