using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>The result document: what <c>-o json</c> prints and the report shows. A stable contract (DESIGN 5).</summary>
public sealed record ExperimentResult
{
    public string ApiVersion { get; init; } = "sweep/v1";

    public required string Experiment { get; init; }

    public required ExperimentState State { get; init; }

    /// <summary>What ended it before its last trial, in one sentence; null when nothing did.</summary>
    public string? Reason { get; init; }

    public required IReadOnlyList<Objective> Objectives { get; init; }

    /// <summary>How its trials were chosen.</summary>
    public SearchSpec? Search { get; init; }

    /// <summary>How trials were stopped before their time; null where none was to be.</summary>
    public StoppingSpec? Stopping { get; init; }

    /// <summary>Of the first seed; null until it is evaluated.</summary>
    public TrialMetrics? Dense { get; init; }

    /// <summary>Null until the unpruned net is evaluated.</summary>
    public ViTShape? DenseShape { get; init; }

    /// <summary>The path of the unpruned net.</summary>
    public IReadOnlyList<StageId> DenseStages { get; init; } = [];

    /// <summary>The unpruned net of every seed, the first's too; null where there is one seed.</summary>
    public IReadOnlyList<DenseResult>? DenseSeeds { get; init; }

    public required IReadOnlyList<TrialResult> Trials { get; init; }

    /// <summary>Ids of the non-dominated complete trials, best first objective first.</summary>
    public required IReadOnlyList<string> Front { get; init; }

    /// <summary>Volume dominated by the front, relative to the reference point, as a fraction of the reference box; null without a complete trial.</summary>
    public double? Hypervolume { get; init; }

    /// <summary>What the seeds say together; null where there is one seed.</summary>
    public SeedSummary? Summary { get; init; }

    public required SharingResult Sharing { get; init; }

    /// <summary>How long stages took, which later plans learn from; null while none has finished.</summary>
    public IReadOnlyList<StageTime>? StageTimes { get; init; }

    /// <summary>When and where its stages ran, and how the front grew; null while no stage that was timed has ended.</summary>
    public ExperimentTimeline? Timeline { get; init; }

    /// <summary>
    /// The training of the unpruned net and of the first <see cref="FrontCurves.MostTrials"/> nets on the front, each stage once; null where the document
    /// was not made to be kept, or nobody recorded any.
    /// </summary>
    public IReadOnlyList<StageHistory>? Curves { get; init; }

    /// <summary>Which images every accuracy was measured on, and with which seeds.</summary>
    public required MeasurementScope Scope { get; init; }
}

/// <summary>The unpruned net of one seed.</summary>
public sealed record DenseResult
{
    public required string Id { get; init; }

    public required long Seed { get; init; }

    /// <summary>Null until it is evaluated.</summary>
    public TrialMetrics? Metrics { get; init; }

    public required IReadOnlyList<StageId> Stages { get; init; }
}

/// <summary>One trial's place in the result document.</summary>
public sealed record TrialResult
{
    public required string Id { get; init; }

    public required TrialState State { get; init; }

    public required TrialSettings Settings { get; init; }

    /// <summary>Complete trials only.</summary>
    public TrialMetrics? Metrics { get; init; }

    /// <summary>The net, of complete trials.</summary>
    public ViTShape? Shape { get; init; }

    /// <summary>What the cut proved, of complete trials.</summary>
    public double? LargestLogitDifference { get; init; }

    /// <summary>The evidence of the cut, of complete trials: shapes before and after, counted parameters, the parent's digest.</summary>
    public SurgeryProof? Proof { get; init; }

    /// <summary>Failed trials only: the stage that failed, and why.</summary>
    public TrialFailure? Failure { get; init; }

    public required IReadOnlyList<StageId> Stages { get; init; }

    /// <summary>Where the Evaluate stage ran.</summary>
    public string? Device { get; init; }

    /// <summary>Why it was proposed, in one sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>The rungs it has reached, the first first; null without early stopping.</summary>
    public IReadOnlyList<RungOutcome>? Rungs { get; init; }

    /// <summary>Stopped trials only: what stopped it, in one sentence.</summary>
    public string? StopReason { get; init; }
}

/// <summary>A trial at the end of one rung.</summary>
public sealed record RungOutcome
{
    /// <summary>Epochs after the cut until here.</summary>
    public required int Epochs { get; init; }

    public required TrialMetrics Metrics { get; init; }

    /// <summary>Null at the last rung, which ends a trial anyway.</summary>
    public TrialVerdict? Verdict { get; init; }

    /// <summary>Why the verdict, in one sentence; of a trial that waits, what for.</summary>
    public string? Reason { get; init; }

    /// <summary>Its place among those it was compared with, from 1; null before the verdict.</summary>
    public int? Rank { get; init; }

    /// <summary>How many those were, itself included.</summary>
    public int? Of { get; init; }
}

public sealed record TrialFailure
{
    public required StageId Stage { get; init; }

    public required StageFailure Failure { get; init; }
}

/// <summary>Base units: fractions, counts, multiply-accumulates.</summary>
public sealed record TrialMetrics
{
    /// <summary>Top-1 on the validation split; selection uses this.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Top-1 on the test split; reported, never selected on.</summary>
    public required double TestAccuracy { get; init; }

    public required long Parameters { get; init; }

    public required long Flops { get; init; }

    /// <summary>Unstructured methods: parameters that are 0. They are zeros, not savings: <see cref="Parameters"/> counts them too.</summary>
    public long? Zeros { get; init; }

    /// <summary>Dense Flops over this net's: what a speed-up would be if Flops were time. Null where no speed was measured.</summary>
    public double? FlopsRatio { get; init; }

    /// <summary>Speed and memory beside the dense net's, one entry a batch size; null where none was measured.</summary>
    public IReadOnlyList<BatchBenchmark>? Speedups { get; init; }
}

public sealed record SharingResult
{
    public required int EpochsAsked { get; init; }

    public required int EpochsNeeded { get; init; }

    /// <summary>Epochs this experiment caused to run; less than needed when another experiment had run them.</summary>
    public required int EpochsRun { get; init; }
}

public sealed record MeasurementScope
{
    public required string Data { get; init; }

    /// <summary>Images in the validation split.</summary>
    public required int ValidationImages { get; init; }

    /// <summary>Images in the test split.</summary>
    public required int TestImages { get; init; }

    /// <summary>Seed of the validation cut.</summary>
    public long SplitSeed { get; init; }

    /// <summary>Seeds of training.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }
}
