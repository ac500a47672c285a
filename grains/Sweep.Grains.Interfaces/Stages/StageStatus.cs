using Orleans;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>Queued → Running(attempt) → Succeeded | Failed | Cancelled; Running → Queued when lost or drained.</summary>
public enum StageState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>An experiment wants a stage.</summary>
[Immutable]
public sealed record StageRequest
{
    public required StageRecipe Recipe { get; init; }

    /// <summary>The waiter.</summary>
    public required string Experiment { get; init; }

    /// <summary>Epochs on the longest path from this stage to a leaf that waits for it: longer paths go first.</summary>
    public required int CriticalPath { get; init; }

    /// <summary>What decides its memory, of the whole path to it; null for of its recipe alone.</summary>
    public MemoryClass? MemoryClass { get; init; }

    /// <summary>
    /// Give a stage that failed for the infrastructure's sake a fresh budget of attempts: its experiment was submitted once more. No
    /// effect on any other stage, but for one that failed and paused its experiment.
    /// </summary>
    public bool Retry { get; init; }

    /// <summary>
    /// A person wants a failed stage tried once more, whatever the reason: the number of the attempt that failed. It gets a fresh budget and goes
    /// on counting attempts, so the same command once more, or late, finds a later attempt and changes nothing.
    /// </summary>
    public int? ForceAfter { get; init; }

    /// <summary>Greater than 0. The experiment's share of the workers among those of its priority; 1 unless somebody said otherwise.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Experiments of a higher one go first.</summary>
    public int Priority { get; init; }

    /// <summary>Grows with each change of the two: a request that is older than what a stage or the queue knows does not undo it.</summary>
    public int ShareRevision { get; init; }

    /// <summary>What the experiment does about failures of what it pays for; null for the defaults.</summary>
    public FailurePolicies? FailurePolicies { get; init; }
}

/// <summary>How a stage stands.</summary>
[Immutable]
public sealed record StageStatus
{
    public required StageId Stage { get; init; }

    public required StageState State { get; init; }

    /// <summary>Attempts opened so far.</summary>
    public required int Attempt { get; init; }

    /// <summary>Succeeded only.</summary>
    public ArtifactId? Artifact { get; init; }

    /// <summary>Succeeded only.</summary>
    public StageResult? Result { get; init; }

    /// <summary>Failed only.</summary>
    public StageFailure? Failure { get; init; }

    /// <summary>The experiment whose request made the stage run: it pays for the epochs.</summary>
    public string? PaidBy { get; init; }

    /// <summary>
    /// Failed only: the experiment whose policy says to pause for it. It is to be requested with <see cref="StageRequest.Retry"/> once the
    /// experiment is resumed. For any other experiment the stage has failed.
    /// </summary>
    public string? Pauses { get; init; }

    /// <summary>When and where it ran; null before its first attempt, or where that was not recorded.</summary>
    public AttemptHistory? Attempts { get; init; }
}
