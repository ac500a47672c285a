using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>One point of the search space.</summary>
public sealed record TrialSettings
{
    public required PruningMethod Method { get; init; }

    /// <summary>Fraction of the model's parameters removed, in [0, 1).</summary>
    public required double Sparsity { get; init; }

    /// <summary>λ, from the space or else the method's default; null where the method has none.</summary>
    public double? Lambda { get; init; }

    /// <summary>ρ, from the space or else the method's default; null where the method has none.</summary>
    public double? Rho { get; init; }
}
