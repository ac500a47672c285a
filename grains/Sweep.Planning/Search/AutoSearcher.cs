namespace Sweep.Planning;

/// <summary>
/// One of the other searchers, by the space and the number of trials: the grid where all of it can be had, the Sobol sequence where there are too few trials to learn
/// from, evolution where there are so many that a model would take longer than it saves, and a model between.
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
        (_chosen, Reason) = trials switch
        {
            _ when points.Count <= (trials ?? int.MaxValue) =>
                ((ISearcher)new GridSpaceSearcher(space), FormattableString.Invariant($"grid, since the space has {points.Count} points and all of them can be had")),
            null => (new Nsga2Searcher(space, seed, population, trials, objectives), "nsga2, since the number of trials has no limit"),
            { } count when count < few =>
                (new SobolSearcher(space, seed), FormattableString.Invariant($"sobol, since {count} trials are too few to learn {points.Dimensions} parameters from, which takes {few}")),
            { } count when count > MostModelled =>
                (new Nsga2Searcher(space, seed, population, trials, objectives), FormattableString.Invariant($"nsga2, since {count} trials are more than a model of {MostModelled} pays for")),
            { } count when model is null => (new Nsga2Searcher(space, seed, population, trials, objectives), FormattableString.Invariant($"nsga2, since {count} trials are enough to learn from")),
            { } count => (model(), FormattableString.Invariant($"a model of the objectives, since {count} trials are enough to learn from and few enough to think about each")),
        };
    }

    /// <summary>Which one was chosen and why.</summary>
    public string Reason { get; }

    public SearchProposal? Propose(int trial, SearchHistory history) =>
        _chosen.Propose(trial, history) is not { } proposal ? null : trial > 0 ? proposal : proposal with { Reason = $"Auto chose {Reason}. {proposal.Reason}" };

    /// <summary>Twice the parameters, and ten: fewer trials are all spent before a model or a population has anything to go by.</summary>
    private static int LeastLearnt(int parameters) => 2 * parameters + 10;
}
