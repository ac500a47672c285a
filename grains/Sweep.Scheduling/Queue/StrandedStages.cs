using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// Stages that have excluded every worker there is, for so long that no other can be expected: a worker that restarts, or has yet to call a queue
/// that has just started, is back within a lease.
/// </summary>
internal sealed class StrandedStages
{
    private readonly Dictionary<StageId, DateTimeOffset> _since = [];

    /// <returns>Those that have been for a full lease.</returns>
    public IReadOnlyList<QueuedStage> Find(IReadOnlyCollection<QueuedStage> excluding, WorkerBook workers, DateTimeOffset now, TimeSpan lease)
    {
        if (excluding.Count == 0 && _since.Count == 0)
        {
            return [];
        }

        var slots = workers.All.Where(known => known.Report.AcceptsWork).Select(known => WorkerSlot.Of(known.Report.Worker).Name).ToList();
        var stranded = excluding.Where(queued => slots.Count > 0 && slots.All(slot => queued.Offer.Excluded.Contains(slot))).ToList();
        var ids = stranded.Select(queued => queued.Offer.Stage).ToHashSet();
        foreach (var stage in _since.Keys.Where(stage => !ids.Contains(stage)).ToList())
        {
            _since.Remove(stage);
        }

        foreach (var stage in ids)
        {
            _since.TryAdd(stage, now);
        }

        return [.. stranded.Where(queued => now - _since[queued.Offer.Stage] >= lease)];
    }
}
