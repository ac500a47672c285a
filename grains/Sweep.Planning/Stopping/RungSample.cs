namespace Sweep.Planning;

/// <summary>Where a new result stands among those of a rung.</summary>
/// <param name="Before">Results that are better before any tie-break: of a lower front or, among the infeasible, of less violation.</param>
/// <param name="Rank">Its place, from 1, ties broken.</param>
/// <param name="Of">Results that it was compared with, itself included.</param>
internal readonly record struct RungStanding(int Before, int Rank, int Of);

/// <summary>
/// The results of a rung that new ones are compared with: all of them, or <see cref="Size"/> of them once there are more. Whom the sample
/// holds depends on the trial numbers alone (those with the least hashes, Broder 1997), so neither the order of the results nor an interruption changes a decision.
/// A share of the trials read off 512 of them is off by two percentage points at most two times in three, and a report costs the same whatever the number of trials.
/// </summary>
internal sealed class RungSample
{
    public const int Size = 512;

    private readonly List<RungEntry> _entries = [];
    private readonly PriorityQueue<int, ulong> _hashes = new(Comparer<ulong>.Create((a, b) => b.CompareTo(a)));
    private IReadOnlyList<IReadOnlyList<int>>? _layers;
    private int[] _layerOf = [];

    /// <summary>Results taken in, whether the sample holds them or not.</summary>
    public int Count { get; private set; }

    public void Add(RungEntry entry)
    {
        Count++;
        var hash = Hash(entry.Trial);
        if (_entries.Count < Size)
        {
            _hashes.Enqueue(_entries.Count, hash);
            _entries.Add(entry);
            _layers = null;
        }
        else if (_hashes.TryPeek(out var place, out var greatest) && hash < greatest)
        {
            _hashes.DequeueEnqueue(place, hash);
            _entries[place] = entry;
            _layers = null;
        }
    }

    /// <summary>The standing of a result that the sample does not hold, as a ranking of both together would have it.</summary>
    public RungStanding Place(RungEntry entry)
    {
        if (_layers is null)
        {
            _layers = RungOrder.Layers(_entries);
            _layerOf = new int[_entries.Count];
            for (var layer = 0; layer < _layers.Count; layer++)
            {
                foreach (var i in _layers[layer])
                {
                    _layerOf[i] = layer;
                }
            }
        }

        // A newcomer never changes the front of those before or beside it: it demotes only what it dominates.
        var own = entry.Feasible ? FrontOf(entry) : LayerOfViolation(entry);
        var before = _layers.Take(own).Sum(layer => layer.Count);
        var peers = own < _layers.Count ? _layers[own].Select(i => _entries[i]).Where(peer => IsPeer(peer, entry)).ToList() : [];
        peers.Add(entry);
        var order = RungOrder.Within([.. Enumerable.Range(0, peers.Count)], peers);
        return new RungStanding(before, before + 1 + order.TakeWhile(i => i != peers.Count - 1).Count(), _entries.Count + 1);
    }

    private int FrontOf(RungEntry entry)
    {
        var front = 0;
        for (var i = 0; i < _entries.Count; i++)
        {
            if (_layerOf[i] >= front && _entries[i].Feasible && Dominance.Dominates(_entries[i].Costs, entry.Costs))
            {
                front = _layerOf[i] + 1;
            }
        }

        return front;
    }

    private int LayerOfViolation(RungEntry entry)
    {
        var layer = 0;
        while (layer < _layers!.Count && _entries[_layers[layer][0]].Violation < entry.Violation)
        {
            layer++;
        }

        return layer;
    }

    private static bool IsPeer(RungEntry peer, RungEntry entry) =>
        entry.Feasible ? peer.Feasible && !Dominance.Dominates(entry.Costs, peer.Costs) : peer.Violation == entry.Violation;

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a bijection, so no two trials share a hash.</summary>
    private static ulong Hash(int trial)
    {
        var z = (ulong)(uint)trial + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
