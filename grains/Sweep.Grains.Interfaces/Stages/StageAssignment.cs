using Orleans;
using Sweep.Recipes;

namespace Sweep.Grains;

/// <summary>One attempt at a stage, handed to a worker.</summary>
[Immutable]
public sealed record StageAssignment
{
    public required StageRecipe Recipe { get; init; }

    /// <summary>Fencing token: grows with each attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>The artifact of each of the recipe's inputs.</summary>
    public required IReadOnlyDictionary<StageId, ArtifactId> Inputs { get; init; }

    /// <summary>The last committed checkpoint, if any.</summary>
    public ArtifactId? Checkpoint { get; init; }

    /// <summary>Whose peak the worker measures.</summary>
    public MemoryClass? MemoryClass { get; init; }

    /// <summary>Nothing else may run on the device: the last attempt ran out of memory.</summary>
    public bool Alone { get; init; }
}

/// <summary>What a worker says about its attempt. Every field is the whole truth so far: repeating a report changes nothing.</summary>
[Immutable]
public sealed record AttemptReport
{
    public required StageId Stage { get; init; }

    public required int Attempt { get; init; }

    public required string Worker { get; init; }

    public required AttemptPhase Phase { get; init; }

    /// <summary>Epochs done, resumed ones included.</summary>
    public double EpochsDone { get; init; }

    /// <summary>Epochs of the whole stage.</summary>
    public int Epochs { get; init; }

    public double? Loss { get; init; }

    /// <summary>The epochs so far, resumed ones included, at most <see cref="StageHistory.MostEpochs"/> of them; null for none that the cluster has not heard of.</summary>
    public IReadOnlyList<EpochRecord>? Curve { get; init; }

    /// <summary>What these took.</summary>
    public IReadOnlyList<EpochTime>? Times { get; init; }

    /// <summary>Bytes of memory of the device, the most so far of this attempt; null where nobody measures.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>The last checkpoint committed to the artifact store.</summary>
    public ArtifactId? Checkpoint { get; init; }

    /// <summary>Succeeded only: the artifact committed to the artifact store.</summary>
    public ArtifactId? Artifact { get; init; }

    /// <summary>Succeeded only.</summary>
    public StageResult? Result { get; init; }

    /// <summary>Failed only.</summary>
    public StageFailure? Failure { get; init; }
}

public enum AttemptPhase
{
    Running,
    Succeeded,
    Failed,

    /// <summary>The worker drains: the stage goes back to the queue with its checkpoint.</summary>
    HandedBack,
}
