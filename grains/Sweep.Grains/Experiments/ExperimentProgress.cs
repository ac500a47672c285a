using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>
/// How far an experiment has come, as a function of its plan and the outcomes of its stages: which trials are open, which stages
/// they want next, what the front is. Taking an outcome costs as much as the trials that share the stage, whatever their number.
/// </summary>
public sealed class ExperimentProgress
{
    private readonly SweepSpec _spec;
    private readonly Dictionary<string, TrialPlan> _trials;
    private readonly Dictionary<string, TrialState> _states = [];
    private readonly Dictionary<StageId, StageStanding> _ended = [];
    private readonly HashSet<StageId> _requested = [];
    private readonly HashSet<string> _dense;
    private readonly HashSet<string> _opened;
    private readonly HashSet<StageId> _wanted = [];
    private readonly int[] _counts = new int[Enum.GetValues<TrialState>().Length];
    private IncrementalFront<TrialResult> _front;
    private Lazy<FrontGauges>? _frontGauges;
    private int _next;

    /// <param name="spec">The experiment.</param>
    /// <param name="outcomes">Of the stages that have ended; those of other plans are passed over.</param>
    public ExperimentProgress(SweepSpec spec, IEnumerable<KeyValuePair<StageId, StageStanding>> outcomes)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(outcomes);
        _spec = spec;
        Plan = ExperimentPlanner.Plan(spec);
        Tree = StageTree.Of(Plan);
        _trials = Plan.Paths.ToDictionary(trial => trial.Id);
        _dense = [.. Plan.DenseSeeds.Select(dense => dense.Id)];
        _opened = [.. _dense];
        _front = new IncrementalFront<TrialResult>(spec.Objectives.Goals());
        Stages = Tree.Stages.Select(node => node.Id).ToList();
        foreach (var trial in _trials.Keys)
        {
            _states[trial] = TrialState.Waiting;
            Count(trial, +1);
        }

        foreach (var dense in Plan.DenseSeeds)
        {
            Want(dense);
        }

