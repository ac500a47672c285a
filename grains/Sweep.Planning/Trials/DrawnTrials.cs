namespace Sweep.Planning;

/// <summary>The trials of a search as far as they can be told before any has run.</summary>
public sealed record DrawnTrials
{
    /// <summary>In the order of their numbers: those that are known, then, where a searcher learns, those that stand in for what it will choose.</summary>
    public required IReadOnlyList<TrialSettings> Settings { get; init; }

    /// <summary>How many of them, from the first on, will be exactly these.</summary>
    public required int Foreknown { get; init; }

    /// <summary>Whether the space has no more.</summary>
    public required bool Exhausted { get; init; }

    /// <summary>Of <see cref="SearchAlgorithm.Auto"/>: which searcher it takes, and why; null for another.</summary>
    public string? Choice { get; init; }

    /// <summary>
    /// Draws as an experiment does. What a searcher that learns will choose is not known: the points of a Sobol sequence, which it starts with
    /// anyway, go on in its place.
    /// </summary>
    /// <param name="spec">Of anything but a grid.</param>
    /// <param name="most">Trials to draw.</param>
    public static DrawnTrials Of(SweepSpec spec, int most)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var space = new TrialSpace(spec);
        var searcher = Searchers.Of(spec);
        var foreknown = spec.Search.StartsWarm() ? 0 : searcher.Foreknown ?? most;
        ISearcher after = searcher.Foreknown is null ? searcher : new SobolSearcher(space.Space, spec.Search.Seed);
        var history = new SearchHistory();
        var settings = new List<TrialSettings>();
        while (settings.Count < most)
        {
            var number = settings.Count;
            if (Next(number < foreknown ? searcher : after, number, history) is not { } proposal)
            {
                break;
            }

            settings.Add(space.Settings(proposal.Values));
            history.Note(new Observation { Trial = number, Values = space.Values(settings[^1]), State = ObservationState.Running });
        }

        return new DrawnTrials
        {
            Settings = settings,
            Foreknown = Math.Min(foreknown, settings.Count),
            Exhausted = settings.Count < most,
            Choice = (searcher as AutoSearcher)?.Reason,
        };
    }

    /// <returns>Null when the space has no more, and when so little of it is allowed that no draw hits it.</returns>
    private static SearchProposal? Next(ISearcher searcher, int trial, SearchHistory history)
    {
        try
        {
            return searcher.Propose(trial, history);
        }
        catch (NoAllowedPointException)
        {
            return null;
        }
    }
}
