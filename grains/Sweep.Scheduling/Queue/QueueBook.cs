using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// What the queue knows, and every decision it takes, as a function of the calls so far and their times. Soft: an empty book fills
/// again from stages that offer and workers that report. No call waits for anything.
/// </summary>
public sealed class QueueBook
{
    private readonly SchedulingOptions _options;
    private readonly LeaseBook _leases;
    private readonly WorkerBook _workers = new();
    private readonly PeakBook _peaks = new();
    private readonly StrandedStages _stranded = new();

    public QueueBook(SchedulingOptions options)
    {
        _options = options;
        _leases = new LeaseBook(Ledger.Run);
        Waiting = new WaitingStages(Ledger);
    }

    internal SchedulingOptions Options => _options;

    internal Ledger Ledger { get; } = new();

    internal WaitingStages Waiting { get; }

    internal IReadOnlyCollection<QueuedStage> Queued => Waiting.All;

    internal IReadOnlyCollection<StageLease> Leases => _leases.All;

    internal IReadOnlyCollection<KnownWorker> Workers => _workers.All;

    /// <summary>A stage offers itself, or says whose it is.</summary>
    public void Offer(StageOffer offer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(offer);
        Ledger.Share(offer.Experiment, ExperimentShare.Of(offer));
        var lease = _leases.On(offer.Stage);
        if (offer.Holder is { } holder)
        {
            Waiting.Remove(offer.Stage);
            _leases.Set(lease?.Worker == holder.Worker && lease.Attempt == holder.Attempt
                ? lease with { Offer = offer, Claimed = null }
                : new StageLease
                {
                    Stage = offer.Stage,
                    Worker = holder.Worker,
                    Silo = holder.Silo,
                    Attempt = holder.Attempt,
                    Offer = offer,
                    Heard = IsReplaced(holder.Worker) ? DateTimeOffset.MinValue : now,
                    HeardHere = _workers.Find(holder.Worker) is not null,
                });
            return;
        }

        if (lease is { Attempt: null })
        {
            // Being started at this moment. Most likely the offer is older than the start.
            _leases.Set(lease with { Claimed = new QueuedStage(offer, lease.QueuedSince ?? now) });
            return;
        }

        _leases.Remove(offer.Stage);
        Waiting.Put(Waiting.Find(offer.Stage) is { } queued ? queued with { Offer = offer } : new QueuedStage(offer, now), now);
    }

    /// <summary>The stage needs no worker. One that runs it learns so from the stage, at its next call.</summary>
    public void Withdraw(StageId stage)
    {
        Waiting.Remove(stage);
        if (_leases.On(stage) is { Claimed: not null } lease)
        {
            _leases.Set(lease with { Claimed = null });
        }
    }

    /// <summary>A worker calls: it is alive, and whatever stood in its slot before is not.</summary>
    /// <returns>Leases of the former worker of the slot, ended.</returns>
    public IReadOnlyList<StageLease> Hear(WorkerReport report, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(report);
        var known = _workers.Find(report.Worker);
        _workers.Set(new KnownWorker
        {
            Report = report,
            Heard = now,
            IdleSince = report.Attempt is { Phase: AttemptPhase.Running } ? null : known?.IdleSince ?? now,
            LastEnded = report.Attempt is { Phase: AttemptPhase.Succeeded } ended ? ended.Stage : known?.LastEnded,
        });
        _peaks.Add(report.Memory);
        if (report.Attempt is { } attempt)
        {
            Hold(report, attempt, now);
        }
        else if (LeaseOf(report.Worker) is { } lease)
        {
            _leases.Set(lease with { Heard = now, HeardHere = true });
        }

        return End(_leases.In(WorkerSlot.Of(report.Worker)).Where(lease => lease.Worker != report.Worker));
    }

    /// <summary>The worker is done with the stage, or never had a right to it.</summary>
    public void Release(string worker, StageId stage)
    {
        if (_leases.On(stage) is { } lease && lease.Worker == worker)
        {
            End(lease);
        }

        if (_workers.Find(worker) is { } known)
        {
            _workers.Set(known with { IdleSince = known.Heard, Report = known.Report with { Attempt = null } });
        }
    }

