namespace Sweep.Recipes;

/// <summary>What a sparsity is a fraction of.</summary>
public enum BudgetTarget
{
    /// <summary>The dense net's parameters.</summary>
    Parameters,

    /// <summary>The dense net's Flops.</summary>
    Flops,

    /// <summary>The channels themselves: each kind of group loses this fraction of its groups, whatever that saves.</summary>
    Channels,
}

/// <summary>How much goes and where, the same for every method. Null members stand for the defaults named beside them.</summary>
public sealed record PruningBudget
{
    /// <summary>Null for <see cref="BudgetTarget.Parameters"/>.</summary>
    public BudgetTarget? Target { get; init; }

    /// <summary>
    /// Null for <see cref="PruningScope.PerLayer"/>, for VTP's one threshold <see cref="PruningScope.Global"/>. Where all layers compete, a
    /// block may lose its whole attention or MLP. GOHSP's heads compete by H·π, other groups by score over their layer's mean.
    /// </summary>
    public PruningScope? Scope { get; init; }

    /// <summary>
    /// Kept widths (pairs and channels of a head, MLP units, VTP's gates of a site) are multiples of this where a width is cut; null for 1.
    /// The cost may then miss its target by half of the net's dearest step, where that is more than 0.5 % of the dense cost.
    /// </summary>
    public int? MultipleOf { get; init; }
}
