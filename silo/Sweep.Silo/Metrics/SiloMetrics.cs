using Sweep.Grains;
using Sweep.Recipes;

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

/// <summary>What a silo's workers and its grain storage count. Each silo tells of its own.</summary>
public static class SiloMetrics
{
    private static readonly MetricLabel s_kind = MetricLabel.Of<StageKind>("kind");
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

    public static IReadOnlyList<MetricDefinition> All { get; } = [AttemptDuration, Epochs, CommitDuration, CommitSize, StorageDuration];

    private static IReadOnlyList<AttemptPhase> Ends => [AttemptPhase.Succeeded, AttemptPhase.Failed, AttemptPhase.HandedBack];
}
