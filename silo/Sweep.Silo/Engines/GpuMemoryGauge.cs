using Sweep.Silo.Devices;

namespace Sweep.Silo.Engines;

/// <summary>
/// Device memory of an engine process, sampled from the driver. In a container that has process ids of its own the driver may name
/// others; then, while no other engine of this silo runs on the device, what the whole device has more than before is the process's: the
/// device belongs to this silo, and a stage of a new class runs there alone.
/// </summary>
/// <param name="process">The engine's id; null when there is none.</param>
/// <param name="isOnlyEngine">Whether no other engine process of the silo is on the device.</param>
public sealed class GpuMemoryGauge(Func<int?> process, IGpuProbe probe, int index, Func<bool> isOnlyEngine, TimeProvider time) : IMemoryGauge
{
    /// <summary>A reading of all GPUs takes milliseconds, and progress comes more often.</summary>
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly long? _before = Reading(probe, index)?.MemoryUsed;
    private long? _peak;
    private long? _read;

    public void Begin()
    {
        lock (_gate)
        {
            _peak = null;
            _read = null;
        }
    }

    public long? Peak()
    {
        lock (_gate)
        {
            if (_read is { } last && time.GetElapsedTime(last) < s_between)
            {
                return _peak;
            }

            _read = time.GetTimestamp();
            if (process() is not null && Sample() is { } seen)
            {
                _peak = Math.Max(seen, _peak ?? 0);
            }

            return _peak;
        }
    }

    public long? Held() => process() is null ? 0 : Sample();

    private static GpuReading? Reading(IGpuProbe probe, int index) => probe.Read().FirstOrDefault(gpu => gpu.Index == index);

    private long? Sample()
    {
        if (process() is not { } id || Reading(probe, index) is not { } gpu)
        {
            return null;
        }

        return gpu.ProcessMemory.TryGetValue(id, out var own) ? own
            : isOnlyEngine() && gpu.MemoryUsed - _before is > 0 and { } grown ? grown
            : null;
    }
}
