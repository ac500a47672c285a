using Microsoft.Extensions.Logging;
using Sweep.Silo.Engines;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Workers;

/// <summary>One place for a worker.</summary>
/// <param name="Slot">Which of the workers on the device, from 0.</param>
/// <param name="Threads">Its share of the cores.</param>
public sealed record DeviceSlot(string Device, int Slot, int Threads);

/// <summary>Spreads a silo's workers over its devices, and its cores over its workers.</summary>
public static class DevicePlan
{
    /// <param name="devices">At least one; CPU alone has as many places as cores, any other device one.</param>
    public static IReadOnlyList<DeviceSlot> Lay(SiloSettings options, IReadOnlyList<string> devices, int coresHere)
    {
        var cores = options.Cores ?? coresHere;
        var count = options.Workers ?? (devices is ["cpu"] ? cores : devices.Count);
        var threads = count == 0 ? 0 : Math.Max(1, cores / count);
        return [.. Enumerable.Range(0, count).Select(i => new DeviceSlot(devices[i % devices.Count], i / devices.Count, threads))];
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
            return ["cpu"];
        }

        await using var engine = start();
        try
        {
            var devices = (await engine.Start()).Devices.Where(device => device.StartsWith("cuda", StringComparison.Ordinal)).ToList();
            return devices.Count > 0 ? devices : ["cpu"];
        }
        catch (EngineStartException e)
        {
            log.LogWarning("The engine could not be asked for its devices, so the CPU is used: {Reason}", e.Message);
            return ["cpu"];
        }
    }
}
