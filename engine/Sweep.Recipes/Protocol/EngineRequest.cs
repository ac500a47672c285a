using System.Text.Json.Serialization;

namespace Sweep.Recipes.Protocol;

/// <summary>One line on an engine process's standard input.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "request")]
[JsonDerivedType(typeof(RunRequest), "run")]
[JsonDerivedType(typeof(DrainRequest), "drain")]
[JsonDerivedType(typeof(CancelRequest), "cancel")]
public abstract record EngineRequest;

/// <summary>Run one stage. An engine runs one at a time; a second request while one runs is refused with <see cref="FailedEvent"/>.</summary>
public sealed record RunRequest : EngineRequest
{
    public required StageRecipe Recipe { get; init; }

    /// <summary>Local folder of each finished stage in <see cref="StageRecipe.Inputs"/>.</summary>
    public required IReadOnlyDictionary<StageId, string> Inputs { get; init; }

    /// <summary>Empty or absent folder that receives the artifact.</summary>
    public required string Output { get; init; }

    /// <summary>Folder for this stage's checkpoints. The newest whole one in it is resumed; a damaged one is reported and passed over.</summary>
    public required string Checkpoints { get; init; }

    public required ExecutionOptions Execution { get; init; }
}

/// <summary>What may differ between two attempts without changing their answer. Never hashed.</summary>
public sealed record ExecutionOptions
{
    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>What the device calls itself, as its worker found out; null or empty where nothing tells. A Benchmark checks its model against it.</summary>
    public IReadOnlyList<string>? DeviceModels { get; init; }

    /// <summary>Intra-op threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Folders searched for data sets and files of weights, in order.</summary>
    public IReadOnlyList<string> DataRoots { get; init; } = [];

    /// <summary>Images that go through the net at once; a step of more is taken in parts whose gradients add up. Null for the whole step.</summary>
    public int? MicroBatch { get; init; }

    /// <summary>Threads that decode and augment images ahead of training; null for as many as intra-op threads.</summary>
    public int? LoaderThreads { get; init; }

    /// <summary>Least time between two progress events, in milliseconds.</summary>
    public int ProgressMilliseconds { get; init; } = 250;
}

/// <summary>Finish the epoch, write its checkpoint, answer <see cref="StoppedEvent"/>.</summary>
public sealed record DrainRequest : EngineRequest;

/// <summary>Drop the stage now, answer <see cref="StoppedEvent"/>.</summary>
public sealed record CancelRequest : EngineRequest;
