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
    private readonly bool _apart;
    private readonly bool _finite;
    private int _noted;
    private int? _wanted;
    private SearchQuestion? _out;
    private (int Number, TrialProposal Proposal)? _answer;

    /// <param name="spec">The experiment.</param>
    /// <param name="searcher">Of anything but a grid.</param>
    /// <param name="earlier">Trials of earlier experiments, with negative numbers.</param>
    /// <param name="apart">Whether a searcher that takes long is asked by whoever takes the question, and not in here.</param>
    public TrialSource(SweepSpec spec, ISearcher? searcher, IEnumerable<Observation> earlier, bool apart = false)
    {
        _apart = apart;
        _spec = spec;
        _space = new TrialSpace(spec);
        if (spec.Search.Algorithm == SearchAlgorithm.Grid)
        {
            (_grid, _combination) = GridOf(spec);
        }

        _searcher = searcher;
        _finite = searcher is not null && new SpacePoints(_space.Space).Count is not null;
        _learns = spec.Search.Algorithm.Learns();
        IReadOnlyList<Observation> others = [.. earlier];
        foreach (var observation in others.Concat(KnownTrials.Observations(spec, -1 - others.Count)))
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

    /// <summary>Why a trial of a grid is there; null for a trial of a search, which says so itself.</summary>
    public string? GridReason(int number) => _grid is { } count ? GridSearcher.Reason(number, count) : null;

    /// <returns>Null while the searcher thinks: <see cref="TakeQuestion"/>.</returns>
    public TrialProposal? Propose(int number)
    {
        if (_combination is not null)
        {
            return number < Total ? new TrialProposal(_combination(number), null) : new TrialProposal(null, "the grid has no more combinations");
        }

        var searcher = _searcher ?? throw new InvalidOperationException($"The algorithm {_spec.Search.Algorithm} needs a searcher, but there is none.");
        if (!_apart || !searcher.TakesLong)
        {
            return Ask(searcher, number, _history);
        }

        if (_answer is var (answered, proposal) && answered == number)
        {
            _answer = null;
            return proposal;
        }

        _wanted = number;
        return null;
    }

    /// <summary>
    /// What the searcher is to be asked before another trial can be opened, with all that it may know, to be answered on any thread. Null when nothing is, or
    /// while somebody has the question.
    /// </summary>
    public SearchQuestion? TakeQuestion()
    {
        if (_wanted is not { } number || _out is not null)
        {
            return null;
        }

        var (searcher, history) = (_searcher!, _history.Copy());
        return _out = new SearchQuestion(number, () => Ask(searcher, number, history));
    }

    /// <param name="question">As taken.</param>
    /// <param name="answer">Null when it could not be answered: it is asked again.</param>
    public void Answer(SearchQuestion question, TrialProposal? answer)
    {
        if (ReferenceEquals(question, _out))
        {
            _answer = answer is null ? null : (question.Number, answer);
            _out = null;
            _wanted = answer is null ? _wanted : null;
        }
    }

    private TrialProposal Ask(ISearcher searcher, int number, SearchHistory history)
    {
        try
        {
            return searcher.Propose(number, history) is { } proposal
                ? new TrialProposal(_space.Settings(proposal.Values), proposal.Reason)
                : new TrialProposal(null, FormattableString.Invariant(
                    $"after {number} trials the space has no point left that the constraints allow and no trial has had"));
        }
        catch (NoAllowedPointException e)
        {
            return new TrialProposal(null, e.Message);
        }
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

    /// <summary>Tells the searcher how a trial stands, if it learns; of a space that can be tried to its end, any searcher that there is one.</summary>
    public void Note(ExperimentTrial trial)
    {
        if (trial.Settings is not { } settings || _searcher is null)
        {
            return;
        }

        if (!_learns)
        {
            if (_finite && _noted == trial.Number)
            {
                _noted++;
                _history.Note(new Observation { Trial = trial.Number, Values = _space.Values(settings), State = ObservationState.Running });
            }

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
            Epochs = trial.State is TrialState.Complete or TrialState.Failed ? null : trial.Rungs.LastOrDefault()?.Epochs,
        });
    }
}
