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

    /// <summary>Null for <see cref="PruningScope.PerLayer"/>.</summary>
    public PruningScope? Scope { get; init; }

    /// <summary>Kept widths (pairs and channels of a head, MLP units) are multiples of this where a width is cut; null for 1.</summary>
    public int? MultipleOf { get; init; }
}
