namespace Sweep.Planning;

/// <summary>
/// Multi-objective tree-structured Parzen estimator (Ozaki and others, "Multiobjective Tree-Structured Parzen Estimator for Computationally Expensive
/// Optimization Problems", 2020; journal version 2022). Measured trials are split into the best fifth l and the rest g (<see cref="GoodTrials"/>); of points
/// drawn from the density of l the one with the largest l/g is proposed, which has the largest expected improvement among them. Running trials
/// count as bad, so that points proposed at once lie apart; failed ones as well, so that the search keeps away from them.
/// </summary>
public sealed class MotpeSearcher : ISearcher
{
    private readonly ModelSpace _space;
    private readonly ISearcher _startUp;
    private readonly long _seed;
    private readonly MotpeSettings _settings;

    public MotpeSearcher(SearchSpace space, long seed)
        : this(space, seed, new MotpeSettings())
    {
    }

    internal MotpeSearcher(SearchSpace space, long seed, MotpeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(space);
        _space = new ModelSpace(space);
        _seed = seed;
        _settings = settings;
        _startUp = new SobolSearcher(space, seed);
    }

    public bool TakesLong => true;

    public int? Foreknown => _settings.StartUp;

    public SearchProposal? Propose(int trial, SearchHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var known = new ModelHistory(_space, history);
        if (StartUp.Covers(trial, known, _settings.StartUp))
        {
            return _startUp.Propose(trial, history);
        }

        var split = GoodTrials.Of(known.Measured, Math.Min(_settings.MostGood, (int)Math.Ceiling(_settings.Share * known.Measured.Count)));
        var good = split.Good.Select(i => known.Measured[i].Point).ToList();
        List<double[]> bad = [.. split.Rest.Select(i => known.Measured[i].Point), .. known.Failed, .. known.Running];
        bad.RemoveRange(0, Math.Max(0, bad.Count - _settings.MostBad));
        var random = new SearchRandom(_seed, trial, "motpe");
        var found = _settings.Joint ? Jointly(random, history, good, split.Weights, bad) : OneByOne(random, history, good, split.Weights, bad);
        return found is var (values, ratio)
            ? new SearchProposal(values, Reason(Math.Exp(Math.Min(ratio, 690)), good.Count, known.Measured.Count, bad.Count))
            : _startUp.Propose(trial, history);
    }

    private static string Reason(double ratio, int good, int measured, int bad) => FormattableString.Invariant(
        $"Such points are {ratio:G3} times as dense among the {good} best of {measured} measured trials as among the {bad} others.");

    /// <summary>The best of some points that are drawn and rated whole.</summary>
    private (ParameterValues Values, double Ratio)? Jointly(
        SearchRandom random, SearchHistory history, List<double[]> good, IReadOnlyList<double> weights, List<double[]> bad)
    {
        var l = new ParzenEstimator(_space.Axes, null, good, weights);
        var g = new ParzenEstimator(_space.Axes, null, bad, [.. bad.Select(_ => 1.0)]);
        (ParameterValues, double)? best = null;
        for (var i = 0; i < _settings.Candidates; i++)
        {
            var point = new double[_space.Axes.Count];
            l.Draw(random, point);
            var ratio = l.LogDensity(point) - g.LogDensity(point);
            if ((best is not var (_, most) || ratio > most) && _space.New(point, history) is { } values)
            {
                best = (values, ratio);
            }
        }

        return best;
    }

    /// <summary>Parameter by parameter the best of some values; anew until the whole is new.</summary>
    private (ParameterValues Values, double Ratio)? OneByOne(
        SearchRandom random, SearchHistory history, List<double[]> good, IReadOnlyList<double> weights, List<double[]> bad)
    {
        var densities = _space.Axes.Select((_, d) => (Good: Along(good, weights, d), Bad: Along(bad, [.. bad.Select(_ => 1.0)], d))).ToList();
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var (point, candidate) = (new double[_space.Axes.Count], new double[_space.Axes.Count]);
            var sum = 0.0;
            for (var d = 0; d < point.Length; d++)
            {
                point[d] = double.NaN;
                if (!_space.Axes[d].Exists(point))
                {
                    continue;
                }

                var most = double.NegativeInfinity;
                point.CopyTo(candidate, 0);
                for (var i = 0; i < _settings.Candidates; i++)
                {
                    densities[d].Good.Draw(random, candidate);
                    var ratio = densities[d].Good.LogDensity(candidate) - densities[d].Bad.LogDensity(candidate);
                    if (ratio > most)
                    {
                        (most, point[d]) = (ratio, candidate[d]);
                    }
                }

                sum += most;
            }

            if (_space.New(point, history) is { } values)
            {
                return (values, sum);
            }
        }

        return null;
    }

    private ParzenEstimator Along(List<double[]> points, IReadOnlyList<double> weights, int d)
    {
        var here = Enumerable.Range(0, points.Count).Where(i => !double.IsNaN(points[i][d])).ToList();
        return new ParzenEstimator(_space.Axes, d, [.. here.Select(i => points[i])], [.. here.Select(i => weights[i])]);
    }
}
