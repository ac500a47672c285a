using System.Runtime.InteropServices;

namespace Sweep.Engine.Protocol;

/// <summary>
/// Takes standard output for the protocol alone: native libraries that print land on standard error, where logs are.
/// </summary>
public static partial class StandardOutput
{
    private const int Output = 1;
    private const int Error = 2;

    /// <returns>The stream that goes where standard output went.</returns>
    public static Stream Take()
    {
        // The console's stream holds a duplicate of the descriptor, so it keeps its goal when the descriptor is given another one.
        var stream = Console.OpenStandardOutput();
        if (!OperatingSystem.IsWindows() && DuplicateTo(Error, Output) < 0)
        {
            throw new IOException($"Standard output must be replaceable, but errno is {Marshal.GetLastPInvokeError()}.");
        }

        return stream;
    }

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int DuplicateTo(int from, int to);
}
