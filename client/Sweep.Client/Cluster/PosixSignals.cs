using System.Runtime.InteropServices;

namespace Sweep.Client.Cluster;

/// <summary>.NET can only kill: an orderly end needs SIGTERM, a pause SIGSTOP.</summary>
internal static partial class PosixSignals
{
    private const int SigTerm = 15;

    /// <summary>No effect on a process that is gone.</summary>
    public static void Terminate(int pid) => _ = Kill(pid, SigTerm);

    /// <summary>
    /// Stops this process until SIGCONT, as Ctrl+Z does to programs that do not listen to it: .NET, once it listens, does not. The first process of a session
    /// is not stopped, for nobody would be there to let it go on.
    /// </summary>
    /// <returns>Whether it is stopped.</returns>
    public static bool StopSelf() => SessionOf(0) != Environment.ProcessId && Kill(Environment.ProcessId, SigStop) == 0;

    private static int SigStop => OperatingSystem.IsMacOS() ? 17 : 19;

    [LibraryImport("libc", EntryPoint = "getsid", SetLastError = true)]
    private static partial int SessionOf(int pid);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    /// <summary>Replaces this process by another program, which keeps its id, terminal and streams. Returns only on failure.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">The program's name first, a null last.</param>
    /// <returns>Never 0.</returns>
    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Replace(string path, string?[] arguments);
}
