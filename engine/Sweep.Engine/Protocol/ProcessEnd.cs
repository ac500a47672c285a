using System.Runtime.InteropServices;

namespace Sweep.Engine.Protocol;

/// <summary>Ends the process while its stage thread may still be deep in native code.</summary>
internal static partial class ProcessEnd
{
    /// <summary>
    /// Ends at once, with what was written and flushed. Not <see cref="Environment.Exit"/>: that runs libtorch's static destructors under
    /// the thread that computes with what they destroy, and now and then the process ends by a segmentation fault instead.
    /// </summary>
    public static void Now(int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(exitCode);
        }

        ImmediateExit(exitCode);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ImmediateExit(int status);
}
