using System.Text.Json.Serialization;

namespace Sweep.Recipes.Protocol;

/// <summary>One line on an engine process's standard output. Anything else it has to say goes to standard error.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(ReadyEvent), "ready")]
[JsonDerivedType(typeof(StartedEvent), "started")]
[JsonDerivedType(typeof(ProgressEvent), "progress")]
[JsonDerivedType(typeof(CheckpointEvent), "checkpoint")]
[JsonDerivedType(typeof(CompletedEvent), "completed")]
[JsonDerivedType(typeof(FailedEvent), "failed")]
[JsonDerivedType(typeof(StoppedEvent), "stopped")]
public abstract record EngineEvent;

/// <summary>First line of a process: it can take requests.</summary>
public sealed record ReadyEvent : EngineEvent
{
    public required string Engine { get; init; }

    public required string Torch { get; init; }

    /// <summary>Devices this process sees, for example <c>cpu</c>, <c>cuda:0</c>.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>The BLAS library in use, as far as it can be told, for <c>sweep doctor</c>.</summary>
    public string? Blas { get; init; }
}

public sealed record StartedEvent : EngineEvent
{
    public required StageId Stage { get; init; }

    /// <summary>Epochs found in a checkpoint, not run again.</summary>
    public required int EpochsResumed { get; init; }
}

public sealed record ProgressEvent : EngineEvent
{
    public required StageId Stage { get; init; }

    /// <summary>Epochs of this stage finished, resumed ones included; fractional inside an epoch.</summary>
    public required double EpochsDone { get; init; }

    public required int Epochs { get; init; }

    /// <summary>Running mean of the training loss, in nats.</summary>
    public double? Loss { get; init; }

    /// <summary>Null where nothing was trained.</summary>
    public TrainingWork? Work { get; init; }
}

/// <summary>What training did since the report before. Each step is in one report, so that whoever hears adds them up.</summary>
public sealed record TrainingWork
{
    public required int Steps { get; init; }

    /// <summary>Images; one counts as often as it is trained on.</summary>
    public required long Samples { get; init; }

    /// <summary>The steps' time, the device waited for, checkpoints not in it.</summary>
    public required double Seconds { get; init; }

    /// <summary>Of these, waiting for images.</summary>
    public required double LoaderSeconds { get; init; }
}

/// <summary>A checkpoint is whole on disk.</summary>
public sealed record CheckpointEvent : EngineEvent
{
    public required StageId Stage { get; init; }

    /// <summary>Epochs of this stage it holds.</summary>
    public required int Epochs { get; init; }

    /// <summary>Its folder, inside the request's <see cref="RunRequest.Checkpoints"/>.</summary>
    public required string Folder { get; init; }

    /// <summary>The epochs that it holds, at most <see cref="StageHistory.MostEpochs"/> of them: whoever looks at a stage that runs sees them.</summary>
    public IReadOnlyList<EpochRecord>? Curve { get; init; }

    /// <summary>What these took.</summary>
    public IReadOnlyList<EpochTime>? Times { get; init; }
}

public sealed record CompletedEvent : EngineEvent
{
    public required StageId Stage { get; init; }

    public required StageResult Result { get; init; }
}

public sealed record FailedEvent : EngineEvent
{
    /// <summary>Null when the request could not be read.</summary>
    public StageId? Stage { get; init; }

    public required StageFailure Failure { get; init; }
}

/// <summary>The stage ended because it was asked to.</summary>
public sealed record StoppedEvent : EngineEvent
{
    public required StageId Stage { get; init; }

    public required StopReason Reason { get; init; }
}

public enum StopReason
{
    Drained,
    Cancelled,
}
