namespace Sweep.Planning;

/// <summary>A trial that may become a parent.</summary>
/// <param name="Place">Its place in the history.</param>
/// <param name="Unit">Its point, [P].</param>
/// <param name="Rank">The rank of its costs within the population.</param>
/// <param name="Room">Its crowding distance within its rank.</param>
/// <param name="Complete">Whether it was measured at its full length.</param>
internal sealed record Nsga2Member(int Place, double[] Unit, int Rank, double Room, bool Complete)
{
    /// <summary>
    /// By rank, then room, then whether the costs are final, then age. Costs of a trial that was stopped, or that runs on, count as they are: more epochs would
    /// have made them no worse, so that it is never taken for better than it is, and what it says of the other costs is true already.
    /// </summary>
    public bool Beats(Nsga2Member other) =>
        (Rank, -Room, !Complete, Place).CompareTo((other.Rank, -other.Room, !other.Complete, other.Place)) < 0;
}

/// <summary>
/// The survivors of NSGA-II as they follow from a history in whatever order its trials ended: trials are taken in by number, a block as large as the population
/// at a time, and of each block and the survivors before it the best survive. A trial that ends late is taken in where its number belongs, so blocks before
/// it are not looked at again and an interrupted search comes to the same survivors.
/// </summary>
internal sealed class Nsga2Population(SpacePoints points, int size, int objectives)
{
    private readonly List<double[]?> _units = [];
    private readonly List<Nsga2Member[]> _survivors = [];
    private Nsga2Member[] _members = [];
    private SearchHistory? _history;
    private int _seen;

    /// <summary>The survivors of the whole history, at most as many as the population, failed trials and points of other spaces never among them.</summary>
    public IReadOnlyList<Nsga2Member> Of(SearchHistory history)
    {
        if (!ReferenceEquals(history, _history))
        {
            (_history, _seen, _members) = (history, 0, []);
            _units.Clear();
            _survivors.Clear();
        }

        if (_seen == history.Changes.Count)
        {
            return _members;
        }

        for (; _seen < history.Changes.Count; _seen++)
        {
            var block = history.Changes[_seen] / size;
            if (block < _survivors.Count)
            {
                _survivors.RemoveRange(block, _survivors.Count - block);
            }
        }

        for (var place = _units.Count; place < history.Observations.Count; place++)
        {
            _units.Add(points.ToUnit(history.Observations[place].Values));
        }

        while ((_survivors.Count + 1) * size <= history.Observations.Count)
        {
            _survivors.Add(Survive(history, _survivors.Count * size, (_survivors.Count + 1) * size));
        }

        return _members = Survive(history, _survivors.Count * size, history.Observations.Count);
    }

    /// <summary>The best of the latest survivors and the trials at places <paramref name="from"/> to before <paramref name="to"/>.</summary>
    private Nsga2Member[] Survive(SearchHistory history, int from, int to)
    {
        var before = _survivors.Count > 0 ? _survivors[^1] : [];
        var places = before.Select(member => member.Place)
            .Concat(Enumerable.Range(from, to - from).Where(place => IsMeasured(history.Observations[place], place))).ToArray();
        var costs = places.Select(place => history.Observations[place].Costs!).ToArray();
        var ranks = NonDominatedRanks.Of(costs);
        var survivors = new List<Nsga2Member>(size);
        foreach (var front in Enumerable.Range(0, places.Length).GroupBy(i => ranks[i]).OrderBy(front => front.Key))
        {
            var members = front.ToArray();
            var room = CrowdingDistance.Of([.. members.Select(i => costs[i])]);
            survivors.AddRange(members
                .Select((i, at) => new Nsga2Member(places[i], _units[places[i]]!, front.Key, room[at], IsComplete(history, places[i])))
                .OrderByDescending(member => member.Room).ThenByDescending(member => member.Complete).ThenBy(member => member.Place)
                .Take(size - survivors.Count));
            if (survivors.Count == size)
            {
                break;
            }
        }

        return [.. survivors];
    }

    private static bool IsComplete(SearchHistory history, int place) => history.Observations[place].State == ObservationState.Complete;

    private bool IsMeasured(Observation observation, int place) =>
        observation.State != ObservationState.Failed && _units[place] is not null
        && observation.Costs is { } costs && costs.Count == objectives && !costs.Any(double.IsNaN);
}
