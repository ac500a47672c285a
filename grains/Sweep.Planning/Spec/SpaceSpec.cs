using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>The axes. An axis with <see cref="SpaceAxis{T}.When"/> exists only for those methods.</summary>
public sealed record SpaceSpec
{
    public required SpaceAxis<PruningMethod> Method { get; init; }

    public required SpaceAxis<double> Sparsity { get; init; }

    /// <summary>What a sparsity is a fraction of; null for <see cref="SweepSpec.Budget"/>'s.</summary>
    public SpaceAxis<BudgetTarget>? Target { get; init; }

    public SpaceAxis<double>? Lambda { get; init; }

    public SpaceAxis<double>? Rho { get; init; }

    /// <summary>Seeds of training, each with a dense net of its own; null for <see cref="SweepSpec.Seed"/> alone.</summary>
    public SpaceAxis<long>? Seed { get; init; }
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
