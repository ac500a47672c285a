using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>
/// How far an experiment has come: which trials are open, which stages they want next, what the front is. Trials are opened one by one as the
/// searcher proposes; opening one costs as much as its path is long, and taking an outcome as much as trials wait for the stage,
/// whatever the number of trials.
/// </summary>
public sealed class ExperimentProgress
{
    private readonly SweepSpec _spec;
    private readonly TrialPlanner _planner;
    private readonly TrialSource _source;
    private readonly StageBook _book = new();
    private readonly ExperimentFront _front;
    private readonly PlateauWatch? _plateau;
    private readonly TrialBook _trials = new();
    private readonly ExperimentDocuments _documents;
    private readonly ExperimentTrial[] _dense;
    private readonly TrialWalk _walk;

    /// <param name="spec">The experiment.</param>
    /// <param name="stored">Trials that were opened before, in the order of their numbers; none for a new experiment.</param>
    /// <param name="searcher">Of anything but a grid.</param>
    /// <param name="stopping">Decides at the ends of rungs; null for none.</param>
    /// <param name="earlier">Trials of earlier experiments that the searcher may learn from.</param>
    /// <param name="apart">Whether a searcher that takes long is asked by whoever takes the question: <see cref="TakeQuestion"/>.</param>
    public ExperimentProgress(
        SweepSpec spec,
        IReadOnlyList<StoredTrial>? stored = null,
        ISearcher? searcher = null,
        ITrialStopping? stopping = null,
        IEnumerable<Observation>? earlier = null,
        bool apart = false)
    {
        ArgumentNullException.ThrowIfNull(spec);
        _spec = spec;
        _planner = new TrialPlanner(spec);
        _source = new TrialSource(spec, searcher, earlier ?? [], apart);
        _front = new ExperimentFront(spec.Objectives);
        _plateau = spec.Stopping?.Plateau is { } plateau ? new PlateauWatch(plateau, spec.Objectives) : null;
        var verdicts = stopping is null ? null : new RungVerdicts(stopping, spec.Stopping?.Reduction ?? 1, spec.Objectives);
        _documents = new ExperimentDocuments(_planner, _source, _trials, _book, verdicts);
        _walk = new TrialWalk(spec, _planner, _source, _book, _trials, _front, verdicts, _plateau);
        _dense = [.. _planner.Dense.Select((_, seed) => new ExperimentTrial(-1 - seed, null, null) { State = TrialState.Running })];
        for (var seed = 0; seed < _dense.Length; seed++)
        {
            _walk.Enter(_dense[seed], _planner.Dense[seed]);
        }

        foreach (var trial in stored ?? [])
        {
            _walk.Restore(trial);
        }

        foreach (var open in _trials.Open.ToList())
        {
            _walk.Advance(open);
        }
    }

    /// <summary>An experiment, new or gone on with, under the searcher and the stopping rule that its spec names.</summary>
    /// <param name="spec">The experiment.</param>
    /// <param name="stored">Trials that were opened before, in the order of their numbers.</param>
    /// <param name="earlier">Trials of earlier experiments that the searcher may learn from.</param>
    /// <param name="apart">Whether a searcher that takes long is asked by whoever takes the question.</param>
    public static ExperimentProgress Of(
        SweepSpec spec, IReadOnlyList<StoredTrial>? stored = null, IReadOnlyList<Observation>? earlier = null, bool apart = false) =>
        new(spec, stored, Deciders.SearcherOf(spec), Deciders.StoppingOf(spec), earlier, apart);

    /// <summary>Trials opened so far.</summary>
    public int Opened => _trials.All.Count;

    /// <summary>Trials that there are to be.</summary>
    public int Trials => _walk.Total;

    /// <summary>Requested, and not known to have ended.</summary>
    public IReadOnlyCollection<StageId> Open => _book.Requested;

    public int StagesDone => _book.StagesDone;

    /// <summary>Epochs of the stages that have succeeded.</summary>
    public int EpochsDone => _book.EpochsDone;

    /// <summary>Seconds on devices of the stages that this experiment caused to run.</summary>
    public double DeviceSeconds => _book.Seconds;

    /// <summary>Distinct stages; an estimate for trials that are not opened yet, by those that are.</summary>
    public int Stages => Whole(_book.Stages, _planner.Dense.Sum(net => net.Stages.Count));

    /// <summary>Epochs of training with every common stage run once; an estimate for trials that are not opened yet, by those that are.</summary>
    public int EpochsNeeded => Whole(_book.EpochsNeeded, _planner.Dense.Sum(net => net.Stages.Sum(stage => stage.Epochs)));

