using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Scheduling;

/// <param name="Offer">The last one.</param>
/// <param name="Since">When the first one came.</param>
internal sealed record QueuedStage(StageOffer Offer, DateTimeOffset Since)
{
    /// <summary>Those that have waited longest first.</summary>
    public static IComparer<QueuedStage> ByAge { get; } = Comparer<QueuedStage>.Create(
        (a, b) => a.Since.CompareTo(b.Since) is var age and not 0 ? age : a.Offer.Stage.CompareTo(b.Offer.Stage));

    /// <summary>Those whose back-off ends first.</summary>
    public static IComparer<QueuedStage> ByTime { get; } = Comparer<QueuedStage>.Create(
        (a, b) => Nullable.Compare(a.Offer.NotBefore, b.Offer.NotBefore) is var time and not 0 ? time : a.Offer.Stage.CompareTo(b.Offer.Stage));

    public StageKind Kind { get; } = Offer.Stage.Kind;
}

/// <summary>A worker's right to a stage, as far as the queue knows.</summary>
public sealed record StageLease
{
    public required StageId Stage { get; init; }

    public required string Worker { get; init; }

    public required string Silo { get; init; }

    /// <summary>Null while the stage is asked to open it.</summary>
    public int? Attempt { get; init; }

    /// <summary>Since when it was queued; null when it came to this book with its worker.</summary>
    public DateTimeOffset? QueuedSince { get; init; }

    /// <summary>Null when only the worker has told of the stage so far.</summary>
    public StageOffer? Offer { get; init; }

    /// <summary>Bytes, the most that the attempt was seen to need so far; null until the worker has told.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>When the worker called last, or when the book first heard of the lease.</summary>
    public required DateTimeOffset Heard { get; init; }

    /// <summary>Whether the worker has called this book.</summary>
    public required bool HeardHere { get; init; }

    /// <summary>The stage as it waited, or offered itself, when somebody claimed it: it waits again if the claim comes to nothing.</summary>
    internal QueuedStage? Claimed { get; init; }
}

internal sealed record KnownWorker
{
    /// <summary>The last one.</summary>
    public required WorkerReport Report { get; init; }

    public required DateTimeOffset Heard { get; init; }

    /// <summary>Null while it is busy.</summary>
    public DateTimeOffset? IdleSince { get; init; }

    /// <summary>What it finished last: its files are in its caches, its child should follow.</summary>
    public StageId? LastEnded { get; init; }

    public WorkerStatus ToStatus(DateTimeOffset now) => new()
    {
        Worker = Report.Worker,
        Silo = Report.Silo,
        Device = Report.Device,
        DeviceModel = DeviceModels.ModelIn(Report.DeviceModels),
        Threads = Report.Threads,
        AcceptsWork = Report.AcceptsWork,
        DeviceMemory = Report.Memory?.Usable,
        PeakMemory = Report.Attempt is { Phase: AttemptPhase.Running } measured ? measured.PeakMemory : null,
        Running = Report.Attempt is { Phase: AttemptPhase.Running } attempt
            ? new RunningStage
            {
                Stage = attempt.Stage,
                Worker = Report.Worker,
                Attempt = attempt.Attempt,
                EpochsDone = attempt.EpochsDone,
                Epochs = attempt.Epochs,
                Loss = attempt.Loss,
            }
            : null,
        Silence = now - Heard,
    };
}
