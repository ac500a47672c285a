using Sweep.Recipes.Protocol;

namespace Sweep.Silo.Workers;

/// <summary>Asks this machine what its devices are, before any engine runs on them.</summary>
internal static class MachineDevices
{
    /// <summary>See <see cref="DeviceModels.Of"/>.</summary>
    public static IReadOnlyList<string> ModelsOf(string device) => DeviceModels.Of(
        device,
        Lines(DeviceModels.CpuFile),
        Directory.Exists(DeviceModels.GpuFolder)
            ? Directory.EnumerateDirectories(DeviceModels.GpuFolder).SelectMany(gpu => Lines(Path.Combine(gpu, DeviceModels.GpuFile)))
            : []);

    private static IEnumerable<string> Lines(string file) => File.Exists(file) ? File.ReadLines(file) : [];
}