    /// <summary>Epochs of training if every trial ran by itself; an estimate for trials that are not opened yet, by those that are.</summary>
    public int EpochsAsked => Whole(_trials.EpochsAsked, 0);

    /// <summary>What sharing stages saves.</summary>
    public SharingResult Sharing => new() { EpochsAsked = EpochsAsked, EpochsNeeded = EpochsNeeded, EpochsRun = _book.EpochsRun };

    /// <summary>Of the first seed's unpruned net.</summary>
    public TrialMetrics? Dense => _walk.Dense;

    public bool AllEnded => _walk.HasNoMore && _trials.Active == 0 && _trials.Held == 0 && _dense.All(dense => dense.HasEnded);

    public TrialCounts Counts => _trials.Counts(Trials - Opened);

    /// <summary>The best first.</summary>
    public IReadOnlyList<FrontPoint> Front => _front.Points;

    /// <summary>The front as it is now, for whoever asks later and on another thread.</summary>
    public Lazy<FrontGauges> FrontGauges => _front.Gauges(Dense);

    /// <summary>Numbers of the trials that differ from what was stored of them.</summary>
    public IReadOnlyCollection<int> ChangedTrials => _trials.Changed;

    /// <summary>Stages that failed for the infrastructure's sake: another submission may try them again.</summary>
    public IReadOnlyList<StageId> Retryable() =>
    [
        .. _dense.Concat(_trials.All).Select(trial => trial.End?.Failure).OfType<TrialFailure>()
            .Where(failure => failure.Failure.Kind == FailureKind.Infrastructure).Select(failure => failure.Stage).Distinct(),
    ];

    /// <summary>Why the experiment has fewer trials than its search asks for; null when it has them all.</summary>
    public string? LimitReason => _walk.Exhausted ?? _source.LimitReason;

    /// <inheritdoc cref="TrialSource.TakeQuestion"/>
    public SearchQuestion? TakeQuestion() => _source.TakeQuestion();

    /// <inheritdoc cref="TrialSource.Answer"/>
    public void Answer(SearchQuestion question, TrialProposal? answer) => _source.Answer(question, answer);

    /// <summary>Trials that there is something to say of: those opened, and those of a grid, which are known before.</summary>
    public int Listed => _documents.Listed;

    /// <summary>The pages of outcomes that unfinished trials may find theirs on, and the unpruned nets.</summary>
    public IEnumerable<int> OpenPages =>
        _trials.Open.SelectMany(trial => trial.Path!.Select(stage => stage.Owner).Append(trial.Number)).Append(-1).Select(TrialPages.PageOf).Distinct();

    /// <summary>
    /// Lets promoted trials go on and opens new ones, as far as the parallelism allows, and answers with the stages that open trials want and nobody has
    /// requested. They count as requested from here on.
    /// </summary>
    public IReadOnlyList<StageId> Next()
    {
        _walk.Go();
        return _book.TakeWanted();
    }

    /// <summary>As <see cref="Next"/>, of the trials that are open already.</summary>
    public IReadOnlyList<StageId> Again() => _book.TakeWanted();

    /// <exception cref="ArgumentException">No trial waits for the stage.</exception>
    public StageRequest RequestFor(StageId stage, bool retry)
    {
        var known = _book.Find(stage);
        var trial = known?.Waiters?.FirstOrDefault() ?? throw new ArgumentException($"A stage is requested for a trial that waits for it, but none waits for {stage}.", nameof(stage));
        var path = new List<StageRecipe>();
        StageId? next = stage;
        foreach (var recipe in trial.Plan!.Stages.Reverse())
        {
            if (recipe.Id == next)
            {
                path.Add(recipe);
                next = recipe.ParentId;
            }
        }

        path.Reverse();
        return new StageRequest
        {
            Recipe = path[^1],
            Experiment = _spec.Name,
            CriticalPath = known.CriticalPath,
            MemoryClass = MemoryClass.Of(path),
            Weight = _spec.Weight,
            Priority = _spec.Priority,
            FailurePolicies = _spec.FailurePolicies,
            Retry = retry,
        };
    }

    /// <returns>Number of the trial on whose page the outcome is kept; null when it was known, or no trial has named the stage.</returns>
    public int? Ended(StageId stage, StageStanding outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (_book.End(stage, outcome) is not { } ended)
        {
            return null;
        }

        var waiters = ended.Waiters ?? [];
        ended.Waiters = null;
        foreach (var trial in waiters)
        {
            _walk.Advance(trial);
        }

        return ended.Owner;
    }

