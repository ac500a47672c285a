using static System.FormattableString;

namespace Sweep.Planning;

/// <summary>
/// One of the other searchers, by the space and the number of trials: the grid where all of it can be had, the Sobol sequence where there are too few
/// trials to learn from, evolution where there are so many that a model would take longer than it saves, and a model between: Gaussian processes, which
/// need the fewest trials, as long as they can look at all of them, else Parzen estimators.
/// </summary>
public sealed class AutoSearcher : ISearcher
{
    /// <summary>Above this a Gaussian process would have to forget trials.</summary>
    private const int MostRemembered = 200;

    /// <summary>Above this distances in the space say little to a Gaussian process.</summary>
    private const int MostParameters = 20;

    /// <summary>Above this a model, whose time grows with the history, gives way to evolution.</summary>
    private const int MostModelled = 1000;

    private readonly ISearcher _chosen;

    /// <param name="trials">How many there will be; null when nobody knows.</param>
    public AutoSearcher(SearchSpace space, long seed, int? trials, int? population, int objectives)
    {
        var points = new SpacePoints(space);
        var few = LeastLearnt(points.Dimensions);
        if (points.Count <= (trials ?? int.MaxValue))
        {
            (_chosen, Reason) = (new GridSpaceSearcher(space), Invariant($"grid, since the space has {points.Count} points and all of them can be had"));
        }
        else if (trials < few)
        {
            _chosen = new SobolSearcher(space, seed);
            Reason = Invariant($"sobol, since {trials} trials are too few to learn {points.Dimensions} parameters from, which takes {few}");
        }
        else if (trials <= MostRemembered && points.Dimensions <= MostParameters)
        {
            _chosen = new GpSearcher(space, seed);
            Reason = Invariant($"gp, since {trials} trials are enough to learn from and few enough to think long about each");
        }
        else if (trials <= MostModelled)
        {
            _chosen = new MotpeSearcher(space, seed);
            Reason = Invariant($"motpe, since {trials} trials are enough to learn from, but too many or of too many parameters for gp");
        }
        else
        {
            _chosen = new Nsga2Searcher(space, seed, population, trials, objectives);
            Reason = trials is null
                ? "nsga2, since the number of trials has no limit"
                : Invariant($"nsga2, since {trials} trials are more than a model of {MostModelled} pays for");
        }
    }

    /// <summary>Which one was chosen and why.</summary>
    public string Reason { get; }

    public bool TakesLong => _chosen.TakesLong;

    public int? Foreknown => _chosen.Foreknown;

    public SearchProposal? Propose(int trial, SearchHistory history)
    {
        var proposal = _chosen.Propose(trial, history);
        return trial > 0 || proposal is null ? proposal : proposal with { Reason = $"Auto chose {Reason}. {proposal.Reason}" };
    }

    /// <summary>Twice the parameters, and ten: fewer trials are all spent before a model or a population has anything to go by.</summary>
    private static int LeastLearnt(int parameters) => 2 * parameters + 10;
}