    /// <summary>
    /// The stage this worker should start: the one it holds already (its answer was lost), else the best one queued, which is now
    /// its. Null for nothing. The caller answers with <see cref="Started"/>, <see cref="Release"/> or <see cref="Return"/>.
    /// </summary>
    public StageLease? Take(WorkerReport report, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (LeaseOf(report.Worker) is { } held)
        {
            return held;
        }

        Waiting.Ripen(now);
        if (!report.AcceptsWork || report.Leaving || QueueChoice.For(this, report, now) is not { } chosen)
        {
            return null;
        }

        Waiting.Remove(chosen.Offer.Stage);
        Waiting.Serve(chosen.Offer, now);
        Ledger.Charge(chosen.Offer.Experiment);
        var lease = new StageLease
        {
            Stage = chosen.Offer.Stage,
            Worker = report.Worker,
            Silo = report.Silo,
            Offer = chosen.Offer,
            QueuedSince = chosen.Since,
            Heard = now,
            HeardHere = true,
        };
        _leases.Set(lease);
        return lease;
    }

    /// <summary>The stage opened an attempt for the worker.</summary>
    public void Started(StageLease lease, int attempt)
    {
        if (_leases.On(lease.Stage) is { } current && current.Worker == lease.Worker)
        {
            _leases.Set(current with { Attempt = attempt, Claimed = null });
        }

        if (_workers.Find(lease.Worker) is { } known)
        {
            _workers.Set(known with { IdleSince = null });
        }
    }

    /// <summary>The stage could not be asked: it goes back to its place in the queue.</summary>
    public void Return(StageLease lease, DateTimeOffset now)
    {
        if (_leases.On(lease.Stage) is { Attempt: null } current && current.Worker == lease.Worker && (current.Claimed?.Offer ?? lease.Offer) is { } offer)
        {
            _leases.Remove(lease.Stage);
            Waiting.Put(new QueuedStage(offer, now), now);
        }
    }

    /// <summary>
    /// The leases that have run out. Nobody's does before a full lease has passed since this book first heard of it, so a queue that
    /// has just started ends none.
    /// </summary>
    public IReadOnlyList<StageLease> Expire(DateTimeOffset now)
    {
        foreach (var silent in _workers.All.Where(worker => now - worker.Heard >= _options.Lease).ToList())
        {
            _workers.Remove(silent.Report.Worker);
        }

        Ledger.Sweep();
        return End(_leases.All.Where(lease => now - lease.Heard >= _options.Lease));
    }

    /// <summary>The worker says that it leaves for good.</summary>
    /// <returns>Its leases, ended.</returns>
    public IReadOnlyList<StageLease> Leave(string worker)
    {
        _workers.Remove(worker);
        return End(_leases.In(WorkerSlot.Of(worker)).Where(lease => lease.Worker == worker));
    }

    /// <summary>Whether an idle worker should end its engine process, because a stage has no room for what that keeps.</summary>
    public bool ShouldGiveBack(WorkerReport report, DateTimeOffset now) =>
        report.Memory is { Held: > 0 } && LeaseOf(report.Worker) is null && WaitsForMemory(report, now);

    /// <summary>When a worker should call again: busy ones regularly; idle ones less and less often the longer they have been idle.</summary>
    public TimeSpan NextCall(string worker, DateTimeOffset now)
    {
        if (_workers.Find(worker)?.IdleSince is not { } since)
        {
            return _options.BusyCall;
        }

        var ticks = Math.Clamp((now - since).Ticks / 2, _options.FirstIdleCall.Ticks, _options.LastIdleCall.Ticks);
        return TimeSpan.FromTicks(ticks);
    }

