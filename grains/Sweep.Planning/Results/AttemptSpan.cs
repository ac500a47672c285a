using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>How one attempt at a stage ended.</summary>
public enum SpanEnd
{
    Succeeded,
    Failed,

    /// <summary>Its worker drained, or was told to drop it: it goes on elsewhere from its checkpoint.</summary>
    HandedBack,

    /// <summary>Its worker was lost; the span ends when that was found out.</summary>
    Lost,

    /// <summary>Nobody waited for the stage any more.</summary>
    Withdrawn,
}

/// <summary>One attempt at a stage: where it ran and when, by the clock of whoever keeps the stage.</summary>
public sealed record AttemptSpan
{
    /// <summary>Counted from 1 over the life of the stage.</summary>
    public required int Attempt { get; init; }

    /// <summary>The place it ran on, <c>silo/device-slot</c>: the same after a restart of the silo.</summary>
    public required string Worker { get; init; }

    /// <summary>When the worker got it.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>When its last report arrived, or it was given up; never before <see cref="Start"/>. Null while it runs.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Null while it runs.</summary>
    public SpanEnd? Outcome { get; init; }

    /// <summary>Why, of one that failed.</summary>
    public FailureReason? Reason { get; init; }

    /// <summary>Epochs in the checkpoint that it went on from; null for none.</summary>
    public double? EpochsBefore { get; init; }

    /// <summary>Epochs done at its end, those before included; of one that was lost, those of its last checkpoint. Null for none.</summary>
    public double? EpochsDone { get; init; }

    /// <summary>Epochs in the last checkpoint that it committed; null for none.</summary>
    public double? EpochsSaved { get; init; }

    /// <summary>Bytes of memory of the device, the most of this attempt; null where nobody measured.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>Epochs that it ran itself.</summary>
    internal double EpochsRun => Math.Max(0, (EpochsDone ?? 0) - (EpochsBefore ?? 0));
}
