using System.Text.Json.Serialization;
using Orleans;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>A snapshot for people who watch; small whatever the number of trials.</summary>
[Immutable]
public sealed record ExperimentStatus
{
    public required string Name { get; init; }

    public required ExperimentState State { get; init; }

    public required TrialCounts Trials { get; init; }

    /// <summary>Epochs finished for this experiment, shared ones counted once, running ones in part.</summary>
    public required double EpochsDone { get; init; }

    /// <summary>Of trials that are not opened yet, an estimate by those that are.</summary>
    public required int EpochsNeeded { get; init; }

    public required int EpochsAsked { get; init; }

    /// <summary>Stages finished, and stages in all.</summary>
    public required int StagesDone { get; init; }

    public required int Stages { get; init; }

    /// <summary>Stages of this experiment on a device now.</summary>
    public IReadOnlyList<RunningStage> Running { get; init; } = [];

    /// <summary>The front so far.</summary>
    public IReadOnlyList<FrontPoint> Front { get; init; } = [];

    public TrialMetrics? Dense { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why a failed experiment failed.</summary>
    public string? Failure { get; init; }

    /// <summary>What ended it before its last trial, or why there were fewer than asked for; null when nothing did.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it paused by itself, where a failure policy said so.</summary>
    public string? PausedFor { get; init; }
}

public sealed record TrialCounts
{
    public int Waiting { get; init; }

    public int Running { get; init; }

    public int Complete { get; init; }

    public int Stopped { get; init; }

    public int Failed { get; init; }

    [JsonIgnore]
    public int Total => Waiting + Running + Complete + Stopped + Failed;

    /// <summary>As they stand once the experiment is cancelled.</summary>
    public TrialCounts WithUnfinishedStopped() => this with { Waiting = 0, Running = 0, Stopped = Stopped + Waiting + Running };
}

public sealed record RunningStage
{
    public required StageId Stage { get; init; }

    public required string Worker { get; init; }

    public required int Attempt { get; init; }

    public required double EpochsDone { get; init; }

    public required int Epochs { get; init; }

    public double? Loss { get; init; }
}

public sealed record FrontPoint
{
    public required string Trial { get; init; }

    public required TrialSettings Settings { get; init; }

    public required TrialMetrics Metrics { get; init; }
}

/// <summary>One trial, for who wants all of it.</summary>
[Immutable]
public sealed record TrialDetail
{
    public required TrialResult Trial { get; init; }

    /// <summary>Attempts at those of its stages that have ended, shared ones too, stage by stage.</summary>
    public required IReadOnlyList<StageSpan> Attempts { get; init; }
}

/// <summary>A page of trials. Of a query the total counts all that it wants.</summary>
[Immutable]
public sealed record TrialPage
{
    public required IReadOnlyList<TrialResult> Trials { get; init; }

    public required int Offset { get; init; }

    public required int Total { get; init; }
}
