namespace Sweep.Planning;

public enum StoppingAlgorithm
{
    /// <summary><see cref="SuccessiveHalving"/>.</summary>
    Asha,

    /// <summary><see cref="MedianStopping"/>.</summary>
    Median,
}

/// <summary>What becomes of a trial between its measurement and the decision on it.</summary>
public enum StoppingMode
{
    /// <summary>It waits at the rung until it is known to be among the best, and goes on then: nothing is spent on a mere guess.</summary>
    Promote,

    /// <summary>It goes on or stops at once, by what is known then: no trial waits, and none that stopped is taken up again.</summary>
    Stop,
}

/// <summary>What makes one trial better than another.</summary>
public enum TrialRanking
{
    /// <summary>All objectives: fewer fronts before it.</summary>
    NonDominated,

    /// <summary>The first objective alone.</summary>
    FirstObjective,
}

/// <summary>How trials are stopped early.</summary>
public sealed record StoppingOptions
{
    public StoppingAlgorithm Algorithm { get; init; } = StoppingAlgorithm.Asha;

    /// <summary>The median rule always decides at once.</summary>
    public StoppingMode Mode { get; init; } = StoppingMode.Promote;

    /// <summary>η, at least 2: the ratio of two rungs' epochs and, with <see cref="StoppingAlgorithm.Asha"/>, of the trials at them.</summary>
    public int Reduction { get; init; } = 3;

    /// <summary>r, in epochs, at least 1: no trial stops before.</summary>
    public int MinEpochs { get; init; } = 1;

    /// <summary>
    /// Results that a rung must have before a trial is stopped there at once; null for η, or 5 with <see cref="StoppingAlgorithm.Median"/>. In
    /// <see cref="StoppingMode.Promote"/> trials wait for η results in any case.
    /// </summary>
    public int? MinResults { get; init; }

    public TrialRanking Ranking { get; init; } = TrialRanking.NonDominated;

    /// <summary>The rungs of a trial with so many epochs.</summary>
    public RungLadder Ladder(int epochs) => RungLadder.Of(MinEpochs, Reduction, epochs);
}

/// <summary>Makes stopping rules.</summary>
public static class TrialStoppings
{
    /// <param name="options">Which rule.</param>
    /// <param name="epochs">R: the epochs of the longest trial.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or names nothing.</exception>
    public static ITrialStopping Create(StoppingOptions options, int epochs)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Algorithm switch
        {
            StoppingAlgorithm.Asha => new SuccessiveHalving(options, epochs),
            StoppingAlgorithm.Median => new MedianStopping(options, epochs),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Algorithm, "There is no such stopping rule."),
        };
    }
}
