namespace Sweep.Recipes.Protocol;

/// <summary>
/// What hardware calls itself: a Benchmark's figures are for one model of device. A silo reads it from what Linux and the NVIDIA driver
/// publish, and tells its engines.
/// </summary>
public static class DeviceModels
{
    /// <summary>Any CPU may be called so: figures for it are comparable only where the machine is known otherwise.</summary>
    public const string Cpu = "cpu";

    /// <summary>Where Linux describes CPUs.</summary>
    public const string CpuFile = "/proc/cpuinfo";

    /// <summary>Where the NVIDIA driver has a folder a GPU.</summary>
    public const string GpuFolder = "/proc/driver/nvidia/gpus";

    /// <summary>The file in a GPU's folder that describes it.</summary>
    public const string GpuFile = "information";

    /// <summary>Names that fit a device; empty where none can be told. GPUs of one machine are taken for one model each, in any order.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda:N</c>.</param>
    /// <param name="cpu">Lines of <see cref="CpuFile"/>, such as <c>model name : AMD EPYC</c>.</param>
    /// <param name="gpus">Lines of all <see cref="GpuFile"/>s, such as <c>Model: NVIDIA H200</c>.</param>
    public static IReadOnlyList<string> Of(string device, IEnumerable<string> cpu, IEnumerable<string> gpus) => device == Cpu
        ? [Cpu, .. Values(cpu, "model name").Take(1)]
        : [.. Values(gpus, "Model").Distinct(StringComparer.Ordinal)];

    /// <summary>The one model that a device is of; null where its names do not tell it, as on a machine with GPUs of several models.</summary>
    /// <param name="names">As of <see cref="Of"/>; null for none.</param>
    public static string? ModelIn(IReadOnlyList<string>? names) => names?.Where(name => name != Cpu).ToList() is [var only] ? only : null;

    /// <summary>Whether a device with these names is of the model, or may be.</summary>
    public static bool Fit(IReadOnlyList<string> names, string model)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count == 0 || names.Contains(model, StringComparer.OrdinalIgnoreCase);
    }

    private static IEnumerable<string> Values(IEnumerable<string> lines, string key) => lines
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
        .Where(parts => parts.Length == 2 && parts[0] == key && parts[1].Length > 0)
        .Select(parts => parts[1]);
}
