using System.Globalization;
using Microsoft.Extensions.Logging;
using Sweep.Silo.Devices;
using Sweep.Silo.Engines;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Workers;

/// <summary>One place for a worker.</summary>
/// <param name="Slot">Which of the workers on the device, from 0.</param>
/// <param name="Threads">Its share of the cores.</param>
public sealed record DeviceSlot(string Device, int Slot, int Threads)
{
    /// <summary>Workers of this silo on the device, this one included.</summary>
    public int Together { get; init; } = 1;

    /// <summary>Bytes that all of them may use together; null where nothing tells.</summary>
    public long? Memory { get; init; }

    /// <summary>The GPU's own name, the same for every process and machine; null for a CPU, and where nothing tells.</summary>
    public string? DeviceId { get; init; }
}

/// <summary>Where a silo's workers stand.</summary>
/// <param name="Notes">What was decided for want of something, for the log.</param>
public sealed record DeviceLayout(IReadOnlyList<DeviceSlot> Slots, IReadOnlyList<string> Notes);

/// <summary>Spreads a silo's workers over its devices, its cores over its workers, and never more of them than memory allows.</summary>
public static class DevicePlan
{
    /// <summary>What the smallest net's largest stage was measured to need, 706 MiB, rounded up.</summary>
    public const long LeastWorkerMemory = 768L << 20;

    /// <summary>What the silo itself needs of the machine.</summary>
    public const long SiloMemory = 384L << 20;

    private const string Cpu = "cpu";

    /// <param name="devices">At least one; CPU alone has as many places as cores and memory allow, any other device as many as are packed.</param>
    /// <exception cref="UsageException">More workers were asked for than a device may have.</exception>
    public static DeviceLayout Lay(SiloSettings options, IReadOnlyList<string> devices, MachineLimits limits, IReadOnlyList<GpuReading> gpus)
    {
        var notes = new List<string>();
        var cores = options.Cores ?? limits.Cores;
        var memory = options.Packing.Memory ?? (limits.Memory is { } limit ? Math.Max(0, limit - SiloMemory) : null);
        var memoryFrom = options.Packing.Memory is null ? limits.MemoryFrom : "--memory";
        var room = memory is { } bytes ? (int)Math.Clamp(bytes / LeastWorkerMemory, 1, int.MaxValue) : int.MaxValue;
        var pack = PackOf(options, devices, gpus, notes);
        var natural = devices.Sum(device => device == Cpu ? devices.Count == 1 ? cores : 1 : pack);
        if (devices is [Cpu] && options.Workers is null && natural > room)
        {
            notes.Add(string.Create(
                CultureInfo.InvariantCulture, $"{room} instead of {natural} workers: each needs {LeastWorkerMemory >> 20} MiB, and {memory >> 20} MiB are left by {memoryFrom}"));
            natural = room;
        }

        var count = options.Workers ?? natural;
        var threads = count == 0 ? 0 : Math.Max(1, cores / count);
        var slots = Enumerable.Range(0, count).Select(i => new DeviceSlot(devices[i % devices.Count], i / devices.Count, threads)).ToList();
        foreach (var shared in slots.GroupBy(slot => slot.Device))
        {
            Check(shared.Key, shared.Count(), shared.Key == Cpu ? room : pack, memory, memoryFrom);
        }

        return new DeviceLayout([.. slots.Select(slot => slot with
        {
            Together = slots.Count(other => other.Device == slot.Device),
            Memory = slot.Device == Cpu ? memory : GpuOf(slot.Device, gpus)?.MemoryTotal,
            DeviceId = GpuOf(slot.Device, gpus)?.Uuid is { Length: > 0 } id ? id : null,
        })], notes);
    }

    /// <summary>The devices that were named, else the CUDA devices the engine sees, else the CPU.</summary>
    /// <param name="start">Starts an engine to ask it; not called on a machine without an NVIDIA device, where the answer is known.</param>
    public static async Task<IReadOnlyList<string>> Find(SiloSettings options, Func<EngineProcess> start, ILogger log)
    {
        if (options.Devices.Count > 0)
        {
            return options.Devices;
        }

        if (options.Workers == 0 || !Directory.EnumerateFiles("/dev", "nvidia*").Any(file => char.IsAsciiDigit(file[^1])))
        {
            return [Cpu];
        }

        await using var engine = start();
        try
        {
            var devices = (await engine.Start()).Devices.Where(device => device.StartsWith("cuda", StringComparison.Ordinal)).ToList();
            return devices.Count > 0 ? devices : [Cpu];
        }
        catch (EngineStartException e)
        {
            log.LogWarning("The engine could not be asked for its devices, so the CPU is used: {Reason}", e.Message);
            return [Cpu];
        }
    }

    /// <returns>Null for a CPU, and where the driver tells nothing.</returns>
    public static GpuReading? GpuOf(string device, IReadOnlyList<GpuReading> gpus) =>
        device == Cpu ? null : gpus.FirstOrDefault(gpu => device == FormattableString.Invariant($"cuda:{gpu.Index}"));

    /// <summary>Stages are packed by memory; where a GPU's is not told, it cannot be shared.</summary>
    private static int PackOf(SiloSettings options, IReadOnlyList<string> devices, IReadOnlyList<GpuReading> gpus, List<string> notes)
    {
        var pack = options.Packing.WorkersPerGpu ?? 1;
        if (pack > 1 && devices.FirstOrDefault(device => device != Cpu && GpuOf(device, gpus)?.MemoryTotal is null) is { } silent)
        {
            notes.Add(string.Create(
                CultureInfo.InvariantCulture, $"1 instead of {pack} workers a GPU: --pack needs the memory of {silent}, and the NVIDIA driver's library does not tell it"));
            return 1;
        }

        return pack;
    }

    private static void Check(string device, int workers, int most, long? memory, string? memoryFrom)
    {
        if (workers > most)
        {
            throw new UsageException(FormattableString.Invariant(device == Cpu
                ? (FormattableString)$"--workers must leave each worker {LeastWorkerMemory >> 20} MiB of memory, but {workers} on the CPU share {memory >> 20} MiB (by {memoryFrom}): at most {most}."
                : $"--workers must not put more workers on a device than --pack allows, but {device} would have {workers} and may have {most}."));
        }
    }
}
