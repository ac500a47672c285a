using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>Makes the result document from a plan and how its stages stand. Pure: the same outcomes give the same document.</summary>
public static class ResultBuilder
{
    /// <param name="spec">The experiment.</param>
    /// <param name="plan">Its plan, from <see cref="ExperimentPlanner"/>.</param>
    /// <param name="state">The experiment's state: decides whether unfinished trials wait or are stopped.</param>
    /// <param name="outcome">How a stage stands; null when it was never requested.</param>
    /// <param name="opened">Whether the experiment has opened a trial; one that it has not waits. Null when all are open.</param>
    public static ExperimentResult Build(
        SweepSpec spec, ExperimentPlan plan, ExperimentState state, Func<StageId, StageStanding?> outcome, Func<TrialPlan, bool>? opened = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(outcome);
        var timeline = new TimelineBuilder();
        foreach (var path in plan.Paths)
        {
            timeline.Add(path, outcome);
        }

        var result = Build(
            spec,
            plan.DenseSeeds,
            state,
            outcome,
            [
                .. plan.Trials.Select((trial, number) => TrialOf(trial, state, outcome, opened?.Invoke(trial) ?? true) with
                {
                    Reason = spec.Search.Algorithm == SearchAlgorithm.Grid ? GridSearcher.Reason(number, plan.Trials.Count) : null,
                }),
            ],
            SharingOf(plan, outcome),
            plan.Paths);
        return result with { Timeline = timeline.Build(result, submittedAt: null, endedAt: null) };
    }

    /// <param name="spec">The experiment.</param>
    /// <param name="nets">The unpruned net of each seed.</param>
    /// <param name="state">The experiment's state.</param>
    /// <param name="outcome">How a stage stands; null when it was never requested.</param>
    /// <param name="trials">In the order of their numbers.</param>
    /// <param name="sharing">What the stages came to.</param>
    /// <param name="paths">Unpruned nets and trials, for the times that stages took.</param>
    /// <param name="reason">What ended the experiment before its last trial.</param>
    public static ExperimentResult Build(
        SweepSpec spec,
        IReadOnlyList<TrialPlan> nets,
        ExperimentState state,
        Func<StageId, StageStanding?> outcome,
        IReadOnlyList<TrialResult> trials,
        SharingResult sharing,
        IEnumerable<TrialPlan> paths,
        string? reason = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(nets);
        ArgumentNullException.ThrowIfNull(outcome);
        var dense = outcome(nets[0].Evaluate.Id)?.Result;
        var reference = MetricsOf(dense);
        var front = FrontOf(trials, spec.Objectives);
        var several = nets.Count > 1;
        var seeds = nets.Select(path => new DenseResult
        {
            Id = path.Id,
            Seed = path.Seed,
            Metrics = MetricsOf(outcome(path.Evaluate.Id)?.Result),
            Stages = [.. path.Stages.Select(stage => stage.Id)],
        }).ToList();
        return new ExperimentResult
        {
            Experiment = spec.Name,
            State = state,
            Reason = reason,
            Objectives = spec.Objectives,
            Search = spec.Search,
            Stopping = spec.Stopping,
            Dense = reference,
            DenseShape = dense?.Shape,
            DenseStages = [.. nets[0].Stages.Select(stage => stage.Id)],
            DenseSeeds = several ? seeds : null,
            Trials = trials,
            Front = [.. front.Select(trial => trial.Id)],
            Hypervolume = reference is not null && front.Count > 0
                ? Hypervolume.Of([.. front.Select(trial => ObjectiveValues.Gains(spec.Objectives, trial.Metrics!, reference))])
                : null,
            Summary = several ? SeedSummary.Of(trials, seeds, spec.Seed) : null,
            Sharing = sharing,
            StageTimes = StageTimes.Measured(paths, stage => outcome(stage)?.Result) is { Count: > 0 } times ? times : null,
            Scope = ScopeOf(spec),
        };
    }

    /// <summary>The best first: by the first objective, then the next, then the id.</summary>
    public static IReadOnlyList<TrialResult> FrontOf(IReadOnlyList<TrialResult> trials, IReadOnlyList<Objective> objectives)
    {
        ArgumentNullException.ThrowIfNull(trials);
        var goals = objectives.Goals();
        var complete = trials.Where(trial => trial.Metrics is not null).ToList();
        var front = ParetoFront.Of(complete, trial => ObjectiveValues.Of(objectives, trial.Metrics!), goals).ToList();
        front.Sort((a, b) =>
        {
            var costs = Dominance.CompareLexically(Costs(a), Costs(b));
            return costs != 0 ? costs : string.CompareOrdinal(a.Id, b.Id);
        });
        return front;

        double[] Costs(TrialResult trial) => Dominance.Costs(ObjectiveValues.Of(objectives, trial.Metrics!), goals);
    }

