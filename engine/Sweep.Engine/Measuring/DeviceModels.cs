using TorchSharp;
using static TorchSharp.torch;

namespace Sweep.Engine.Measuring;

/// <summary>
/// What the hardware calls itself. Libtorch's managed binding has no names of devices, so the system is asked: /proc/cpuinfo for the CPU,
/// the NVIDIA driver's folder for GPUs.
/// </summary>
public static class DeviceModels
{
    /// <summary>Any CPU may be called so: figures for it are comparable only where the machine is known otherwise.</summary>
    public const string Cpu = "cpu";

    private const string CpuFile = "/proc/cpuinfo";
    private const string GpuFolder = "/proc/driver/nvidia/gpus";

    /// <summary>Names that fit a device of this machine; empty where none can be told.</summary>
    public static IReadOnlyList<string> Of(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.type == DeviceType.CPU
            ? [Cpu, .. Values(CpuFile, "model name").Take(1)]
            : [.. GpuFiles().SelectMany(file => Values(file, "Model")).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The values of lines such as <c>Model:  NVIDIA H200</c>.</summary>
    internal static IEnumerable<string> Values(string file, string key) => !File.Exists(file)
        ? []
        : File.ReadLines(file)
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(parts => parts.Length == 2 && parts[0] == key && parts[1].Length > 0)
            .Select(parts => parts[1]);

    private static IEnumerable<string> GpuFiles() => !Directory.Exists(GpuFolder)
        ? []
        : Directory.EnumerateDirectories(GpuFolder).Order(StringComparer.Ordinal).Select(gpu => Path.Combine(gpu, "information"));
}