        var known = Stages.ToHashSet();
        foreach (var (stage, outcome) in outcomes.Where(outcome => known.Contains(outcome.Key)))
        {
            Ended(stage, outcome);
        }
    }

    public ExperimentPlan Plan { get; }

    /// <summary>Every stage, parents before children.</summary>
    public IReadOnlyList<StageId> Stages { get; }

    /// <summary>Requested, and not known to have ended.</summary>
    public IReadOnlyCollection<StageId> Open => _requested;

    public IEnumerable<KeyValuePair<StageId, StageStanding>> Outcomes => _ended;

    public int StagesDone { get; private set; }

    /// <summary>Epochs of the stages that have succeeded.</summary>
    public int EpochsDone { get; private set; }

    /// <summary>Of the first seed's unpruned net.</summary>
    public TrialMetrics? Dense { get; private set; }

    public bool AllEnded => _counts[(int)TrialState.Waiting] == 0 && _counts[(int)TrialState.Running] == 0 && _dense.All(HasEnded);

    public TrialCounts Counts => new()
    {
        Waiting = _counts[(int)TrialState.Waiting],
        Running = _counts[(int)TrialState.Running],
        Complete = _counts[(int)TrialState.Complete],
        Stopped = _counts[(int)TrialState.Stopped],
        Failed = _counts[(int)TrialState.Failed],
    };

    /// <summary>The best first.</summary>
    public IReadOnlyList<FrontPoint> Front =>
    [
        .. ResultBuilder.FrontOf([.. _front.Items], _spec.Objectives)
            .Select(trial => new FrontPoint { Trial = trial.Id, Settings = trial.Settings, Metrics = trial.Metrics! }),
    ];

    /// <summary>The front as it is now, for whoever asks later and on another thread.</summary>
    public Lazy<FrontGauges> FrontGauges
    {
        get
        {
            var (front, dense, objectives) = (_front, Dense, _spec.Objectives);
            return _frontGauges ??= new(() => Grains.FrontGauges.Of([.. front.Items.Select(trial => trial.Metrics!)], dense, objectives));
        }
    }

    private StageTree Tree { get; }

    private int OpenTrials { get; set; }

    /// <summary>
    /// Opens trials, in the searcher's order, as far as the parallelism allows, and answers with the stages that open trials want and
    /// nobody has requested. They count as requested from here on.
    /// </summary>
    public IReadOnlyList<StageId> Next()
    {
        while (_next < Plan.Trials.Count && OpenTrials < (_spec.Parallelism ?? int.MaxValue))
        {
            var trial = Plan.Trials[_next++];
            if (_opened.Add(trial.Id) && !HasEnded(trial.Id))
            {
                OpenTrials++;
                Want(trial);
            }
        }

        var wanted = _wanted.ToList();
        _wanted.Clear();
        _requested.UnionWith(wanted);
        foreach (var trial in wanted.SelectMany(stage => Tree[stage].Trials))
        {
            Judge(trial);
        }

        return wanted;
    }

    public StageRequest RequestFor(StageId stage, bool retry) => new()
    {
        Recipe = Tree[stage].Recipe,
        Experiment = _spec.Name,
        CriticalPath = Tree[stage].CriticalPath,
        MemoryClass = MemoryClass.Of(Tree.PathTo(stage)),
        Weight = _spec.Weight,
        Priority = _spec.Priority,
        FailurePolicies = _spec.FailurePolicies,
        Retry = retry,
    };

    /// <returns>False when it was known, or is no stage of this experiment.</returns>
    public bool Ended(StageId stage, StageStanding outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (!_ended.TryAdd(stage, outcome))
        {
            return false;
        }

        _requested.Remove(stage);
        _wanted.Remove(stage);
        if (outcome.Result is not null)
        {
            StagesDone++;
            EpochsDone += Tree[stage].Recipe.Epochs;
        }

        foreach (var trial in Tree[stage].Trials)
        {
            Judge(trial);
        }

        return true;
    }

    /// <summary>Stages that failed for the infrastructure's sake: another submission may try them again.</summary>
    public IReadOnlyList<StageId> Retryable() =>
        [.. _ended.Where(ended => ended.Value.Failure?.Kind == FailureKind.Infrastructure).Select(ended => ended.Key)];

    /// <summary>Why nothing came of the experiment, once all trials have ended; null when something did.</summary>
    public string? Failure()
    {
        if (_dense.All(dense => _states[dense] == TrialState.Failed))
        {
            return $"The unpruned net could not be measured: {FailureOf(Plan.Dense)}";
        }

        return _counts[(int)TrialState.Failed] == Plan.Trials.Count && Plan.Trials.Count > 0
            ? FormattableString.Invariant($"All {Plan.Trials.Count} trials failed; {Plan.Trials[0].Id}: {FailureOf(Plan.Trials[0])}")
            : null;
    }

    public TrialResult ResultOf(TrialPlan trial, ExperimentState state)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return ResultBuilder.TrialOf(trial, state, OutcomeOf, _opened.Contains(trial.Id));
    }

    public ExperimentResult Result(ExperimentState state) =>
        ResultBuilder.Build(_spec, Plan, state, OutcomeOf, trial => _opened.Contains(trial.Id));

    private StageStanding? OutcomeOf(StageId stage) =>
        _ended.GetValueOrDefault(stage) ?? (_requested.Contains(stage) ? new StageStanding() : null);

    private string FailureOf(TrialPlan trial) => trial.Stages.Select(stage => OutcomeOf(stage.Id)?.Failure?.Message).First(message => message is not null)!;

    private bool HasEnded(string trial) => _states[trial] is TrialState.Complete or TrialState.Failed;

    /// <summary>Sees how a trial stands now, and what it wants next.</summary>
    private void Judge(string id)
    {
        if (HasEnded(id))
        {
            return;
        }

        var trial = _trials[id];
        var state = StateOf(trial);
        Count(id, -1);
        _states[id] = state;
        Count(id, +1);
        if (HasEnded(id))
        {
            OpenTrials -= _opened.Contains(id) && !_dense.Contains(id) ? 1 : 0;
            Collect(trial, state);
        }
        else if (_opened.Contains(id))
        {
            Want(trial);
        }
    }

    private TrialState StateOf(TrialPlan trial)
    {
        if (trial.Settings is not null)
        {
            return ResultOf(trial, ExperimentState.Running).State;
        }

        return trial.Stages.Any(stage => OutcomeOf(stage.Id)?.Failure is not null) ? TrialState.Failed
            : OutcomeOf(trial.Evaluate.Id)?.Result is not null ? TrialState.Complete
            : TrialState.Running;
    }

    private void Collect(TrialPlan trial, TrialState state)
    {
        if (state != TrialState.Complete)
        {
            return;
        }

        _frontGauges = null;
        if (trial.Settings is null)
        {
            if (trial.Id == Plan.Dense.Id)
            {
                Dense = ResultBuilder.MetricsOf(OutcomeOf(trial.Evaluate.Id)!.Result);
            }

            return;
        }

        var result = ResultOf(trial, ExperimentState.Running);
        if (result.Metrics is { } metrics)
        {
            _front = _front.Add(result, ObjectiveValues.Of(_spec.Objectives, metrics));
        }
    }

    private void Want(TrialPlan trial)
    {
        var stage = trial.Stages.Select(stage => stage.Id).First(stage => !_ended.ContainsKey(stage));
        if (!_requested.Contains(stage))
        {
            _wanted.Add(stage);
        }
    }

    private void Count(string trial, int change)
    {
        if (!_dense.Contains(trial))
        {
            _counts[(int)_states[trial]] += change;
        }
    }
}
