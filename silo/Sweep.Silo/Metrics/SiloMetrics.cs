using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Scheduling;

namespace Sweep.Silo.Metrics;

/// <summary>What is brought to the artifact store.</summary>
public enum CommitContent
{
    Checkpoint,
    Artifact,
}

public enum CommitOutcome
{
    Committed,
    Failed,
}

public enum StorageOperation
{
    Read,
    Write,
    Clear,
}

public enum StorageOutcome
{
    Ok,

    /// <summary>Another version was stored than the one that was read.</summary>
    Conflict,
    Error,
}

/// <summary>What became of a worker's call to the queue.</summary>
public enum CallOutcome
{
    Answered,

    /// <summary>The cluster is away; the worker goes on, and calls again.</summary>
    Away,
}

/// <summary>What a silo's workers and its grain storage count. Each silo tells of its own.</summary>
public static class SiloMetrics
{
    private static readonly MetricLabel s_kind = MetricLabel.Of<StageKind>("kind");
    private static readonly MetricLabel s_device = MetricLabel.Of("device", ["cpu", "cuda"]);
    private static readonly MetricLabel s_content = MetricLabel.Of<CommitContent>("content");

    /// <summary>Seconds: from one that reads a few files to one that trains for half a day.</summary>
    private static readonly double[] s_long = [1, 5, 15, 60, 300, 900, 3600, 14400, 43200];

    /// <summary>Seconds: what a disk or a blob store takes.</summary>
    private static readonly double[] s_short = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10];

    public static MetricDefinition AttemptDuration { get; } = new(
        "sweep.attempt.duration", MetricForm.Histogram, "s", "From an attempt's start on its worker to its last commit, waiting for the device included.")
    {
        Labels = [s_kind, MetricLabel.Of("outcome", [.. Ends.Select(MetricWords<AttemptPhase>.Of)])],
        Edges = s_long,
    };

    public static MetricDefinition AttemptsRunning { get; } = new(
        "sweep.attempts.running", MetricForm.Gauge, "{attempt}", "Attempts on this silo's workers, those that wait for their device included.")
    {
        Labels = [s_kind],
    };

    public static MetricDefinition WorkerSlots { get; } = new("sweep.worker.slots", MetricForm.Gauge, "{worker}", "Workers of this silo, at work or not.");

    public static MetricDefinition LeaseRenewal { get; } = new(
        "sweep.lease.renewal.duration", MetricForm.Histogram, "s", "What the call to the queue takes by which a worker with an attempt keeps its lease.")
    {
        Labels = [MetricLabel.Of<CallOutcome>("outcome")],
        Edges = s_short,
    };

    public static MetricDefinition OutOfMemory { get; } = new(
        "sweep.out.of.memory", MetricForm.Counter, "{attempt}", "Attempts that ended because memory did, by their device: cpu, or cuda:N.")
    {
        Labels = [new("device", [], GpuMetrics.GpuLimit + 1)],
    };

    public static MetricDefinition TrainSteps { get; } = new("sweep.train.steps", MetricForm.Counter, "{step}", "Optimizer updates.") { Labels = [s_device] };

    public static MetricDefinition TrainSamples { get; } = new(
        "sweep.train.samples", MetricForm.Counter, "{image}", "Images trained on; one counts as often as it is used.")
    {
        Labels = [s_device],
    };

    public static MetricDefinition LoaderWait { get; } = new(
        "sweep.train.loader.wait", MetricForm.Counter, "s", "Time that training waited for images.")
    {
        Labels = [s_device],
    };

    public static MetricDefinition StepDuration { get; } = new(
        "sweep.train.step.duration", MetricForm.Histogram, "s",
        "What an optimizer update takes, waiting for images included. Steps of one report of the engine, a fraction of a second's, count with their mean.")
    {
        Labels = [s_device],
        Edges = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5],
    };

    public static MetricDefinition CheckpointTime { get; } = new(
        "sweep.checkpoint.last.success.timestamp", MetricForm.Gauge, "s", "When a worker of this silo last brought a checkpoint to the store, as Unix time; absent before.");

    public static MetricDefinition Build { get; } = new("sweep.build.info", MetricForm.Gauge, "1", "1; the labels say what this silo is made of.")
    {
        Labels = [new("version", [], 1), new("commit", [], 1), new("orleans", [], 1), new("runtime", [], 1)],
    };

    public static MetricDefinition Epochs { get; } = new(
        "sweep.epochs.run", MetricForm.Counter, "{epoch}", "Epochs computed, parts of epochs included; epochs computed twice count twice.")
    {
        Labels = [s_kind],
    };

    public static MetricDefinition CommitDuration { get; } = new(
        "sweep.commit.duration", MetricForm.Histogram, "s", "What it takes to bring a checkpoint or an artifact to the store.")
    {
        Labels = [s_content, MetricLabel.Of<CommitOutcome>("outcome")],
        Edges = [.. s_short, 60, 300],
    };

    public static MetricDefinition CommitSize { get; } = new(
        "sweep.commit.size", MetricForm.Counter, "By", "Bytes of checkpoints and artifacts brought to the store, before what is there already is left out.")
    {
        Labels = [s_content],
    };

    public static MetricDefinition StorageDuration { get; } = new(
        "sweep.storage.operation.duration", MetricForm.Histogram, "s", "What one access to grain state takes, from the grain's side.")
    {
        Labels = [MetricLabel.Of<StorageOperation>("operation"), MetricLabel.Of<StorageOutcome>("outcome")],
        Edges = s_short,
    };

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        Build, WorkerSlots, AttemptsRunning, AttemptDuration, Epochs, TrainSteps, TrainSamples, StepDuration, LoaderWait, OutOfMemory, LeaseRenewal,
        CommitDuration, CommitSize, CheckpointTime, StorageDuration,
    ];

    private static IReadOnlyList<AttemptPhase> Ends => [AttemptPhase.Succeeded, AttemptPhase.Failed, AttemptPhase.HandedBack];
}
