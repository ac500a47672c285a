using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// What the queue knows, and every decision it takes, as a function of the calls so far and their times. Soft: an empty book fills
/// again from stages that offer and workers that report. No call waits for anything.
/// </summary>
public sealed class QueueBook(SchedulingOptions options)
{
    private readonly Dictionary<StageId, QueuedStage> _queued = [];
    private readonly Dictionary<StageId, StageLease> _leases = [];
    private readonly Dictionary<string, KnownWorker> _workers = [];
    private readonly Dictionary<string, int> _served = [];
    private readonly PeakBook _peaks = new();

    internal SchedulingOptions Options => options;

    internal IReadOnlyCollection<QueuedStage> Queued => _queued.Values;

    internal IReadOnlyCollection<StageLease> Leases => _leases.Values;

    internal IReadOnlyCollection<KnownWorker> Workers => _workers.Values;

    /// <summary>A stage offers itself, or says whose it is.</summary>
    public void Offer(StageOffer offer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(offer);
        if (offer.Holder is { } holder)
        {
            _queued.Remove(offer.Stage);
            var lease = _leases.GetValueOrDefault(offer.Stage);
            var known = _workers.GetValueOrDefault(holder.Worker);
            _leases[offer.Stage] = lease?.Worker == holder.Worker && lease.Attempt == holder.Attempt
                ? lease with { Offer = offer }
                : new StageLease
                {
                    Stage = offer.Stage,
                    Worker = holder.Worker,
                    Silo = holder.Silo,
                    Attempt = holder.Attempt,
                    Offer = offer,
                    Heard = IsReplaced(holder.Worker) ? DateTimeOffset.MinValue : now,
                    HeardHere = known is not null,
                };
            return;
        }

        if (_leases.TryGetValue(offer.Stage, out var held))
        {
            if (held.Attempt is null)
            {
                return; // being started at this moment: the offer is older than the start
            }

            _leases.Remove(offer.Stage);
        }

        _served.TryAdd(offer.Experiment, _served.Values.DefaultIfEmpty(0).Min());
        _queued[offer.Stage] = _queued.TryGetValue(offer.Stage, out var queued) ? queued with { Offer = offer } : new QueuedStage(offer, now);
    }

    /// <summary>The stage needs no worker. One that runs it learns so from the stage, at its next call.</summary>
    public void Withdraw(StageId stage)
    {
        _queued.Remove(stage);
        Forget();
    }

    /// <summary>A worker calls: it is alive, and whatever stood in its slot before is not.</summary>
    /// <returns>Leases of the former worker of the slot, ended.</returns>
    public IReadOnlyList<StageLease> Hear(WorkerReport report, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(report);
        var slot = WorkerSlot.Of(report.Worker);
        foreach (var former in _workers.Keys.Where(worker => worker != report.Worker && WorkerSlot.Of(worker) == slot).ToList())
        {
            _workers.Remove(former);
        }

        var known = _workers.GetValueOrDefault(report.Worker);
        _workers[report.Worker] = new KnownWorker
        {
            Report = report,
            Heard = now,
            IdleSince = report.Attempt is { Phase: AttemptPhase.Running } ? null : known?.IdleSince ?? now,
            LastEnded = report.Attempt is { Phase: AttemptPhase.Succeeded } ended ? ended.Stage : known?.LastEnded,
        };
        _peaks.Add(report.Memory);
        if (report.Attempt is { } attempt)
        {
            Hold(report, attempt, now);
        }
        else if (LeaseOf(report.Worker) is { } lease)
        {
            _leases[lease.Stage] = lease with { Heard = now, HeardHere = true };
        }

        return End(lease => lease.Worker != report.Worker && WorkerSlot.Of(lease.Worker) == slot);
    }

    /// <summary>The worker is done with the stage, or never had a right to it.</summary>
    public void Release(string worker, StageId stage)
    {
        if (_leases.TryGetValue(stage, out var lease) && lease.Worker == worker)
        {
            _leases.Remove(stage);
        }

        if (_workers.TryGetValue(worker, out var known))
        {
            _workers[worker] = known with { IdleSince = known.Heard, Report = known.Report with { Attempt = null } };
        }

        Forget();
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

        if (!report.AcceptsWork || report.Leaving || QueueChoice.For(this, report, now) is not { } chosen)
        {
            return null;
        }

        _queued.Remove(chosen.Offer.Stage);
        _served[chosen.Offer.Experiment] = ServedOf(chosen.Offer.Experiment) + 1;
        return _leases[chosen.Offer.Stage] = new StageLease
        {
            Stage = chosen.Offer.Stage,
            Worker = report.Worker,
            Silo = report.Silo,
            Offer = chosen.Offer,
            QueuedSince = chosen.Since,
            Heard = now,
            HeardHere = true,
        };
    }

    /// <summary>The stage opened an attempt for the worker.</summary>
    public void Started(StageLease lease, int attempt)
    {
        if (_leases.TryGetValue(lease.Stage, out var current) && current.Worker == lease.Worker)
        {
            _leases[lease.Stage] = current with { Attempt = attempt };
        }

        if (_workers.TryGetValue(lease.Worker, out var known))
        {
            _workers[lease.Worker] = known with { IdleSince = null };
        }
    }

