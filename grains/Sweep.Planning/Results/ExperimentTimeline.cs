using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>When the stages of an experiment ran, and where: part of the result document. Stages that have not ended are not on it.</summary>
public sealed record ExperimentTimeline
{
    /// <summary>When the experiment was first submitted; null where that is not known.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>Null while it has not ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Attempts at its stages, those that other experiments paid for too, by their start.</summary>
    public required IReadOnlyList<StageSpan> Spans { get; init; }

    /// <summary>Attempts that are not among them: stages keep their last few, and a report the few it can show. Null for none.</summary>
    public int? Omitted { get; init; }

    /// <summary>Stages that have ended and were not timed: they are older than this record. Null for none.</summary>
    public int? Untimed { get; init; }

    /// <summary>How the front grew; null while there is none.</summary>
    public HypervolumeCurve? Hypervolume { get; init; }
}

/// <summary>One attempt at a stage, with what people want to know of the stage.</summary>
public sealed record StageSpan
{
    public required StageId Stage { get; init; }

    public required StageKind Kind { get; init; }

    /// <summary>What the stage does, in a few words.</summary>
    public required string Label { get; init; }

    /// <summary>Counted from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The place it ran on, <c>silo/device-slot</c>.</summary>
    public required string Worker { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    public required SpanEnd Outcome { get; init; }

    /// <summary>Why, of one that failed.</summary>
    public FailureReason? Reason { get; init; }

    /// <summary>Epochs that this attempt ran, those of its checkpoint not counted; null for none.</summary>
    public double? Epochs { get; init; }

    /// <summary>Bytes of memory of the device, the most of this attempt; null where nobody measured.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>Whether this experiment's request made it run.</summary>
    public required bool PaidHere { get; init; }
}
