namespace Sweep.Planning;

/// <summary>What became of the trials that were measured after so many epochs.</summary>
public sealed record RungTally
{
    /// <summary>Epochs after the cut.</summary>
    public required int Epochs { get; init; }

    /// <summary>Trials measured here.</summary>
    public required int Came { get; init; }

    public required int WentOn { get; init; }

    /// <summary>By the rule; not by a person.</summary>
    public required int Stopped { get; init; }

    /// <summary>No verdict yet; once the experiment has ended, never.</summary>
    public required int Waiting { get; init; }

    /// <summary>At the end of their own training, where nothing is decided.</summary>
    public required int Ended { get; init; }

    /// <summary>The latest decision here, by how many it was compared with; null before the first.</summary>
    public string? Latest { get; init; }

    /// <returns>By epochs, ascending; empty without early stopping.</returns>
    public static IReadOnlyList<RungTally> Of(IReadOnlyList<TrialResult> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        return
        [
            .. trials.SelectMany(trial => trial.Rungs ?? []).GroupBy(rung => rung.Epochs).OrderBy(rungs => rungs.Key).Select(rungs => new RungTally
            {
                Epochs = rungs.Key,
                Came = rungs.Count(),
                WentOn = rungs.Count(rung => rung.Verdict == TrialVerdict.Continue),
                Stopped = rungs.Count(rung => rung.Verdict == TrialVerdict.Stop),
                Waiting = rungs.Count(rung => rung.Verdict == TrialVerdict.Wait),
                Ended = rungs.Count(rung => rung.Verdict is null),
                Latest = rungs.Where(rung => rung.Of is not null).MaxBy(rung => rung.Of)?.Reason,
            }),
        ];
    }
}