    /// <summary>The stage could not be asked: it goes back to its place in the queue.</summary>
    public void Return(StageLease lease, DateTimeOffset now)
    {
        if (_leases.TryGetValue(lease.Stage, out var current) && current == lease && lease.Attempt is null && lease.Offer is { } offer)
        {
            _leases.Remove(lease.Stage);
            _queued[lease.Stage] = new QueuedStage(offer, now);
        }
    }

    /// <summary>
    /// The leases that have run out. Nobody's does before a full lease has passed since this book first heard of it, so a queue that
    /// has just started ends none.
    /// </summary>
    public IReadOnlyList<StageLease> Expire(DateTimeOffset now)
    {
        foreach (var silent in _workers.Values.Where(worker => now - worker.Heard >= options.Lease).ToList())
        {
            _workers.Remove(silent.Report.Worker);
        }

        return End(lease => now - lease.Heard >= options.Lease);
    }

    /// <summary>The worker says that it leaves for good.</summary>
    /// <returns>Its leases, ended.</returns>
    public IReadOnlyList<StageLease> Leave(string worker)
    {
        _workers.Remove(worker);
        return End(lease => lease.Worker == worker);
    }

    /// <summary>Whether an idle worker should end its engine process, because a stage has no room for what that keeps.</summary>
    public bool ShouldGiveBack(WorkerReport report, DateTimeOffset now) =>
        report.Memory is { Held: > 0 } && LeaseOf(report.Worker) is null && QueueChoice.WaitsForMemory(this, report, now);

    /// <summary>When a worker should call again: busy ones regularly; idle ones less and less often the longer they have been idle.</summary>
    public TimeSpan NextCall(string worker, DateTimeOffset now)
    {
        if (_workers.GetValueOrDefault(worker)?.IdleSince is not { } since)
        {
            return options.BusyCall;
        }

        var ticks = Math.Clamp((now - since).Ticks / 2, options.FirstIdleCall.Ticks, options.LastIdleCall.Ticks);
        return TimeSpan.FromTicks(ticks);
    }

    public QueueStatus ToStatus(DateTimeOffset now) => new()
    {
        Workers = [.. _workers.Values.OrderBy(worker => worker.Report.Worker, StringComparer.Ordinal).Select(worker => worker.ToStatus(now))],
        Depth = _queued.Count,
        OldestAge = _queued.Count == 0 ? null : now - _queued.Values.Min(queued => queued.Since),
    };

    internal int ServedOf(string experiment) => _served.GetValueOrDefault(experiment);

    /// <summary>The most bytes that a stage of the class was seen to need; null when nobody has measured one.</summary>
    internal long? PeakOf(MemoryClass? memoryClass, MemoryRegime regime) => _peaks.Of(memoryClass, regime);

    internal WorkerReport? ReportOf(string worker) => _workers.GetValueOrDefault(worker)?.Report;

    internal IEnumerable<StageLease> LeasesOn(DevicePlace place) =>
        _leases.Values.Where(lease => ReportOf(lease.Worker) is { } report && DevicePlace.Of(report) == place);

    internal StageLease? LeaseOf(string worker) => _leases.Values.FirstOrDefault(lease => lease.Worker == worker);

    /// <summary>A report of a stage renews the lease on it, or makes one in a book that knew of none; the stage itself judges whose it is.</summary>
    private void Hold(WorkerReport report, AttemptReport attempt, DateTimeOffset now)
    {
        var lease = _leases.GetValueOrDefault(attempt.Stage);
        if (lease is not null && lease.Worker != report.Worker)
        {
            return;
        }

        _queued.Remove(attempt.Stage, out var queued);
        _leases[attempt.Stage] = new StageLease
        {
            Stage = attempt.Stage,
            Worker = report.Worker,
            Silo = report.Silo,
            Attempt = attempt.Attempt,
            Offer = lease?.Offer ?? queued?.Offer,
            PeakMemory = attempt.PeakMemory,
            Heard = now,
            HeardHere = true,
        };
    }

    /// <summary>Whether another instance stands in the worker's slot: nobody needs to wait for a lease to know that it is gone.</summary>
    private bool IsReplaced(string worker) =>
        !_workers.ContainsKey(worker) && _workers.Keys.Any(other => WorkerSlot.Of(other) == WorkerSlot.Of(worker));

    private List<StageLease> End(Func<StageLease, bool> which)
    {
        var ended = _leases.Values.Where(which).OrderBy(lease => lease.Stage).ToList();
        foreach (var lease in ended)
        {
            _leases.Remove(lease.Stage);
        }

        Forget();
        return ended;
    }

    /// <summary>Who wants nothing any more has no account.</summary>
    private void Forget()
    {
        var present = _queued.Values.Select(queued => queued.Offer.Experiment)
            .Concat(_leases.Values.Select(lease => lease.Offer?.Experiment).OfType<string>())
            .ToHashSet();
        foreach (var experiment in _served.Keys.Where(experiment => !present.Contains(experiment)).ToList())
        {
            _served.Remove(experiment);
        }
    }
}
