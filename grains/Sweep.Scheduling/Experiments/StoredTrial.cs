using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>What is durable about a trial: what was decided on it, and what came of it. Its stages follow from its settings.</summary>
public sealed record StoredTrial
{
    /// <summary>From 0.</summary>
    public required int Number { get; init; }

    public required TrialSettings Settings { get; init; }

    /// <summary>Why the searcher proposed it; null for a grid's.</summary>
    public string? Reason { get; init; }

    /// <summary>The rungs it has reached; null without early stopping.</summary>
    public IReadOnlyList<RungOutcome>? Rungs { get; init; }

    /// <summary>Null while it has not ended.</summary>
    public StoredTrialEnd? End { get; init; }
}

/// <summary>What came of a trial.</summary>
public sealed record StoredTrialEnd
{
    /// <summary>Complete, Stopped or Failed.</summary>
    public required TrialState State { get; init; }

    /// <summary>Complete trials only.</summary>
    public TrialMetrics? Metrics { get; init; }

    /// <summary>Failed trials only.</summary>
    public TrialFailure? Failure { get; init; }

    /// <summary>Epochs of training that it would have taken by itself.</summary>
    public required int EpochsAsked { get; init; }

    /// <summary>The stages that it was the first to name.</summary>
    public required IReadOnlyList<TrialStage> Stages { get; init; }
}

/// <summary>A stage, in the account of the trial that was the first to name it.</summary>
public sealed record TrialStage
{
    public required StageId Stage { get; init; }

    /// <summary>Null for 0.</summary>
    public int? Epochs { get; init; }

    /// <summary>Whether it has succeeded; null for not.</summary>
    public bool? Done { get; init; }

    /// <summary>Whether this experiment caused it to run; null for not.</summary>
    public bool? Paid { get; init; }

    /// <summary>What it took on a device; null for 0.</summary>
    public double? Seconds { get; init; }
}

/// <summary>One page of trials as it is stored.</summary>
public sealed record StoredTrials
{
    /// <summary>In the order of their numbers, without gaps.</summary>
    public IReadOnlyList<StoredTrial> Trials { get; init; } = [];
}
