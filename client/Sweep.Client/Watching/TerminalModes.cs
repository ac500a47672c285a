using System.Runtime.InteropServices;

namespace Sweep.Client.Watching;

/// <summary>What a terminal does with keys by itself: echo, lines, signals. Kept as it is, whatever it holds, to be put back.</summary>
internal sealed partial class TerminalModes
{
    private const int StandardInput = 0;

    /// <summary>At once, and what is typed already is kept.</summary>
    private const int Now = 0;

    /// <summary>More than any <c>struct termios</c> takes.</summary>
    private const int Bytes = 256;

    private readonly byte[] _modes = new byte[Bytes];

    /// <summary>Those of standard input; null where it is no terminal.</summary>
    public static TerminalModes? Kept()
    {
        var kept = new TerminalModes();
        return !OperatingSystem.IsWindows() && Get(StandardInput, kept._modes) == 0 ? kept : null;
    }

    public void PutBack() => _ = Set(StandardInput, Now, _modes);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int Get(int terminal, byte[] modes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int Set(int terminal, int when, byte[] modes);
}
