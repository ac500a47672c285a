using Sweep.Silo.Artifacts;
using Sweep.Silo.Engines;
using Sweep.Silo.Metrics;

namespace Sweep.Silo.Workers;

/// <summary>What a worker works with and where.</summary>
public sealed record WorkerPlace
{
    public required string Silo { get; init; }

    /// <summary>For example <c>cpu</c> or <c>cuda:0</c>.</summary>
    public required string Device { get; init; }

    /// <summary>What the device calls itself; empty where that is not known.</summary>
    public IReadOnlyList<string> DeviceModels { get; init; } = [];

    /// <summary>Which of the workers on this device, from 0.</summary>
    public required int Slot { get; init; }

    /// <summary>Its share of the cores.</summary>
    public required int Threads { get; init; }

    /// <summary>The device's own name, the same for every silo that sees it; null where it has none.</summary>
    public string? DeviceId { get; init; }

    /// <summary>Workers of this silo on the device.</summary>
    public int Together { get; init; } = 1;

    public required IStageRunner Runner { get; init; }

    /// <summary>Null where nobody measures.</summary>
    public StageMemory? Memory { get; init; }

    public required IArtifactStore Store { get; init; }

    /// <summary>Of the whole silo.</summary>
    public required ArtifactCache Cache { get; init; }

    /// <summary>Of the whole silo.</summary>
    public required MachineGate Gate { get; init; }

    /// <summary>Of the whole silo.</summary>
    public required WorkerMeter Meter { get; init; }

    /// <summary>Folder of this worker's own.</summary>
    public required string Scratch { get; init; }
}
