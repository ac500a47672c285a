namespace Sweep.Scheduling;

/// <summary>
/// The experiments in memory, of which a bounded number have series of their own: a name is a person's, and whoever submits a thousand
/// must not grow what is scraped. A place is taken by the first that comes and is free again when its experiment leaves.
/// </summary>
internal sealed class ExperimentSeries(int limit)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ExperimentGauges> _all = [];
    private readonly HashSet<string> _named = [];
    private readonly HashSet<string> _dropped = [];

    /// <returns>Whether it is the first time that it is left without series.</returns>
    public bool Put(string experiment, ExperimentGauges gauges)
    {
        lock (_gate)
        {
            _all[experiment] = gauges;
            if (_named.Contains(experiment))
            {
                return false;
            }

            if (_named.Count < limit)
            {
                _named.Add(experiment);
                _dropped.Remove(experiment);
                return false;
            }

            return _dropped.Add(experiment);
        }
    }

    public void Remove(string experiment)
    {
        lock (_gate)
        {
            _all.Remove(experiment);
            _named.Remove(experiment);
            _dropped.Remove(experiment);
        }
    }

    public IReadOnlyList<ExperimentGauges> All()
    {
        lock (_gate)
        {
            return [.. _all.Values];
        }
    }

    public IReadOnlyList<(string Experiment, ExperimentGauges Gauges)> Named()
    {
        lock (_gate)
        {
            return [.. _named.Select(name => (name, _all[name]))];
        }
    }
}
