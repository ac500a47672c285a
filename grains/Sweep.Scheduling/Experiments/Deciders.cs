using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>Who decides in an experiment, as its spec says: which trials there are, and which go on.</summary>
internal static class Deciders
{
    /// <returns>Null for a grid, whose trials are known by their numbers.</returns>
    public static ISearcher? SearcherOf(SweepSpec spec) => spec.Search.Algorithm == SearchAlgorithm.Grid ? null
        : Searchers.Of(spec);

    /// <returns>Null where every trial runs to its end.</returns>
    public static ITrialStopping? StoppingOf(SweepSpec spec)
    {
        if (spec.Stopping is not { Algorithm: { } algorithm } stopping)
        {
            return null;
        }

        var options = new StoppingOptions
        {
            Algorithm = algorithm,
            Mode = stopping.Mode,
            Reduction = stopping.Reduction,
            MinEpochs = stopping.MinEpochs,
            Ranking = stopping.Ranking,
        };
        return TrialStoppings.Create(options, TrialPlanner.LongestFineTune(spec));
    }
}
