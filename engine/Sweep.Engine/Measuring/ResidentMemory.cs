using System.Globalization;
using System.Runtime.InteropServices;

namespace Sweep.Engine.Measuring;

/// <summary>The memory of this process that is really there, as Linux counts it (proc(5): VmRSS, its high-water mark VmHWM, clear_refs).</summary>
public static partial class ResidentMemory
{
    private const string Status = "/proc/self/status";
    private const string ClearReferences = "/proc/self/clear_refs";
    private const string ResetHighWaterMark = "5";

    /// <summary>
    /// Does the work and tells the most it held at once beyond what was there before. Memory that the allocator keeps for later goes back to
    /// the system first: work that reuses it would else seem to need none.
    /// </summary>
    /// <returns>Bytes; null where the system does not tell, and the work is not done then.</returns>
    public static long? PeakDuring(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!TryReset())
        {
            return null;
        }

        var before = Read("VmRSS:");
        work();
        return Math.Max(0, Read("VmHWM:") - before);
    }

    private static bool TryReset()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Status))
        {
            return false;
        }

        try
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            _ = GiveBackFreeMemory(0);
            File.WriteAllText(ClearReferences, ResetHighWaterMark);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EntryPointNotFoundException or DllNotFoundException)
        {
            return false; // a sandbox without clear_refs, or another C library than glibc
        }
    }

    /// <param name="field">Of lines such as <c>VmRSS:    1234 kB</c>.</param>
    private static long Read(string field)
    {
        var line = File.ReadLines(Status).First(line => line.StartsWith(field, StringComparison.Ordinal));
        var kibibytes = line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024;
    }

    /// <returns>Whether there was any.</returns>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int GiveBackFreeMemory(nuint keep);
}