    /// <summary>One trial of the document.</summary>
    /// <param name="plan">A trial with settings.</param>
    /// <param name="state">The experiment's.</param>
    /// <param name="outcome">How a stage stands; null when it was never requested.</param>
    /// <param name="opened">Whether the experiment has opened it.</param>
    public static TrialResult TrialOf(TrialPlan plan, ExperimentState state, Func<StageId, StageStanding?> outcome, bool opened = true)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(outcome);
        return TrialOf(plan, StateOf(plan, [.. plan.Stages.Select(stage => outcome(stage.Id))], state, opened), outcome);
    }

    /// <summary>One trial of the document, whose state is known.</summary>
    /// <param name="plan">A trial with settings.</param>
    /// <param name="trialState">Its own.</param>
    /// <param name="outcome">How a stage stands; null when it was never requested.</param>
    /// <param name="failure">Why it failed, where that is known; else it is read off the outcomes.</param>
    public static TrialResult TrialOf(
        TrialPlan plan, TrialState trialState, Func<StageId, StageStanding?> outcome, TrialFailure? failure = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(outcome);
        var outcomes = plan.Stages.Select(stage => (stage.Id, Outcome: outcome(stage.Id))).ToList();
        var failed = outcomes.FirstOrDefault(stage => stage.Outcome?.Failure is not null);
        var evaluated = outcome(plan.Evaluate.Id)?.Result;
        var proof = trialState == TrialState.Complete
            ? outcomes.Select(stage => stage.Outcome?.Result?.Surgery).FirstOrDefault(surgery => surgery is not null)
            : null;
        return new TrialResult
        {
            Id = plan.Id,
            State = trialState,
            Settings = plan.Settings ?? throw new ArgumentException($"A trial has settings, but {plan.Id} has none.", nameof(plan)),
            Metrics = trialState == TrialState.Complete
                ? MetricsOf(evaluated, plan.Benchmark is { } benchmark ? outcome(benchmark.Id)?.Result : null)
                : null,
            Shape = trialState == TrialState.Complete ? evaluated?.Shape : null,
            LargestLogitDifference = proof?.LargestLogitDifference,
            Proof = proof,
            Failure = trialState == TrialState.Failed ? failure ?? new TrialFailure { Stage = failed.Id, Failure = failed.Outcome!.Failure! } : null,
            StopReason = trialState == TrialState.Stopped ? "the experiment ended before the trial did" : null,
            Stages = [.. outcomes.Select(stage => stage.Id)],
            Device = trialState == TrialState.Complete ? evaluated?.Provenance.Device : null,
        };
    }

    /// <summary>
    /// A trial runs once anything of its own has begun: its first unfinished stage is requested, or one below the shared root is done.
    /// </summary>
    private static TrialState StateOf(TrialPlan plan, IReadOnlyList<StageStanding?> outcomes, ExperimentState state, bool opened)
    {
        if (outcomes.Any(outcome => outcome?.Failure is not null))
        {
            return TrialState.Failed;
        }

        var done = outcomes.TakeWhile(outcome => outcome?.Result is not null).Count();
        if (done == plan.Stages.Count)
        {
            return TrialState.Complete;
        }

        return state is ExperimentState.Cancelled or ExperimentState.Failed or ExperimentState.Complete ? TrialState.Stopped
            : opened && (done > 1 || outcomes[done] is not null) ? TrialState.Running
            : TrialState.Waiting;
    }

    /// <param name="result">Of the Evaluate stage.</param>
    /// <param name="benchmark">Of the Benchmark stage; null where there is none.</param>
    /// <returns>Null without an evaluation.</returns>
    public static TrialMetrics? MetricsOf(StageResult? result, StageResult? benchmark = null) => result?.Evaluation is { } evaluation
        ? new TrialMetrics
        {
            Accuracy = evaluation.Accuracy,
            TestAccuracy = evaluation.TestAccuracy,
            Parameters = evaluation.Parameters,
            Flops = evaluation.Flops,
            Zeros = evaluation.Zeros,
            FlopsRatio = benchmark?.Benchmark?.FlopsRatio,
            Speedups = benchmark?.Benchmark?.Batches,
        }
        : null;

    private static SharingResult SharingOf(ExperimentPlan plan, Func<StageId, StageStanding?> outcome) => new()
    {
        EpochsAsked = plan.EpochsAsked,
        EpochsNeeded = plan.EpochsNeeded,
        EpochsRun = plan.Paths
            .SelectMany(trial => trial.Stages)
            .DistinctBy(stage => stage.Id)
            .Where(stage => outcome(stage.Id) is { Result: not null, PaidHere: true })
            .Sum(stage => stage.Epochs),
    };

    internal static MeasurementScope ScopeOf(SweepSpec spec) => new()
    {
        Data = spec.Data.Name,
        ValidationImages = spec.Data.Validation,
        TestImages = ImageSet.Of(spec.Data)?.TestImages ?? 0,
        SplitSeed = spec.Data.SplitSeed,
        Seeds = spec.Space.Seed?.Values ?? [spec.Seed],
    };
}
