using Orleans;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>A stage that wants to run, or runs: a queue that lost its memory learns both from it.</summary>
[Immutable]
public sealed record StageOffer
{
    public required StageId Stage { get; init; }

    /// <summary>Who pays: fair share is between experiments.</summary>
    public required string Experiment { get; init; }

    /// <summary>Epochs on the longest path from this stage to a leaf that waits for it: longer paths go first.</summary>
    public required int CriticalPath { get; init; }

    /// <summary>The stage whose artifact it continues: a worker that holds it goes first.</summary>
    public StageId? Parent { get; init; }

    /// <summary>Not before this time: back-off after an infrastructure failure.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Nothing else may run on the device: a Benchmark, or what ran out of memory in company.</summary>
    public bool Alone { get; init; }

    /// <summary>What decides the memory it needs; null from a stage of before there were such classes, which then is one of its own.</summary>
    public MemoryClass? MemoryClass { get; init; }

    /// <summary>Benchmarks only: the model of device it measures. A worker of another one gets it only where no worker is of it.</summary>
    public string? DeviceModel { get; init; }

    /// <summary>The share of the paying experiment; see <see cref="StageRequest.Weight"/>. All its queued stages follow the latest offer.</summary>
    public double Weight { get; init; } = 1;

    public int Priority { get; init; }

    /// <summary>Of two shares of an experiment the one of the higher revision holds; of equal ones, what came last.</summary>
    public int ShareRevision { get; init; }

    /// <summary>Names of <see cref="WorkerSlot"/>s that it must not go to.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>Running stages only: whose attempt it is. When that worker does not call for a full lease, it is lost.</summary>
    public LeaseHolder? Holder { get; init; }
}

public sealed record LeaseHolder
{
    public required string Worker { get; init; }

    public required string Silo { get; init; }

    public required int Attempt { get; init; }
}

/// <summary>How the queue knows that a worker is gone.</summary>
public enum LeaseEnd
{
    /// <summary>It called this queue, and then no more, or another worker stands in its slot: the stage may have brought it down.</summary>
    Silent,

    /// <summary>It never called this queue: they went down together. That says nothing against the stage and is not counted as a loss.</summary>
    Unknown,
}

/// <summary>What a worker says of itself at each call.</summary>
[Immutable]
public sealed record WorkerReport
{
    /// <summary>
    /// Unique in the cluster and new at each start of a worker: <c>silo/device-slot/instance</c>. See <see cref="WorkerSlot"/>.
    /// </summary>
    public required string Worker { get; init; }

    public required string Silo { get; init; }

    /// <summary>For example <c>cpu</c> or <c>cuda:0</c>; workers of a silo that name the same device share it.</summary>
    public required string Device { get; init; }

    /// <summary>What the device calls itself; see <see cref="Sweep.Recipes.Protocol.DeviceModels"/>.</summary>
    public IReadOnlyList<string> DeviceModels { get; init; } = [];

    /// <summary>The device's own name, the same for every silo that sees it (a GPU's UUID); null where it has none.</summary>
    public string? DeviceId { get; init; }

    /// <summary>Most stages on the device at once; null where nobody counts.</summary>
    public int? Packing { get; init; }

    /// <summary>Null where it is not known: nothing is packed by it then.</summary>
    public DeviceMemory? Memory { get; init; }

    public required int Threads { get; init; }

    /// <summary>Whether it takes work; false while it drains.</summary>
    public required bool AcceptsWork { get; init; }

    /// <summary>What it runs or has just ended; null when idle and nothing is unacknowledged.</summary>
    public AttemptReport? Attempt { get; init; }

    /// <summary>Stages whose artifacts are on its disk.</summary>
    public IReadOnlyList<StageId> Holds { get; init; } = [];

    /// <summary>It leaves for good after this report.</summary>
    public bool Leaving { get; init; }
}

public enum DirectiveKind
{
    /// <summary>Nothing to do until the next call. An ended attempt in the report has been taken: forget it.</summary>
    Wait,

    /// <summary>Start the assignment. An ended attempt in the report has been taken.</summary>
    Run,

    /// <summary>Go on with the reported attempt.</summary>
    Continue,

    /// <summary>Drop the reported attempt: it is cancelled, or belongs to another worker.</summary>
    Drop,
}

[Immutable]
public sealed record WorkerDirective
{
    public required DirectiveKind Kind { get; init; }

    /// <summary>Run only.</summary>
    public StageAssignment? Assignment { get; init; }

    /// <summary>Wait only: end the idle engine process, for a stage waits for the memory that it keeps.</summary>
    public bool GiveBack { get; init; }

    /// <summary>When to call again at the latest; sooner when the worker has news.</summary>
    public required TimeSpan NextCall { get; init; }
}

[Immutable]
public sealed record QueueStatus
{
    public required IReadOnlyList<WorkerStatus> Workers { get; init; }

    /// <summary>Stages that wait for a worker.</summary>
    public required int Depth { get; init; }

    /// <summary>How long the oldest has waited.</summary>
    public TimeSpan? OldestAge { get; init; }

    /// <summary>Those with stages that run or wait, those of the highest priority first; empty from a queue of before there was this.</summary>
    public IReadOnlyList<QueuedExperiment> Experiments { get; init; } = [];
}

/// <summary>What one experiment has in the queue.</summary>
public sealed record QueuedExperiment
{
    public required string Experiment { get; init; }

    /// <summary>Stages with a worker.</summary>
    public required int Running { get; init; }

    /// <summary>Stages that wait for one.</summary>
    public required int Waiting { get; init; }

    public int Priority { get; init; }

    /// <summary>Its share beside others of its priority.</summary>
    public double Weight { get; init; } = 1;
}

public sealed record WorkerStatus
{
    public required string Worker { get; init; }

    public required string Silo { get; init; }

    public required string Device { get; init; }

    /// <summary>What the device calls itself, such as <c>NVIDIA H200</c>; null where nothing tells.</summary>
    public string? DeviceModel { get; init; }

    public required int Threads { get; init; }

    public required bool AcceptsWork { get; init; }

    /// <summary>Bytes that the workers of its device may use together; null where not known.</summary>
    public long? DeviceMemory { get; init; }

    /// <summary>The most bytes that the running stage was seen to need so far; null where not measured.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>Null when idle.</summary>
    public RunningStage? Running { get; init; }

    /// <summary>Who pays for what it runs; null when idle, or while only the worker has told of it.</summary>
    public string? Experiment { get; init; }

    /// <summary>Time since its last call.</summary>
    public required TimeSpan Silence { get; init; }
}
