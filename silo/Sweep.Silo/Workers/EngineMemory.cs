using System.Globalization;
using Sweep.Grains;
using Sweep.Silo.Devices;
using Sweep.Silo.Engines;

namespace Sweep.Silo.Workers;

/// <summary>Gives each worker of a silo the measure of its engine's memory: the process's own on a CPU, the device's on a GPU.</summary>
internal sealed class EngineMemory(IReadOnlyList<DeviceSlot> slots, IReadOnlyList<EngineProcess> engines, IGpuProbe gpus, int? microBatch, TimeProvider time)
{
    private readonly MeasuredPeaks _peaks = new();

    public StageMemory Of(DeviceSlot slot, EngineProcess engine)
    {
        var isGpu = slot.Device != "cpu";
        return new StageMemory(engine, isGpu ? GpuGauge(slot, engine) : new ProcessMemoryGauge(() => engine.ProcessId), _peaks, slot, new MemoryRegime(isGpu, microBatch));
    }

    private GpuMemoryGauge GpuGauge(DeviceSlot slot, EngineProcess engine) => new(
        () => engine.ProcessId,
        gpus,
        int.Parse(slot.Device.AsSpan("cuda:".Length), CultureInfo.InvariantCulture),
        () => slots.Zip(engines).All(other => other.First.Device != slot.Device || other.Second == engine || other.Second.ProcessId is null),
        time);
}
