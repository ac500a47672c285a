namespace Sweep.Planning;

/// <summary>How the points of a search are chosen.</summary>
public enum SearchAlgorithm
{
    /// <summary>Every combination, in the order of the file.</summary>
    Grid,

    /// <summary>Independent uniform draws.</summary>
    Random,

    /// <summary>A scrambled Sobol sequence: even cover of the space at every length.</summary>
    Sobol,

    /// <summary>NSGA-II, an evolutionary search for a front.</summary>
    Nsga2,

    /// <summary>Multi-objective tree-structured Parzen estimators.</summary>
    Motpe,

    /// <summary>Gaussian processes with expected hypervolume improvement.</summary>
    Gp,

    /// <summary>One of the others, by the number of trials and the space.</summary>
    Auto,
}

/// <summary>Which searcher proposes the trials, and how many.</summary>
public sealed record SearchSpec
{
    public SearchAlgorithm Algorithm { get; init; }

    /// <summary>How many are proposed; null for a whole grid.</summary>
    public int? Trials { get; init; }

    /// <summary>Seed of everything that the searcher draws.</summary>
    public long Seed { get; init; }

    /// <summary>Trials of one generation; null for the searcher's own.</summary>
    public int? Population { get; init; }

    /// <summary>Names of earlier experiments whose trials the searcher learns from; null for none.</summary>
    public IReadOnlyList<string>? WarmStart { get; init; }

    /// <summary>Trials from elsewhere that the searcher learns from; null for none.</summary>
    public IReadOnlyList<KnownTrial>? Known { get; init; }
}

public static class SearchAlgorithms
{
    /// <summary>Whether anything is known before the first trial.</summary>
    public static bool StartsWarm(this SearchSpec search)
    {
        ArgumentNullException.ThrowIfNull(search);
        return search.WarmStart is { Count: > 0 } || search.Known is { Count: > 0 };
    }

    /// <summary>Whether proposals depend on how earlier trials turned out.</summary>
    public static bool Learns(this SearchAlgorithm algorithm) =>
        algorithm is not (SearchAlgorithm.Grid or SearchAlgorithm.Random or SearchAlgorithm.Sobol);
}
