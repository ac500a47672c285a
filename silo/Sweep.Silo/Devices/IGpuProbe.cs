namespace Sweep.Silo.Devices;

/// <summary>Facts about this machine's GPUs, from the driver.</summary>
public interface IGpuProbe
{
    /// <summary>A fresh reading of every GPU, ordered by index; empty without GPUs or without the driver's library. Never throws.</summary>
    IReadOnlyList<GpuReading> Read();
}

/// <summary>One GPU at one moment. What the driver does not tell is null.</summary>
public sealed record GpuReading
{
    /// <summary>As in <c>cuda:N</c>.</summary>
    public required int Index { get; init; }

    /// <summary>The same over restarts and machines: <c>GPU-…</c>.</summary>
    public required string Uuid { get; init; }

    /// <summary>For example <c>NVIDIA H200</c>.</summary>
    public required string Model { get; init; }

    public string? Driver { get; init; }

    /// <summary>Share of the last sample period in which a kernel ran, in [0, 1].</summary>
    public double? Utilization { get; init; }

    /// <summary>Bytes.</summary>
    public long? MemoryUsed { get; init; }

    /// <summary>Bytes.</summary>
    public long? MemoryTotal { get; init; }

    /// <summary>Bytes of GPU memory of each process that computes on it, by process id.</summary>
    public IReadOnlyDictionary<int, long> ProcessMemory { get; init; } = new Dictionary<int, long>();

    /// <summary>Watts.</summary>
    public double? Power { get; init; }

    /// <summary>Joules since the driver was loaded.</summary>
    public double? Energy { get; init; }

    /// <summary>Celsius.</summary>
    public double? Temperature { get; init; }

    /// <summary>Memory errors that could not be corrected, since the driver was loaded.</summary>
    public long? UncorrectedErrors { get; init; }
}