    /// <inheritdoc cref="TrialWalk.Stop"/>
    public IReadOnlyList<StageId> Stop(int trial) => _walk.Stop(trial);

    /// <inheritdoc cref="TrialWalk.GoOn"/>
    public void GoOn(int trial) => _walk.GoOn(trial);

    public TrialState StateOf(int trial) => _trials.All[trial].State;

    /// <summary>What a trial failed in; null for one that has not failed.</summary>
    public TrialFailure? FailureOf(int trial) => _trials.All[trial].End?.Failure;

    /// <summary>What would end the experiment now, before its last trial; null when nothing does.</summary>
    public string? EndReason(TimeSpan elapsed) => ExperimentLimits.Reached(_spec.Limits, elapsed, _book.Seconds, _trials.Failed) ?? _plateau?.Reason;

    /// <summary>Why nothing came of the experiment, once all trials have ended; null when something did.</summary>
    public string? Failure()
    {
        if (_dense.All(dense => dense.State == TrialState.Failed))
        {
            return $"The unpruned net could not be measured: {_dense[0].End!.Failure!.Failure.Message}";
        }

        if (_trials.All.Count == 0 && _walk.Exhausted is { } reason)
        {
            return $"There is no trial: {reason}";
        }

        return _trials.All.Count > 0 && _trials.Failed == _trials.All.Count
            ? FormattableString.Invariant($"All {_trials.All.Count} trials failed; {TrialPlanner.IdOf(0)}: {_trials.All[0].End!.Failure!.Failure.Message}")
            : null;
    }

    /// <summary>Pages of outcomes that these trials' documents are made from.</summary>
    public IEnumerable<int> PagesFor(int offset, int limit) => _documents.PagesFor(offset, limit);

    /// <summary>Documents of trials, those of a grid that are not opened yet too.</summary>
    /// <param name="offset">The first's number.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="state">The experiment's.</param>
    /// <param name="stored">The outcome of an ended stage, by the number of the trial whose page has it.</param>
    public IReadOnlyList<TrialResult> Results(int offset, int limit, ExperimentState state, Func<int, StageId, StageStanding?> stored) =>
        _documents.Results(_documents.Plans(offset, limit), state, stored);

    /// <summary>What a query wants: how many in all, the pages of outcomes that its page of trials is made from, and how to make it.</summary>
    /// <param name="query">Which trials, and in which order.</param>
    /// <param name="state">The experiment's.</param>
    public TrialFinding Find(TrialQuery query, ExperimentState state)
    {
        var (numbers, total) = _documents.Find(query, state, Front.Select(point => point.Trial));
        return query.Brief
            ? new TrialFinding(_documents, [], total, state, _documents.Brief(numbers, state))
            : new TrialFinding(_documents, _documents.Plans(numbers), total, state, brief: null);
    }

    /// <summary>The result document.</summary>
    /// <param name="state">The experiment's.</param>
    /// <param name="stored">The outcome of an ended stage, by the number of the trial whose page has it.</param>
    /// <param name="reason">What ended it before its last trial.</param>
    /// <param name="submittedAt">When it was submitted.</param>
    /// <param name="endedAt">When it ended.</param>
    public ExperimentResult Result(
        ExperimentState state,
        Func<int, StageId, StageStanding?> stored,
        string? reason = null,
        DateTimeOffset? submittedAt = null,
        DateTimeOffset? endedAt = null)
    {
        // Paths of ended trials are planned again, which takes most of the time: once.
        var plans = _documents.Plans(0, int.MaxValue).ToList();
        var timeline = new TimelineBuilder();
        var result = ResultBuilder.Build(
            _spec,
            _planner.Dense,
            state,
            stage => _documents.Standing(stage, stored),
            _documents.Results(plans, state, stored),
            Sharing,
            _documents.Timed(plans, timeline, stored),
            reason);
        return result with { Timeline = timeline.Build(result, submittedAt, endedAt) };
    }

    /// <summary>What is to be stored of some trials.</summary>
    public IReadOnlyList<StoredTrial> StoredFrom(int first, int count) => _trials.StoredFrom(first, count);

    /// <summary>These are stored as they are.</summary>
    public void Stored(IReadOnlyList<StoredTrial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        _trials.Stored(trials.Select(trial => trial.Number));
    }

    private int Whole(int opened, int dense) => _trials.All.Count == 0 || _trials.All.Count >= Trials ? opened
        : (int)Math.Min(int.MaxValue, opened + (opened - dense) / (double)_trials.All.Count * (Trials - _trials.All.Count));
}
