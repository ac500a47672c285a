using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>The workers that have called, by name, slot and device, and what those without work hold.</summary>
internal sealed class WorkerBook
{
    private readonly Dictionary<string, KnownWorker> _byName = [];
    private readonly Dictionary<WorkerSlot, string> _bySlot = [];
    private readonly Dictionary<DevicePlace, List<string>> _byPlace = [];
    private readonly Dictionary<string, HashSet<StageId>> _freeHolds = [];
    private readonly Dictionary<StageId, int> _heldByFree = [];

    public IReadOnlyCollection<KnownWorker> All => _byName.Values;

    /// <summary>Those that take work.</summary>
    public int Accepting { get; private set; }

    public KnownWorker? Find(string worker) => _byName.GetValueOrDefault(worker);

    /// <summary>Who stands in a slot; null for nobody.</summary>
    public string? In(WorkerSlot slot) => _bySlot.GetValueOrDefault(slot);

    public IReadOnlyList<string> On(DevicePlace place) => _byPlace.TryGetValue(place, out var workers) ? workers : [];

    /// <summary>Whether a worker that has nothing to do, other than this one, holds a stage's artifact.</summary>
    public bool IsHeldByFree(StageId stage, string except) =>
        _heldByFree.GetValueOrDefault(stage) > (_freeHolds.TryGetValue(except, out var own) && own.Contains(stage) ? 1 : 0);

    /// <summary>Takes what is known of a worker. Whoever stood in its slot before is forgotten.</summary>
    public void Set(KnownWorker known)
    {
        var name = known.Report.Worker;
        var slot = WorkerSlot.Of(name);
        if (_bySlot.TryGetValue(slot, out var former) && former != name)
        {
            Remove(former);
        }

        var before = _byName.GetValueOrDefault(name);
        if (before is not null)
        {
            Accepting -= before.Report.AcceptsWork ? 1 : 0;
        }

        if (before is null || DevicePlace.Of(before.Report) != DevicePlace.Of(known.Report))
        {
            Leave(before);
            (CollectionOn(DevicePlace.Of(known.Report))).Add(name);
        }

        _byName[name] = known;
        _bySlot[slot] = name;
        Accepting += known.Report.AcceptsWork ? 1 : 0;
        Hold(name, known);
    }

    public void Remove(string worker)
    {
        if (_byName.Remove(worker, out var known))
        {
            Accepting -= known.Report.AcceptsWork ? 1 : 0;
            _bySlot.Remove(WorkerSlot.Of(worker));
            Leave(known);
            Drop(worker);
        }
    }

    private List<string> CollectionOn(DevicePlace place)
    {
        if (!_byPlace.TryGetValue(place, out var workers))
        {
            _byPlace.Add(place, workers = []);
        }

        return workers;
    }

    private void Leave(KnownWorker? known)
    {
        if (known is not null && DevicePlace.Of(known.Report) is var place && _byPlace.TryGetValue(place, out var workers))
        {
            workers.Remove(known.Report.Worker);
            if (workers.Count == 0)
            {
                _byPlace.Remove(place);
            }
        }
    }

    private void Hold(string worker, KnownWorker known)
    {
        var isFree = known.Report.AcceptsWork && known.IdleSince is not null;
        if (isFree && _freeHolds.TryGetValue(worker, out var held) && held.SetEquals(known.Report.Holds))
        {
            return;
        }

        Drop(worker);
        if (isFree)
        {
            var holds = known.Report.Holds.ToHashSet();
            _freeHolds.Add(worker, holds);
            foreach (var stage in holds)
            {
                _heldByFree[stage] = _heldByFree.GetValueOrDefault(stage) + 1;
            }
        }
    }

    private void Drop(string worker)
    {
        if (!_freeHolds.Remove(worker, out var holds))
        {
            return;
        }

        foreach (var stage in holds)
        {
            if (--_heldByFree[stage] == 0)
            {
                _heldByFree.Remove(stage);
            }
        }
    }
}
