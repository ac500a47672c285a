using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        var kept = Duplicate(Output);
        if (kept < 0 || DuplicateTo(Error, Output) < 0)
        {
            throw new IOException($"Standard output must be duplicable, but errno is {Marshal.GetLastPInvokeError()}.");
        }

        return new FileStream(new SafeFileHandle(kept, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int DuplicateTo(int from, int to);
}
