namespace Sweep.Silo.Devices;

/// <summary>
/// GPUs from NVIDIA's driver. The library belongs to the driver and comes with it, into a container too: where it is absent there is no
/// GPU to tell of. What one GPU or one driver does not tell - a partitioned GPU its utilisation, an older one its energy - is null and
/// costs nothing else. Process ids are the driver's: inside a container that has process ids of its own they may be the host's.
/// </summary>
/// <param name="library">Name or path.</param>
/// <param name="visible">Value of <c>CUDA_VISIBLE_DEVICES</c>, which renumbers devices for CUDA and not for the driver; null where it is not set.</param>
public sealed class NvmlProbe(string library, string? visible) : IGpuProbe, IDisposable
{
    private readonly Lock _gate = new();
    private NvmlLibrary? _nvml;
    private bool _disposed;

    public NvmlProbe()
        : this("libnvidia-ml.so.1", Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES"))
    {
    }

    public IReadOnlyList<GpuReading> Read()
    {
        lock (_gate)
        {
            // A driver may be loaded after the silo started.
            _nvml ??= _disposed ? null : NvmlLibrary.TryOpen(library);
            return _nvml is null ? [] : [.. VisibleDevices.Choose(visible, Present(_nvml)).Select((gpu, index) => Reading(_nvml, gpu, index))];
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _nvml?.Dispose();
            _nvml = null;
        }
    }

    /// <summary>A GPU that has fallen off the bus keeps its place, so that the others keep their numbers.</summary>
    private static List<PresentGpu> Present(NvmlLibrary nvml)
    {
        var gpus = new List<PresentGpu>();
        for (uint index = 0; index < nvml.Count(); index++)
        {
            var device = nvml.Device(index);
            gpus.Add(new PresentGpu(device, device is { } handle ? nvml.Uuid(handle) : null));
        }

        return gpus;
    }

    private static GpuReading Reading(NvmlLibrary nvml, PresentGpu gpu, int index)
    {
        if (gpu.Device is not { } device)
        {
            return new GpuReading { Index = index, Uuid = "", Model = "", Driver = nvml.DriverVersion() };
        }

        var memory = nvml.MemoryOf(device);
        return new GpuReading
        {
            Index = index,
            Uuid = gpu.Uuid ?? "",
            Model = nvml.Name(device) ?? "",
            Driver = nvml.DriverVersion(),
            Utilization = nvml.BusyPercent(device) / 100.0,
            MemoryUsed = (long?)memory?.Used,
            MemoryTotal = (long?)memory?.Total,
            ProcessMemory = nvml.Processes(device),
            Power = nvml.Milliwatts(device) / 1e3,
            Energy = nvml.Millijoules(device) / 1e3,
            Temperature = nvml.Celsius(device),
            UncorrectedErrors = (long?)nvml.UncorrectedErrors(device),
        };
    }
}
