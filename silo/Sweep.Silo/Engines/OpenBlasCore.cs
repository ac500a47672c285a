namespace Sweep.Silo.Engines;

/// <summary>
/// Which matrix kernels OpenBLAS should use where old versions choose wrong. 0.3.21 (Debian 12) takes an AMD CPU with AVX-512 for one without, and
/// multiplies at half its speed: 85 to 95 against 155 to 190 GFLOP/s a core on an EPYC of family 26, where a training step of DeiT-Tiny is a third
/// shorter with the right ones. Later versions know these CPUs. All others are left to the library: a wrong core costs more than it gains.
/// </summary>
public static class OpenBlasCore
{
    private const string CpuFile = "/proc/cpuinfo";

    /// <returns>A value for OPENBLAS_CORETYPE; null to let the library choose.</returns>
    public static string? OfThisMachine() => File.Exists(CpuFile) ? Of(File.ReadLines(CpuFile)) : null;

    /// <param name="cpuInfo">Lines such as <c>flags : fpu avx512f …</c>; the first CPU speaks for all.</param>
    public static string? Of(IEnumerable<string> cpuInfo)
    {
        string? vendor = null;
        HashSet<string>? flags = null;
        foreach (var line in cpuInfo)
        {
            var parts = line.Split(':', 2, StringSplitOptions.TrimEntries);
            vendor ??= parts is ["vendor_id", var name] ? name : null;
            flags ??= parts is ["flags", var list] ? list.Split(' ').ToHashSet(StringComparer.Ordinal) : null;
            if (vendor is not null && flags is not null)
            {
                break;
            }
        }

        // What the kernels for Skylake-X are compiled for.
        string[] needed = ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"];
        return vendor != "AuthenticAMD" || flags is null || !needed.All(flags.Contains) ? null
            : flags.Contains("avx512_bf16") ? "COOPERLAKE"
            : "SKYLAKEX";
    }
}
