using Sweep.Recipes.Protocol;

namespace Sweep.Engine.Measuring;

/// <summary>Asks this machine what its devices are: TorchSharp has no names of devices.</summary>
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
