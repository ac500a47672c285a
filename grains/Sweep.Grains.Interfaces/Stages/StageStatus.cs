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
    /// effect on any other stage.
    /// </summary>
    public bool Retry { get; init; }
}

/// <summary>How a stage stands.</summary>
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
}
