using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// Which of two stages of one experiment a worker should rather start: the child of what it has just finished; then, while there is work for
/// everybody, the stage nearest the end of its trial, so that trials get done and the front grows, and once a long path could outlast the rest,
/// the longest path, so that no worker ends up waiting for another; then what it holds the parent of, and what no other free worker does;
/// then what waits longest.
/// </summary>
/// <param name="workers">Who else holds what.</param>
/// <param name="worker">Whose choice it is.</param>
/// <param name="plenty">Whether the paths that wait keep every worker busy for longer than the longest of them takes.</param>
internal sealed class StagePreference(WorkerBook workers, WorkerReport worker, bool plenty) : IComparer<QueuedStage>
{
    private readonly Lazy<HashSet<StageId>> _holds = new(() => [.. worker.Holds]);

    public StageId? LastEnded { get; } = workers.Find(worker.Worker)?.LastEnded;

    public IReadOnlyList<StageId> Holds => worker.Holds;

    public bool Plenty => plenty;

    public bool IsHeldByOthers(QueuedStage queued) => queued.Offer.Parent is { } parent && workers.IsHeldByFree(parent, worker.Worker);

    public int Compare(QueuedStage? x, QueuedStage? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var order = IsChild(y).CompareTo(IsChild(x));
        order = order != 0 ? order : Plenty ? x.Offer.CriticalPath.CompareTo(y.Offer.CriticalPath) : y.Offer.CriticalPath.CompareTo(x.Offer.CriticalPath);
        order = order != 0 ? order : IsHeld(y).CompareTo(IsHeld(x));
        order = order != 0 ? order : IsHeldByOthers(x).CompareTo(IsHeldByOthers(y));
        return order != 0 ? order : QueuedStage.ByAge.Compare(x, y);
    }

    private bool IsChild(QueuedStage queued) => queued.Offer.Parent is { } parent && parent == LastEnded;

    private bool IsHeld(QueuedStage queued) => queued.Offer.Parent is { } parent && _holds.Value.Contains(parent);
}
