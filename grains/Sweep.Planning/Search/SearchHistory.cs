namespace Sweep.Planning;

/// <summary>How an observed trial stands.</summary>
public enum ObservationState
{
    /// <summary>Proposed, and not ended; with costs where a rung has measured it, whether it runs on or waits there.</summary>
    Running,

    /// <summary>Measured at its full length.</summary>
    Complete,

    /// <summary>Stopped early: measured at fewer epochs than it was to have.</summary>
    Censored,

    Failed,
}

/// <summary>What a searcher knows of one trial.</summary>
public sealed record Observation
{
    /// <summary>The trial's number, from 0.</summary>
    public required int Trial { get; init; }

    public required ParameterValues Values { get; init; }

    public required ObservationState State { get; init; }

    /// <summary>The objectives turned so that less is better, [D]; null before the first measurement and for failed trials.</summary>
    public IReadOnlyList<double>? Costs { get; init; }

    /// <summary>Fine-tuning epochs that the costs were measured after; null for the full length, and where nothing was measured.</summary>
    public int? Epochs { get; init; }
}

/// <summary>All trials that a searcher may learn from, those of earlier experiments first (with negative numbers). Grows with the experiment.</summary>
public sealed class SearchHistory
{
    private readonly List<Observation> _observations = [];
    private readonly Dictionary<int, int> _places = [];
    private readonly List<int> _changes = [];
    private readonly HashSet<ParameterValues> _points = [];

    /// <summary>In the order in which they were first noted.</summary>
    public IReadOnlyList<Observation> Observations => _observations;

    /// <summary>
    /// The place in <see cref="Observations"/> of each that was noted, note by note, so that whoever remembers how many it has seen finds what is new
    /// without looking at all.
    /// </summary>
    public IReadOnlyList<int> Changes => _changes;

    /// <summary>Whether a trial has or had the point.</summary>
    public bool Contains(ParameterValues values) => _points.Contains(values);

    /// <summary>The history as it is now, whatever is noted afterwards.</summary>
    public SearchHistory Copy()
    {
        var copy = new SearchHistory();
        copy._observations.AddRange(_observations);
        copy._changes.AddRange(_changes);
        copy._points.UnionWith(_points);
        copy._places.EnsureCapacity(_places.Count);
        foreach (var (trial, place) in _places)
        {
            copy._places.Add(trial, place);
        }

        return copy;
    }

    /// <summary>Notes a trial, or how a known one stands now.</summary>
    public void Note(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (_places.TryGetValue(observation.Trial, out var place))
        {
            _observations[place] = observation;
            _changes.Add(place);
        }
        else
        {
            _places.Add(observation.Trial, _observations.Count);
            _changes.Add(_observations.Count);
            _observations.Add(observation);
        }

        _points.Add(observation.Values);
    }
}