    public QueueStatus ToStatus(DateTimeOffset now) => new()
    {
        Workers = [.. _workers.All.OrderBy(worker => worker.Report.Worker, StringComparer.Ordinal).Select(worker => worker.ToStatus(now) is { Running: not null } busy
            ? busy with { Experiment = LeaseOf(busy.Worker)?.Offer?.Experiment }
            : worker.ToStatus(now))],
        Depth = Waiting.All.Count,
        OldestAge = now - Waiting.OldestSince,
        Experiments = [.. Ledger.Present.Select(account => new QueuedExperiment
        {
            Experiment = account.Experiment,
            Running = account.Running,
            Waiting = account.Queued,
            Priority = account.Share.Priority,
            Weight = account.Share.Weight,
        })],
    };

    /// <summary>Stages that have excluded every worker for a full lease. The caller tells them, and then answers with <see cref="Drop"/>.</summary>
    internal IReadOnlyList<QueuedStage> Stranded(DateTimeOffset now) => _stranded.Find(Waiting.Excluding, _workers, now, _options.Lease);

    /// <summary>The stage waits no more, unless it has offered itself again meanwhile.</summary>
    internal void Drop(QueuedStage queued)
    {
        if (ReferenceEquals(Waiting.Find(queued.Offer.Stage), queued))
        {
            Waiting.Remove(queued.Offer.Stage);
        }
    }

    /// <summary>The most bytes that a stage of the class was seen to need; null when nobody has measured one.</summary>
    internal long? PeakOf(MemoryClass memoryClass, MemoryRegime regime) => _peaks.Of(memoryClass, regime);

    internal WorkerReport? ReportOf(string worker) => _workers.Find(worker)?.Report;

    internal IEnumerable<WorkerReport> WorkersOn(DevicePlace place) => _workers.On(place).Select(worker => _workers.Find(worker)!.Report);

    internal IEnumerable<StageLease> LeasesOn(DevicePlace place) => _workers.On(place)
        .SelectMany(worker => _leases.In(WorkerSlot.Of(worker)).Where(lease => lease.Worker == worker));

    internal StageLease? LeaseOf(string worker) => _leases.Of(worker);

    internal bool IsMeasuring(string silo) => _leases.IsMeasuring(silo);

    internal StagePreference PreferenceOf(WorkerReport worker) => new(_workers, worker, Waiting.IsPlenty(_workers.Accepting));

    private bool WaitsForMemory(WorkerReport report, DateTimeOffset now)
    {
        Waiting.Ripen(now);
        return QueueChoice.WaitsForMemory(this, report);
    }

    /// <summary>A report of a stage renews the lease on it, or makes one in a book that knew of none; the stage itself judges whose it is.</summary>
    private void Hold(WorkerReport report, AttemptReport attempt, DateTimeOffset now)
    {
        var lease = _leases.On(attempt.Stage);
        if (lease is not null && lease.Worker != report.Worker)
        {
            return;
        }

        var queued = Waiting.Remove(attempt.Stage);
        _leases.Set(new StageLease
        {
            Stage = attempt.Stage,
            Worker = report.Worker,
            Silo = report.Silo,
            Attempt = attempt.Attempt,
            Offer = lease?.Offer ?? queued?.Offer,
            Claimed = queued ?? lease?.Claimed,
            PeakMemory = attempt.PeakMemory,
            Heard = now,
            HeardHere = true,
        });
    }

    /// <summary>Whether another instance stands in the worker's slot: nobody needs to wait for a lease to know that it is gone.</summary>
    private bool IsReplaced(string worker) => _workers.Find(worker) is null && _workers.In(WorkerSlot.Of(worker)) is not null;

    private List<StageLease> End(IEnumerable<StageLease> leases)
    {
        var ended = leases.OrderBy(lease => lease.Stage).ToList();
        ended.ForEach(End);
        return ended;
    }

    private void End(StageLease lease)
    {
        _leases.Remove(lease.Stage);
        if (lease.Claimed is { } claimed)
        {
            Waiting.Put(claimed, DateTimeOffset.MinValue); // its time is looked at when somebody asks
        }
    }
}
