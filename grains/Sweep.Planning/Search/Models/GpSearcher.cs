using System.Globalization;

namespace Sweep.Planning;

/// <summary>
/// Gaussian processes with the exact expected hypervolume improvement (<see cref="GpObjectives"/>, <see cref="ImprovementBoxes"/>): proposes the point that is
/// expected to add most to the volume that the measured costs dominate, times how likely it is not to fail (<see cref="GpSuccess"/>). Running trials
/// count as if they had been measured as predicted. It looks at no more than 200 trials, the fronts first and then the newest.
/// </summary>
public sealed class GpSearcher : ISearcher
{
    private readonly ModelSpace _space;
    private readonly ISearcher _startUp;
    private readonly long _seed;
    private readonly GpSettings _settings;

    public GpSearcher(SearchSpace space, long seed)
        : this(space, seed, new GpSettings())
    {
    }

    internal GpSearcher(SearchSpace space, long seed, GpSettings settings)
    {
        ArgumentNullException.ThrowIfNull(space);
        _space = new ModelSpace(space);
        _seed = seed;
        _settings = settings;
        _startUp = new SobolSearcher(space, seed);
    }

    public bool TakesLong => true;

    public int? Foreknown => StartUpTrials;

    private int StartUpTrials => _settings.StartUp ?? 2 * (_space.Axes.Count + 1);

    public SearchProposal? Propose(int trial, SearchHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var known = new ModelHistory(_space, history);
        if (StartUp.Covers(trial, known, StartUpTrials))
        {
            return _startUp.Propose(trial, history);
        }

        var trials = Telling(known.Measured, _settings.MostTrials);
        var model = new GpObjectives(_space, trials, _settings);
        var front = Enumerable.Range(0, trials.Count).Where(i => trials[i].Epochs is null).Select(model.Costs).ToList();
        front.AddRange(known.Running.TakeLast(_settings.MostTrials / 2).Select(model.Believe));
        var acquisition = new GpAcquisition(_space, model, front, known.Failed, trials);
        return acquisition.Search(new SearchRandom(_seed, trial, "gp"), history, _settings) is var (values, gain, costs)
            ? new SearchProposal(values, Reason(gain, costs, trials.Count))
            : _startUp.Propose(trial, history);
    }

    private static string Reason(double gain, double[] costs, int trials)
    {
        var predicted = string.Join(", ", costs.Select(cost => cost.ToString("G4", CultureInfo.InvariantCulture)));
        return FormattableString.Invariant(
            $"It is expected to add {gain:G3} to the dominated hypervolume of scaled costs, with costs near ({predicted}) predicted from {trials} trials.");
    }

    /// <summary>
    /// The trials that a model of bounded size is made of: half of them front by front (full length first), the others the newest. In the given order.
    /// </summary>
    internal static IReadOnlyList<MeasuredTrial> Telling(IReadOnlyList<MeasuredTrial> measured, int most)
    {
        if (measured.Count <= most)
        {
            return measured;
        }

        var kept = new HashSet<int>(GoodTrials.Of(measured, most / 2).Good);
        for (var i = measured.Count - 1; kept.Count < most; i--)
        {
            kept.Add(i);
        }

        return [.. kept.Order().Select(i => measured[i])];
    }
}
