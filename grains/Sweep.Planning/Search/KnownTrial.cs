using System.Text.Json.Serialization;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// A trial from elsewhere that a searcher learns from: a point and what it came to. What is no objective of the search may be absent. It is part of the spec,
/// so that a submitted spec needs nothing besides itself.
/// </summary>
public sealed record KnownTrial
{
    public required PruningMethod Method { get; init; }

    /// <summary>As in <see cref="TrialSettings"/>, and so are the settings below.</summary>
    public required double Sparsity { get; init; }

    public BudgetTarget? Target { get; init; }

    public double? Lambda { get; init; }

    public double? Rho { get; init; }

    public long? Seed { get; init; }

    public long? FinetuneSeed { get; init; }

    public int? FinetuneEpochs { get; init; }

    public double? FinetuneLearningRate { get; init; }

    /// <summary>Top-1 on the validation split, in [0, 1].</summary>
    public double? Accuracy { get; init; }

    public long? Parameters { get; init; }

    /// <summary>Multiply-accumulates of one image.</summary>
    public long? Flops { get; init; }

    /// <summary>Seconds.</summary>
    public double? Latency { get; init; }

    [JsonIgnore]
    public TrialSettings Settings => new()
    {
        Method = Method,
        Sparsity = Sparsity,
        Target = Target,
        Lambda = Lambda,
        Rho = Rho,
        Seed = Seed,
        FinetuneSeed = FinetuneSeed,
        FinetuneEpochs = FinetuneEpochs,
        FinetuneLearningRate = FinetuneLearningRate,
    };

    /// <summary>In base units; null where it was not measured.</summary>
    public double? Value(Metric metric) => metric switch
    {
        Metric.Accuracy => Accuracy,
        Metric.Parameters => Parameters,
        Metric.Flops => Flops,
        Metric.Latency => Latency,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "There is no such metric."),
    };

    /// <summary>What a search makes of it.</summary>
    /// <returns>Null where it can be used; else why not, in a few words.</returns>
    public string? Refusal(TrialSpace space, IReadOnlyList<Objective> objectives)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(objectives);
        return space.Refusal(Settings)
            ?? (objectives.FirstOrDefault(objective => Value(objective.Metric) is null) is { } missing ? $"no {Schema.RuleWords.Name(missing.Metric)}" : null);
    }
}

public static class KnownTrials
{
    /// <summary>More than a model of trials can use, and a spec still goes through every wire.</summary>
    public const int Most = 2000;

    /// <summary>
    /// Those of a spec as observations, as far as they are points of its space and have its objectives. Numbered downwards from
    /// <paramref name="first"/>, which is negative, as are all trials that are not the experiment's own.
    /// </summary>
    public static IEnumerable<Observation> Observations(SweepSpec spec, int first)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Search.Known is not { Count: > 0 } known)
        {
            return [];
        }

        var space = new TrialSpace(spec);
        return known.Where(trial => trial.Refusal(space, spec.Objectives) is null).Select((trial, i) => new Observation
        {
            Trial = first - i,
            Values = space.Values(trial.Settings),
            State = ObservationState.Complete,
            Costs = Dominance.Costs([.. spec.Objectives.Select(objective => trial.Value(objective.Metric)!.Value)], spec.Objectives.Goals()),
        });
    }
}
