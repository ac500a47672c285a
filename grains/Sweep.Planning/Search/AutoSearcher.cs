using static System.FormattableString;

namespace Sweep.Planning;

/// <summary>
/// One of the other searchers, by the space and the number of trials: the grid where all of it can be had, the Sobol sequence where there are too few
/// trials to learn from, evolution where there are so many that a model would take longer than it saves, and a model between.
/// </summary>
public sealed class AutoSearcher : ISearcher
{
    /// <summary>Above this a model, whose time grows with the history, gives way to evolution.</summary>
    private const int MostModelled = 1000;

    private readonly ISearcher _chosen;

    /// <param name="trials">How many there will be; null when nobody knows.</param>
    /// <param name="model">Makes the model-based searcher; null where there is none, and evolution takes its place.</param>
    public AutoSearcher(SearchSpace space, long seed, int? trials, int? population, int objectives, Func<ISearcher>? model)
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
        else if (trials <= MostModelled && model is not null)
        {
            _chosen = model();
            Reason = Invariant($"a model of the objectives, since {trials} trials are enough to learn from and few enough to think about each");
        }
        else
        {
            _chosen = new Nsga2Searcher(space, seed, population, trials, objectives);
            Reason = trials switch
            {
                null => "nsga2, since the number of trials has no limit",
                > MostModelled => Invariant($"nsga2, since {trials} trials are more than a model of {MostModelled} pays for"),
                _ => Invariant($"nsga2, since {trials} trials are enough to learn from"),
            };
        }
    }

    /// <summary>Which one was chosen and why.</summary>
    public string Reason { get; }

    public SearchProposal? Propose(int trial, SearchHistory history)
    {
        var proposal = _chosen.Propose(trial, history);
        return trial > 0 || proposal is null ? proposal : proposal with { Reason = $"Auto chose {Reason}. {proposal.Reason}" };
    }

    /// <summary>Twice the parameters, and ten: fewer trials are all spent before a model or a population has anything to go by.</summary>
    private static int LeastLearnt(int parameters) => 2 * parameters + 10;
}
