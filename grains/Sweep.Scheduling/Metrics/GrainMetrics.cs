using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Scheduling;

/// <summary>How an attempt ended.</summary>
public enum AttemptOutcome
{
    Succeeded,
    Failed,

    /// <summary>Its worker drained, or was told to drop it.</summary>
    HandedBack,

    /// <summary>Its worker fell silent.</summary>
    Lost,
}

/// <summary>How a stage ended.</summary>
public enum StageEnd
{
    Succeeded,
    Failed,

    /// <summary>Nobody waits for it any more.</summary>
    Cancelled,
}

/// <summary>What a worker does.</summary>
public enum WorkerActivity
{
    Idle,
    Busy,

    /// <summary>It takes no more work.</summary>
    Draining,
}

/// <summary>What the grains count and show. Those of the queue and of experiments are told by the one silo where the grain is.</summary>
public static class GrainMetrics
{
    /// <summary>Experiments that have series of their own at a time.</summary>
    public const int ExperimentLimit = 20;

    /// <summary>Points of a front that have series of their own; of a larger front, so many evenly over it, both ends included.</summary>
    public const int PointLimit = 16;

    private static readonly MetricLabel s_kind = MetricLabel.Of<StageKind>("kind");
    private static readonly MetricLabel s_experiment = new("experiment", [], ExperimentLimit);

    public static MetricDefinition Experiments { get; } = new(
        "sweep.experiments", MetricForm.Gauge, "{experiment}",
        "Experiments by state; ended ones as long as their grain is in memory.")
    {
        Labels = [MetricLabel.Of<ExperimentState>("state")],
    };

    public static MetricDefinition ExperimentsFinished { get; } = new(
        "sweep.experiments.finished", MetricForm.Counter, "{experiment}", "Experiments that came to an end.")
    {
        Labels = [MetricLabel.Of("outcome", [.. EndStates.Select(MetricWords<ExperimentState>.Of)])],
    };

    public static MetricDefinition Trials { get; } = new(
        "sweep.trials", MetricForm.Gauge, "{trial}", "Trials of the experiments in memory, by state.")
    {
        Labels = [MetricLabel.Of<TrialState>("state")],
    };

    public static MetricDefinition TrialsFinished { get; } = new(
        "sweep.trials.finished", MetricForm.Counter, "{trial}", "Trials that came to an end.")
    {
        Labels = [MetricLabel.Of("outcome", [.. TrialEnds.Select(MetricWords<TrialState>.Of)])],
    };

    public static MetricDefinition FrontSize { get; } = OfExperiment("sweep.experiment.front.size", "{trial}", "Trials on the front so far.");

    public static MetricDefinition Hypervolume { get; } = OfExperiment(
        "sweep.experiment.hypervolume", "1", "Hypervolume of the front so far over the unpruned net; absent until both are known.");

    public static MetricDefinition BestAccuracy { get; } = OfExperiment(
        "sweep.experiment.best.accuracy", "1", "Best accuracy on the front so far, in [0, 1]; absent without a front.");

    public static MetricDefinition Progress { get; } = OfExperiment(
        "sweep.experiment.progress", "1", "Finished share of the epochs the experiment needs, in [0, 1].");

    public static MetricDefinition PointAccuracy { get; } = OfPoint("sweep.pareto.point.accuracy", "1", "Accuracy of a point of the front, in [0, 1]; rank 0 has the best.");

    public static MetricDefinition PointParameters { get; } = OfPoint("sweep.pareto.point.parameters", "{parameter}", "Parameters of that point's net.");

    public static MetricDefinition PointFlops { get; } = OfPoint(
        "sweep.pareto.point.flops", "{multiply-accumulate}", "Multiply-accumulates of that point's net for one image.");

    public static MetricDefinition SeriesDropped { get; } = new(
        "sweep.metrics.series.dropped", MetricForm.Counter, "{experiment}",
        "Experiments that got no series of their own because as many as may had them.");

    public static MetricDefinition StagesFinished { get; } = new(
        "sweep.stages.finished", MetricForm.Counter, "{stage}", "Stages that came to an end.")
    {
        Labels = [s_kind, MetricLabel.Of<StageEnd>("outcome")],
    };

