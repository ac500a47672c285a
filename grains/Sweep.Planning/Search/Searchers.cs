namespace Sweep.Planning;

/// <summary>Makes the searcher that a spec names.</summary>
public static class Searchers
{
    /// <summary>The searcher of a spec's search, over its space.</summary>
    public static ISearcher Of(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var search = spec.Search;
        return Create(search.Algorithm, new TrialSpace(spec).Space, search.Seed, search.Trials, search.Population, spec.Objectives.Count);
    }

    /// <param name="trials">How many there will be; null when nobody knows.</param>
    /// <param name="population">Null for a size that suits the number of trials.</param>
    /// <param name="objectives">How many costs a measured trial has.</param>
    /// <exception cref="ArgumentException">The space is none, or a continuum where a grid is asked for.</exception>
    public static ISearcher Create(SearchAlgorithm algorithm, SearchSpace space, long seed, int? trials, int? population, int objectives) => algorithm switch
    {
        SearchAlgorithm.Grid => new GridSpaceSearcher(space),
        SearchAlgorithm.Random => new RandomSearcher(space, seed),
        SearchAlgorithm.Sobol => new SobolSearcher(space, seed),
        SearchAlgorithm.Nsga2 => new Nsga2Searcher(space, seed, population, trials, objectives),
        SearchAlgorithm.Motpe => new MotpeSearcher(space, seed),
        SearchAlgorithm.Gp => new GpSearcher(space, seed),
        SearchAlgorithm.Auto => new AutoSearcher(space, seed, trials, population, objectives),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No searcher has this name."),
    };
}
