using Sweep.Recipes;

namespace Sweep.Simulation;

/// <summary>Stages whose artifacts are on a silo's disk, for all of its workers. The least recently used go, as many being kept as a silo keeps by default.</summary>
internal sealed class SimulatedCache
{
    public const int Capacity = 32;

    /// <summary>The least recently used first.</summary>
    private readonly List<StageId> _stages = new(Capacity + 1);

    public IReadOnlyList<StageId> Holds => [.. _stages];

    public void Use(StageId stage)
    {
        _stages.Remove(stage);
        _stages.Add(stage);
        if (_stages.Count > Capacity)
        {
            _stages.RemoveAt(0);
        }
    }
}