    public static MetricDefinition AttemptsStarted { get; } = new(
        "sweep.attempts.started", MetricForm.Counter, "{attempt}", "Attempts opened, each with a lease for its worker.")
    {
        Labels = [s_kind],
    };

    public static MetricDefinition AttemptsFinished { get; } = new(
        "sweep.attempts.finished", MetricForm.Counter, "{attempt}", "Attempts that came to an end, and how.")
    {
        Labels = [s_kind, MetricLabel.Of<AttemptOutcome>("outcome")],
    };

    public static MetricDefinition Failures { get; } = new(
        "sweep.failures", MetricForm.Counter, "{failure}", "Failures of attempts by kind, which decides about another attempt, and reason.")
    {
        Labels = [MetricLabel.Of<FailureKind>("failure"), MetricLabel.Of<FailureReason>("reason")],
    };

    public static MetricDefinition Retries { get; } = new(
        "sweep.stage.retries", MetricForm.Counter, "{attempt}", "Stages queued once more after a failed or lost attempt, by its reason.")
    {
        Labels = [s_kind, MetricLabel.Of<FailureReason>("reason")],
    };

    public static MetricDefinition ReportsRefused { get; } = new(
        "sweep.reports.refused", MetricForm.Counter, "{report}",
        "Reports of attempts that are not the stage's any more: late, repeated, or of a cancelled stage.");

    public static MetricDefinition QueueDepth { get; } = new(
        "sweep.queue.depth", MetricForm.Gauge, "{stage}", "Stages that wait for a worker.")
    {
        Labels = [s_kind],
    };

    public static MetricDefinition QueueOldest { get; } = new(
        "sweep.queue.oldest.wait", MetricForm.Gauge, "s", "How long the stage that waits longest has waited; 0 when none waits.");

    public static MetricDefinition QueueWait { get; } = new(
        "sweep.stage.queue.wait", MetricForm.Histogram, "s", "How long stages waited in the queue until a worker had them.")
    {
        Edges = [1, 5, 15, 60, 300, 900, 3600, 14400, 43200],
    };

    public static MetricDefinition StagesRunning { get; } = new(
        "sweep.stages.running", MetricForm.Gauge, "{stage}", "Stages with a worker.")
    {
        Labels = [s_kind],
    };

    public static MetricDefinition LeasesHeld { get; } = new("sweep.leases.held", MetricForm.Gauge, "{lease}", "Leases the queue knows of.");

    public static MetricDefinition LeasesExpired { get; } = new(
        "sweep.leases.expired", MetricForm.Counter, "{lease}", "Leases that ended without their worker's word: it was silent, or another stands in its slot.");

    public static MetricDefinition Workers { get; } = new(
        "sweep.workers", MetricForm.Gauge, "{worker}", "Workers that call the queue.")
    {
        Labels = [MetricLabel.Of<WorkerActivity>("state")],
    };

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        Experiments, ExperimentsFinished, Trials, TrialsFinished, FrontSize, Hypervolume, BestAccuracy, Progress,
        PointAccuracy, PointParameters, PointFlops, SeriesDropped,
        StagesFinished, StagesRunning, AttemptsStarted, AttemptsFinished, Failures, Retries, ReportsRefused,
        QueueDepth, QueueOldest, QueueWait, LeasesHeld, LeasesExpired, Workers,
    ];

    private static IReadOnlyList<ExperimentState> EndStates => [ExperimentState.Complete, ExperimentState.Cancelled, ExperimentState.Failed];

    private static IReadOnlyList<TrialState> TrialEnds => [TrialState.Complete, TrialState.Stopped, TrialState.Failed];

    private static MetricDefinition OfPoint(string name, string unit, string description) =>
        new(name, MetricForm.Gauge, unit, description) { Labels = [s_experiment, new MetricLabel("rank", [], PointLimit)] };

    private static MetricDefinition OfExperiment(string name, string unit, string description) =>
        new(name, MetricForm.Gauge, unit, description) { Labels = [s_experiment] };
}
