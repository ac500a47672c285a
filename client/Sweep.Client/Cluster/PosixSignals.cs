using System.Runtime.InteropServices;

namespace Sweep.Client.Cluster;

/// <summary>.NET can only kill; an orderly end needs SIGTERM.</summary>
internal static partial class PosixSignals
{
    private const int SigTerm = 15;

    /// <summary>No effect on a process that is gone.</summary>
    public static void Terminate(int pid) => _ = Kill(pid, SigTerm);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    /// <summary>Replaces this process by another program, which keeps its id, terminal and streams. Returns only on failure.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">The program's name first, a null last.</param>
    /// <returns>Never 0.</returns>
    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Replace(string path, string?[] arguments);
}
