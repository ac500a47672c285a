using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>What to do about a failed attempt at a stage.</summary>
public enum FailureAction
{
    /// <summary>Once more, after a wait that doubles, up to a limit in a row; then the stage fails.</summary>
    Retry,

    /// <summary>Once more with nothing else on the device; then the stage fails.</summary>
    Alone,

    /// <summary>Once more, but not in the same worker slot; when no worker is left, the stage fails and says so.</summary>
    ExcludeWorker,

    /// <summary>The stage fails, and with it every trial that needs it.</summary>
    FailTrial,

    /// <summary>The experiment pauses; once it is resumed, the stage is tried again.</summary>
    PauseExperiment,
}

/// <summary>What an experiment does about failures of one reason.</summary>
public sealed record FailurePolicy
{
    public required FailureAction Action { get; init; }

    /// <summary>
    /// Retry: how many times in a row, without a new checkpoint in between, it may fail before the stage does. ExcludeWorker: how many slots
    /// may be excluded before it does. Null for the cluster's own limit.
    /// </summary>
    public int? Limit { get; init; }

    /// <summary>Retry: seconds before the next attempt; each further failure in a row doubles it. Null for the cluster's own.</summary>
    public double? BackOff { get; init; }
}

/// <summary>
/// What an experiment does about each <see cref="FailureReason"/>. Null is the default: reasons that the place is to blame for are retried,
/// what ran out of memory runs once more alone, and what would fail again in any place fails at once.
/// </summary>
public sealed record FailurePolicies
{
    public FailurePolicy? NonFiniteLoss { get; init; }

    public FailurePolicy? InvalidRecipe { get; init; }

    public FailurePolicy? BadData { get; init; }

    public FailurePolicy? UnreachableSparsity { get; init; }

    public FailurePolicy? OutOfMemory { get; init; }

    public FailurePolicy? DiskFull { get; init; }

    public FailurePolicy? DamagedArtifact { get; init; }

    public FailurePolicy? EngineCrashed { get; init; }

    public FailurePolicy? EngineHung { get; init; }

    public FailurePolicy? WorkerLost { get; init; }

    public FailurePolicy? StoreUnavailable { get; init; }

    public FailurePolicy? Unexpected { get; init; }

    public FailurePolicy? For(FailureReason reason) => reason switch
    {
        FailureReason.NonFiniteLoss => NonFiniteLoss,
        FailureReason.InvalidRecipe => InvalidRecipe,
        FailureReason.BadData => BadData,
        FailureReason.UnreachableSparsity => UnreachableSparsity,
        FailureReason.OutOfMemory => OutOfMemory,
        FailureReason.DiskFull => DiskFull,
        FailureReason.DamagedArtifact => DamagedArtifact,
        FailureReason.EngineCrashed => EngineCrashed,
        FailureReason.EngineHung => EngineHung,
        FailureReason.WorkerLost => WorkerLost,
        FailureReason.StoreUnavailable => StoreUnavailable,
        FailureReason.Unexpected => Unexpected,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "There is no such reason for a failure."),
    };

    /// <summary>What happens without a policy.</summary>
    public static FailureAction DefaultFor(FailureReason reason) => StageFailure.KindOf(reason) switch
    {
        FailureKind.Infrastructure => FailureAction.Retry,
        FailureKind.OutOfMemory => FailureAction.Alone,
        _ => FailureAction.FailTrial,
    };
}
