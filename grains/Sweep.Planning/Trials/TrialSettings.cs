using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>One point of the search space.</summary>
public sealed record TrialSettings
{
    public required PruningMethod Method { get; init; }

    /// <summary>Fraction of the model's parameters removed, or of <see cref="Target"/>'s, in [0, 1).</summary>
    public required double Sparsity { get; init; }

    /// <summary>What the sparsity is a fraction of; null where the space does not say, which leaves it to the spec's budget.</summary>
    public BudgetTarget? Target { get; init; }

    /// <summary>λ, from the space or else the method's default; null where the method has none.</summary>
    public double? Lambda { get; init; }

    /// <summary>ρ, from the space or else the method's default; null where the method has none.</summary>
    public double? Rho { get; init; }

    /// <summary>Seed of training; null where the space has no seeds, which leaves it to the spec's.</summary>
    public long? Seed { get; init; }

    /// <summary>Seed of the training after the cut; null where the space has none, which leaves it to the seed of the whole training.</summary>
    public long? FinetuneSeed { get; init; }

    /// <summary>Epochs after the cut; null where the space has none, which leaves it to the spec.</summary>
    public int? FinetuneEpochs { get; init; }

    /// <summary>Peak learning rate after the cut; null where the space has none, which leaves it to the spec.</summary>
    public double? FinetuneLearningRate { get; init; }
}
