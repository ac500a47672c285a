namespace Sweep.Recipes;

/// <summary>What a finished stage found out. Written beside its artifact as <c>result.json</c>.</summary>
public sealed record StageResult
{
    public required StageId Stage { get; init; }

    /// <summary>The net this stage wrote or measured; null when it wrote none.</summary>
    public ViTShape? Shape { get; init; }

    /// <summary>Evaluate only.</summary>
    public Evaluation? Evaluation { get; init; }

    /// <summary>Evaluate only: what the images went through before the net.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>HardPrune only.</summary>
    public SurgeryProof? Surgery { get; init; }

    /// <summary>Benchmark only.</summary>
    public BenchmarkResult? Benchmark { get; init; }

    /// <summary>LoadWeights only: what was replaced or resized, one sentence each.</summary>
    public IReadOnlyList<string>? Adapted { get; init; }

    /// <summary>RankHeads and ScoreGroups only: importance of each head, [block][head], each block summing to 1.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? HeadImportance { get; init; }

    /// <summary>
    /// One entry per epoch of training, in order, from the first epoch of the stage; where a cluster keeps it, at most <see cref="StageHistory.MostEpochs"/>
    /// of them.
    /// </summary>
    public IReadOnlyList<EpochRecord>? Curve { get; init; }

    public required Provenance Provenance { get; init; }
}

/// <summary>Accuracies are fractions in [0, 1].</summary>
public sealed record Evaluation
{
    /// <summary>Top-1 on the validation split.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Top-1 on the test split.</summary>
    public required double TestAccuracy { get; init; }

    /// <summary>Mean cross-entropy on the validation split, in nats.</summary>
    public required double Loss { get; init; }

    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates for one image.</summary>
    public required long Flops { get; init; }

    /// <summary>Unstructured methods: parameters that are 0 under the mask. They are zeros, not savings. Null where nothing is masked.</summary>
    public long? Zeros { get; init; }
}

/// <summary>How pixels become a net's input: scaled to [0, 1], then (pixel − mean) / deviation, channel by channel.</summary>
public sealed record Preprocessing
{
    /// <summary>Of the training images, one a channel.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Standard deviation of the training images, one a channel.</summary>
    public required IReadOnlyList<float> Deviation { get; init; }
}

/// <summary>Speed and memory of a net beside the dense net, from interleaved runs on one device.</summary>
public sealed record BenchmarkResult
{
    public required string DeviceModel { get; init; }

    public required int Threads { get; init; }

    public required IReadOnlyList<BatchBenchmark> Batches { get; init; }

    /// <summary>Dense Flops over this net's: what the speed-up would be if Flops were time.</summary>
    public required double FlopsRatio { get; init; }
}

/// <summary>Figures for one batch size.</summary>
public sealed record BatchBenchmark
{
    public required int Batch { get; init; }

    public required PassTiming Net { get; init; }

    public required PassTiming Dense { get; init; }

    /// <summary>Median over pairs of the dense time over this net's.</summary>
    public required double SpeedUp { get; init; }
}

/// <summary>Forward passes of one net.</summary>
public sealed record PassTiming
{
    /// <summary>Median, in seconds.</summary>
    public required double P50 { get; init; }

    /// <summary>95th percentile, in seconds.</summary>
    public required double P95 { get; init; }

    /// <summary>Images per second at the median.</summary>
    public required double Throughput { get; init; }

    /// <summary>Most memory in use during the passes beyond that before them, in bytes; null where the device does not tell.</summary>
    public long? PeakMemory { get; init; }
}

/// <summary>Evidence that a cut preserved the function.</summary>
public sealed record SurgeryProof
{
    public required ViTShape Before { get; init; }

    public required ViTShape After { get; init; }

    /// <summary>Parameters counted from the tensors that were written.</summary>
    public required long CountedParameters { get; init; }

    /// <summary>Of the net before the cut, counted from its tensors, gates excluded. Null in results older than this member and those below.</summary>
    public long? CountedParametersBefore { get; init; }

    /// <summary>By formula.</summary>
    public long? ParametersBefore { get; init; }

    /// <summary>By formula.</summary>
    public long? ParametersAfter { get; init; }

    /// <summary>Multiply-accumulates for one image.</summary>
    public long? FlopsBefore { get; init; }

    /// <summary>Multiply-accumulates for one image.</summary>
    public long? FlopsAfter { get; init; }

    /// <summary>What each block cost and costs, in order, by formula.</summary>
    public IReadOnlyList<BlockCosts>? Blocks { get; init; }

    /// <summary>Largest absolute difference between a logit of the masked dense net and of the sliced net, on a fixed batch.</summary>
    public required double LargestLogitDifference { get; init; }

    /// <summary>SHA-256 of the weights that were cut.</summary>
    public required string ParentWeights { get; init; }
}

/// <summary>Cost of one block on both sides of a cut; Flops are multiply-accumulates for one image.</summary>
public sealed record BlockCosts(long ParametersBefore, long ParametersAfter, long FlopsBefore, long FlopsAfter);

/// <summary>One data pass.</summary>
public sealed record EpochRecord
{
    /// <summary>Counted from 0 over the whole schedule.</summary>
    public required int Epoch { get; init; }

    /// <summary>Mean training loss, in nats, penalties excluded.</summary>
    public required double Loss { get; init; }

    /// <summary>Learning rate of the last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>SoftPrune: primal residual ‖W−Z‖/‖W‖ at the end of the epoch.</summary>
    public double? PrimalResidual { get; init; }

    /// <summary>SoftPrune: norm of the groups to go over the norm of the groups to stay.</summary>
    public double? DoomedNormRatio { get; init; }

    /// <summary>SparseTrain: mean absolute gate.</summary>
    public double? MeanGate { get; init; }

    /// <summary>GradualPrune, DynamicSparse: fraction of the net's parameters that a cut along the epoch's last mask removes, in [0, 1).</summary>
    public double? Sparsity { get; init; }
}

/// <summary>How a result came about: recorded, never part of an identity.</summary>
public sealed record Provenance
{
    /// <summary>For example <c>cpu</c> or <c>cuda:0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>What the device calls itself, such as <c>NVIDIA H200</c>; null where nothing tells.</summary>
    public string? DeviceModel { get; init; }

    public required int Threads { get; init; }

    /// <summary>Version of libtorch, and whether TorchSharp or its stand-in bound it.</summary>
    public required string Torch { get; init; }

    public required string Engine { get; init; }

    /// <summary>Wall-clock time the attempt took from its first byte to its last, in seconds, resumed parts excluded.</summary>
    public required double Seconds { get; init; }

    /// <summary>Of each epoch in <see cref="StageResult.Curve"/> that was timed, resumed ones included; null where nothing was trained.</summary>
    public IReadOnlyList<EpochTime>? EpochTimes { get; init; }

    /// <summary>SHA-256 of the weights written, if any.</summary>
    public string? Weights { get; init; }
}
