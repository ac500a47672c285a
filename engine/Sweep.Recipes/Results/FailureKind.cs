using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>What the scheduler does about a failure.</summary>
public enum FailureKind
{
    /// <summary>The same input fails again: fail once, block descendants.</summary>
    Deterministic,

    /// <summary>The place failed, not the stage: retry with back-off, bounded.</summary>
    Infrastructure,

    /// <summary>Once more, alone on the device; then deterministic.</summary>
    OutOfMemory,
}

/// <summary>What happened.</summary>
public enum FailureReason
{
    NonFiniteLoss,
    InvalidRecipe,
    BadData,
    UnreachableSparsity,
    OutOfMemory,
    DiskFull,
    DamagedArtifact,
    EngineCrashed,
    EngineHung,
    WorkerLost,
    StoreUnavailable,
    Unexpected,
}

/// <summary>A failed attempt.</summary>
public sealed record StageFailure
{
    public required FailureReason Reason { get; init; }

    /// <summary>For people: the rule, then the values.</summary>
    public required string Message { get; init; }

    [JsonIgnore]
    public FailureKind Kind => KindOf(Reason);

    public static FailureKind KindOf(FailureReason reason) => reason switch
    {
        FailureReason.NonFiniteLoss or FailureReason.InvalidRecipe or FailureReason.BadData or FailureReason.UnreachableSparsity
            => FailureKind.Deterministic,
        FailureReason.OutOfMemory => FailureKind.OutOfMemory,
        _ => FailureKind.Infrastructure,
    };
}
