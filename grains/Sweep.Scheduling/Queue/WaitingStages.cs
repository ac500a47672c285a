using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// Every stage that waits for a worker. Those whose time has come are in the accounts of their experiments too; what choices need to know of
/// all of them together is counted as they come and go.
/// </summary>
internal sealed class WaitingStages(Ledger ledger)
{
    private readonly Dictionary<StageId, QueuedStage> _byId = [];
    private readonly SortedSet<QueuedStage> _byAge = new(QueuedStage.ByAge);
    private readonly SortedSet<QueuedStage> _delayed = new(QueuedStage.ByTime);
    private readonly Dictionary<StageId, QueuedStage> _excluding = [];
    private readonly Dictionary<MemoryClass, ClassQueue> _classes = [];
    private readonly Dictionary<int, int> _paths = [];
    private readonly SortedSet<int> _lengths = [];
    private readonly Dictionary<StageKind, int> _kinds = [];
    private long _epochs;

    public IReadOnlyCollection<QueuedStage> All => _byId.Values;

    /// <summary>Those that exclude workers.</summary>
    public IReadOnlyCollection<QueuedStage> Excluding => _excluding.Values;

    /// <summary>Since when the oldest waits; null for none.</summary>
    public DateTimeOffset? OldestSince => _byAge.Min?.Since;

    /// <summary>The memory classes of the stages that are ready and can run beside others.</summary>
    public IReadOnlyCollection<MemoryClass> Classes => _classes.Keys;

    public QueuedStage? Find(StageId stage) => _byId.GetValueOrDefault(stage);

    public int Count(StageKind kind) => _kinds.GetValueOrDefault(kind);

    /// <summary>Whether the paths that are ready keep so many workers busy for longer than the longest of them takes.</summary>
    public bool IsPlenty(int workers) => _epochs > (long)_lengths.Max * Math.Max(1, workers);

    /// <summary>Since when a class has had something ready and has had nothing started. It must have something ready.</summary>
    public DateTimeOffset UnservedSince(MemoryClass memoryClass) => _classes[memoryClass].Since;

    /// <summary>Takes in a stage, in place of what was known of it.</summary>
    public void Put(QueuedStage queued, DateTimeOffset now)
    {
        var again = Find(queued.Offer.Stage)?.Offer.Experiment == queued.Offer.Experiment;
        DateTimeOffset? unserved = _classes.TryGetValue(queued.Offer.MemoryClass ?? default, out var former) ? former.Since : null;
        Remove(queued.Offer.Stage);
        _byId.Add(queued.Offer.Stage, queued);
        _byAge.Add(queued);
        _kinds[queued.Kind] = Count(queued.Kind) + 1;
        ledger.Wait(queued.Offer.Experiment, +1);
        if (queued.Offer.Excluded.Count > 0)
        {
            _excluding.Add(queued.Offer.Stage, queued);
        }

        if (queued.Offer.NotBefore > now)
        {
            _delayed.Add(queued);
        }
        else
        {
            Ready(queued, again);
        }

        if (again && unserved is { } since && _classes.TryGetValue(queued.Offer.MemoryClass ?? default, out var queue))
        {
            queue.Since = since;
        }
    }

    /// <returns>What waited; null if it did not.</returns>
    public QueuedStage? Remove(StageId stage)
    {
        if (!_byId.Remove(stage, out var queued))
        {
            return null;
        }

        _byAge.Remove(queued);
        _kinds[queued.Kind]--;
        _excluding.Remove(stage);
        ledger.Wait(queued.Offer.Experiment, -1);
        if (queued.Offer.NotBefore is null || !_delayed.Remove(queued))
        {
            Unready(queued);
        }

        return queued;
    }

    /// <summary>Those whose back-off is over are ready.</summary>
    public void Ripen(DateTimeOffset now)
    {
        while (_delayed.Min is { } first && first.Offer.NotBefore <= now)
        {
            _delayed.Remove(first);
            Ready(first, again: false);
        }
    }

    /// <summary>A stage of the class was given to a worker.</summary>
    public void Serve(StageOffer offer, DateTimeOffset now)
    {
        if (!offer.Alone && _classes.TryGetValue(offer.MemoryClass ?? default, out var queue))
        {
            queue.Since = now;
        }
    }

    private void Ready(QueuedStage queued, bool again)
    {
        ledger.Add(queued, again);
        var path = queued.Offer.CriticalPath;
        _epochs += path;
        var alike = _paths.GetValueOrDefault(path);
        _paths[path] = alike + 1;
        if (alike == 0)
        {
            _lengths.Add(path);
        }

        if (queued.Offer.Alone)
        {
            return;
        }

        var memoryClass = queued.Offer.MemoryClass ?? default;
        if (!_classes.TryGetValue(memoryClass, out var queue))
        {
            _classes.Add(memoryClass, queue = new ClassQueue { Since = queued.Since });
        }

        queue.Count++;
    }

    private void Unready(QueuedStage queued)
    {
        ledger.Remove(queued);
        var path = queued.Offer.CriticalPath;
        _epochs -= path;
        if (--_paths[path] == 0)
        {
            _paths.Remove(path);
            _lengths.Remove(path);
        }

        var memoryClass = queued.Offer.MemoryClass ?? default;
        if (!queued.Offer.Alone && --_classes[memoryClass].Count == 0)
        {
            _classes.Remove(memoryClass);
        }
    }

    private sealed class ClassQueue
    {
        public int Count { get; set; }

        public required DateTimeOffset Since { get; set; }
    }
}
