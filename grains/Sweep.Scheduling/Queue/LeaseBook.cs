using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>The leases, by stage, worker and slot.</summary>
/// <param name="runs">Told of an experiment, and of how many more of its stages run now.</param>
internal sealed class LeaseBook(Action<string, int> runs)
{
    private readonly Dictionary<StageId, StageLease> _byStage = [];
    private readonly Dictionary<WorkerSlot, List<StageLease>> _bySlot = [];
    private readonly Dictionary<string, int> _benchmarks = [];

    public IReadOnlyCollection<StageLease> All => _byStage.Values;

    public StageLease? On(StageId stage) => _byStage.GetValueOrDefault(stage);

    /// <summary>The first of a worker; null for none.</summary>
    public StageLease? Of(string worker) => In(WorkerSlot.Of(worker)).FirstOrDefault(lease => lease.Worker == worker);

    /// <summary>Of whoever stands or stood in a slot.</summary>
    public IReadOnlyList<StageLease> In(WorkerSlot slot) => _bySlot.TryGetValue(slot, out var leases) ? leases : [];

    /// <summary>Whether a silo runs a Benchmark.</summary>
    public bool IsMeasuring(string silo) => _benchmarks.ContainsKey(silo);

    public void Set(StageLease lease)
    {
        Remove(lease.Stage);
        _byStage.Add(lease.Stage, lease);
        var slot = WorkerSlot.Of(lease.Worker);
        if (!_bySlot.TryGetValue(slot, out var leases))
        {
            _bySlot.Add(slot, leases = []);
        }

        leases.Add(lease);
        Count(lease, +1);
    }

    public void Remove(StageId stage)
    {
        if (!_byStage.Remove(stage, out var lease))
        {
            return;
        }

        var slot = WorkerSlot.Of(lease.Worker);
        var leases = _bySlot[slot];
        leases.Remove(lease);
        if (leases.Count == 0)
        {
            _bySlot.Remove(slot);
        }

        Count(lease, -1);
    }

    private void Count(StageLease lease, int change)
    {
        if (lease.Stage.Kind == StageKind.Benchmark)
        {
            var count = _benchmarks.GetValueOrDefault(lease.Silo) + change;
            if (count == 0)
            {
                _benchmarks.Remove(lease.Silo);
            }
            else
            {
                _benchmarks[lease.Silo] = count;
            }
        }

        if (lease.Offer is { } offer)
        {
            runs(offer.Experiment, change);
        }
    }
}
