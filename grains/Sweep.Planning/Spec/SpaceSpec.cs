using System.Text.Json.Serialization;
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

    /// <summary>Seeds of the training after the cut alone, which share everything before it; null for that of the whole training.</summary>
    public SpaceAxis<long>? FinetuneSeed { get; init; }

    /// <summary>Epochs after the cut; null for <see cref="SweepSpec.Finetune"/>'s.</summary>
    public SpaceAxis<int>? FinetuneEpochs { get; init; }

    /// <summary>Peak learning rates after the cut; null for <see cref="SweepSpec.Finetune"/>'s.</summary>
    public SpaceAxis<double>? FinetuneLearningRate { get; init; }
}

/// <summary>One axis: its values, ranges with a count already laid out; or a range that a searcher draws from.</summary>
public sealed record SpaceAxis<T>
{
    /// <summary>In the order of the file; empty where there is a <see cref="Range"/>.</summary>
    [JsonIgnore]
    public IReadOnlyList<T> Values { get; init; } = [];

    /// <summary><see cref="Values"/> as the canonical JSON has them: absent where there is a range.</summary>
    [JsonPropertyName("values")]
    public IReadOnlyList<T>? Listed
    {
        get => Values.Count == 0 ? null : Values;
        init => Values = value ?? [];
    }

    /// <summary>[low, high], both included; null where there are values.</summary>
    public IReadOnlyList<double>? Range { get; init; }

    /// <summary>Of a range; null for linear.</summary>
    public AxisScale? Scale { get; init; }

    /// <summary>Between neighbours of a range, from its low end; null for a continuum, and for every whole number.</summary>
    public double? Step { get; init; }

    /// <summary>Null for every method that knows the axis.</summary>
    public AxisCondition? When { get; init; }
}

/// <summary>Where the values of a range lie close.</summary>
public enum AxisScale
{
    /// <summary>Equal differences are equally likely.</summary>
    Linear,

    /// <summary>Equal ratios are equally likely.</summary>
    Log,
}

/// <summary>Where an axis exists.</summary>
public sealed record AxisCondition
{
    public required IReadOnlyList<PruningMethod> Method { get; init; }
}
