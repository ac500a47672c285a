using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>Where an experiment's trials come from: a grid by its numbers, or a searcher that is told how the trials before stand.</summary>
internal sealed class TrialSource
{
    private readonly SweepSpec _spec;
    private readonly int? _grid;
    private readonly Func<int, TrialSettings>? _combination;
    private readonly TrialSpace _space;
    private readonly ISearcher? _searcher;
    private readonly SearchHistory _history = new();
    private readonly bool _learns;

    /// <param name="spec">The experiment.</param>
    /// <param name="searcher">Of anything but a grid.</param>
    /// <param name="earlier">Trials of earlier experiments, with negative numbers.</param>
    public TrialSource(SweepSpec spec, ISearcher? searcher, IEnumerable<Observation> earlier)
    {
        _spec = spec;
        _space = new TrialSpace(spec);
        if (spec.Search.Algorithm == SearchAlgorithm.Grid)
        {
            (_grid, _combination) = GridOf(spec);
        }

        _searcher = searcher;
        _learns = spec.Search.Algorithm.Learns();
        foreach (var observation in earlier)
        {
            _history.Note(observation);
        }

        Total = Math.Min(Math.Min(_grid ?? int.MaxValue, spec.Search.Trials ?? int.MaxValue), spec.Limits?.Trials ?? int.MaxValue);
    }

    /// <summary>How many trials there are to be, unless the space is exhausted before.</summary>
    public int Total { get; }

    /// <summary>Why there are no more than <see cref="Total"/>, where a limit says so.</summary>
    public string? LimitReason => _spec.Limits?.Trials is { } limit && limit < Math.Min(_grid ?? int.MaxValue, _spec.Search.Trials ?? int.MaxValue)
        ? FormattableString.Invariant($"limits.trials was reached: {limit} trials were opened")
        : null;

    /// <summary>The settings of a trial of a grid, opened or not; null where they are known only when it is opened.</summary>
    public TrialSettings? Ahead(int number) => _combination is not null && number < Total ? _combination(number) : null;

    /// <returns>Null when the space is exhausted.</returns>
    public (TrialSettings Settings, string? Reason)? Propose(int number)
    {
        if (_combination is not null)
        {
            return number < Total ? (_combination(number), null) : null;
        }

        var searcher = _searcher ?? throw new InvalidOperationException($"The algorithm {_spec.Search.Algorithm} needs a searcher, but there is none.");
        return searcher.Propose(number, _history) is { } proposal ? (_space.Settings(proposal.Values), proposal.Reason) : null;
    }

    /// <summary>Constraints take combinations out of their numbering, so that what they leave is listed; without them nothing is.</summary>
    private static (int Count, Func<int, TrialSettings> At) GridOf(SweepSpec spec)
    {
        if (spec.Constraints is { Count: > 0 })
        {
            var allowed = GridSearcher.Propose(spec);
            return (allowed.Count, number => allowed[number]);
        }

        var grid = new TrialGrid(spec);
        return (grid.Count, number => grid[number]);
    }

    /// <summary>Tells the searcher how a trial stands, if it learns.</summary>
    public void Note(ExperimentTrial trial)
    {
        if (!_learns || trial.Settings is not { } settings)
        {
            return;
        }

        var measured = trial.End?.Metrics ?? trial.Rungs.LastOrDefault()?.Metrics;
        _history.Note(new Observation
        {
            Trial = trial.Number,
            Values = _space.Values(settings),
            State = trial.State switch
            {
                TrialState.Complete => ObservationState.Complete,
                TrialState.Stopped => ObservationState.Censored,
                TrialState.Failed => ObservationState.Failed,
                _ => ObservationState.Running,
            },
            Costs = measured is null || trial.State == TrialState.Failed ? null : ObjectiveValues.Costs(_spec.Objectives, measured),
            Epochs = trial.State == TrialState.Stopped ? trial.Rungs.LastOrDefault()?.Epochs : null,
        });
    }
}
