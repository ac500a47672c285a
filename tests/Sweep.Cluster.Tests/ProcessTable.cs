using System.Globalization;
using System.Runtime.InteropServices;

namespace Sweep.Cluster.Tests;

/// <summary>Finds and signals processes that a test's own silos have started.</summary>
internal static class ProcessTable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    public static IEnumerable<int> ChildrenOf(int parent) => Directory.EnumerateDirectories("/proc")
        .Select(Path.GetFileName)
        .Where(name => name!.All(char.IsAsciiDigit))
        .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
        .Where(process => ParentOf(process) == parent);

    public static bool IsAlive(int process) => ParentOf(process) is not null;

    /// <summary>What a process was started with.</summary>
    public static IReadOnlyDictionary<string, string> EnvironmentOf(int process) =>
        File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/environ")
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    public static void KillNow(int process) => _ = Signal(process, SigKill);

    public static void Terminate(int process) => _ = Signal(process, SigTerm);

    /// <returns>Null when there is no such process, or only its remains.</returns>
    private static int? ParentOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Signal(int process, int signal);
}
