using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sweep.Client.Tests.Terminals;

/// <summary>The built <c>sweep</c> on a terminal of its own, which the test types on and looks at.</summary>
internal sealed partial class PseudoTerminal : IAsyncDisposable
{
    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;
    private const nuint SetSize = 0x5414;

    /// <summary>More than any <c>struct termios</c> takes.</summary>
    private const int ModeBytes = 128;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly SafeFileHandle _master;
    private readonly FileStream _stream;
    private readonly Process _process;
    private readonly Task _reading;
    private readonly Lock _lock = new();
    private readonly List<byte> _modes;
    private TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PseudoTerminal(SafeFileHandle master, FileStream stream, Process process, VtScreen screen, List<byte> modes)
    {
        (_master, _stream, _process, Screen, _modes) = (master, stream, process, screen, modes);
        _reading = Task.Run(Read);
    }

    public VtScreen Screen { get; }

    /// <summary>How <c>sweep</c> ended.</summary>
    public int Code => _process.ExitCode;

    /// <summary>What the terminal does with input and output.</summary>
    public IReadOnlyList<byte> Modes => ModesOf(_master);

    /// <summary>Before <c>sweep</c> was started.</summary>
    public IReadOnlyList<byte> ModesBefore => _modes;

    /// <summary><c>sweep</c> itself, as the first process of a session.</summary>
    public static PseudoTerminal Start(int width, int height, IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        StartProgram(width, height, environment, ["dotnet", Sweep, .. arguments]);

    /// <summary>A shell that runs a script, in which <c>"$@"</c> is <c>sweep</c> with these arguments.</summary>
    public static PseudoTerminal StartShell(int width, int height, IReadOnlyDictionary<string, string?> environment, string script, params string[] arguments) =>
        StartProgram(width, height, environment, ["/bin/bash", "-c", script, "shell", "dotnet", Sweep, .. arguments]);

    private static string Sweep => Path.Combine(AppContext.BaseDirectory, "sweep.dll");

    private static PseudoTerminal StartProgram(int width, int height, IReadOnlyDictionary<string, string?> environment, IEnumerable<string> program)
    {
        var master = OpenTerminal(ReadWrite | NoControllingTerminal);
        var name = new byte[128];
        if (master.IsInvalid || Grant(master) != 0 || Unlock(master) != 0 || NameOf(master, name, (nuint)name.Length) != 0)
        {
            throw new IOException($"A pseudo-terminal must be there, but is not: error {Marshal.GetLastPInvokeError()}.");
        }

        Resize(master, width, height);

        // The shell opens the terminal, setsid makes it the controlling one, and env takes back what whoever runs the tests in the background ignores.
        var start = new ProcessStartInfo("/bin/sh",
        [
            "-c", "exec setsid --ctty env --default-signal \"$@\" <>\"$0\" >&0 2>&0", Encoding.ASCII.GetString(name).TrimEnd('\0'),
            .. program,
        ]);
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        var modes = ModesOf(master);
        return new PseudoTerminal(master, new FileStream(master, FileAccess.ReadWrite, bufferSize: 0), Process.Start(start)!, new VtScreen(width, height), modes);
    }

    public void Type(string keys)
    {
        _stream.Write(Encoding.UTF8.GetBytes(keys));
        _stream.Flush();
    }

    /// <summary>To <c>sweep</c> itself: shell, setsid and env have become it.</summary>
    public void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    public void Resize(int width, int height)
    {
        lock (_lock)
        {
            Screen.Resize(width, height);
        }

        Resize(_master, width, height);
    }

    /// <summary>Waits until the screen looks so.</summary>
    public async Task Until(Func<VtScreen, bool> looks, string awaited)
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (true)
        {
            Task written;
            lock (_lock)
            {
                if (looks(Screen))
                {
                    return;
                }

                written = _written.Task;
            }

            try
            {
                await Task.WhenAny(written, _reading).WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw Missed("did not come in time");
            }

            if (_reading.IsCompleted && !looks(Screen))
            {
                throw Missed("did not come before the end");
            }
        }

        Exception Missed(string how)
        {
            lock (_lock)
            {
                return new TimeoutException($"Awaited {awaited}, which {how}. The screen:\n{Screen}");
            }
        }
    }

    public Task Until(string text) => Until(screen => screen.ToString().Contains(text, StringComparison.Ordinal), $"'{text}'");

    /// <summary>As it looks now, without blanks at the ends.</summary>
    public string Look()
    {
        lock (_lock)
        {
            return Screen.ToString();
        }
    }

    public async Task UntilEnded()
    {
        await _process.WaitForExitAsync().WaitAsync(s_limit);
        await _reading.WaitAsync(s_limit);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        await _reading;
        await _stream.DisposeAsync();
        _process.Dispose();
    }

    private void Read()
    {
        var decoder = Encoding.UTF8.GetDecoder();
        var bytes = new byte[16384];
        var text = new char[16384];
        try
        {
            while (_stream.Read(bytes) is > 0 and var count)
            {
                var length = decoder.GetChars(bytes, 0, count, text, 0);
                lock (_lock)
                {
                    Screen.Write(text.AsSpan(0, length));
                    _written.SetResult();
                    _written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
        catch (IOException)
        {
            // Nobody has the terminal open any more.
        }
    }

    private static List<byte> ModesOf(SafeFileHandle terminal)
    {
        var modes = new byte[ModeBytes];
        return GetModes(terminal, modes) == 0 ? [.. modes] : throw new IOException($"A terminal must tell its modes, but says {Marshal.GetLastPInvokeError()}.");
    }

    private static void Resize(SafeFileHandle terminal, int width, int height)
    {
        ushort[] size = [(ushort)height, (ushort)width, 0, 0];
        if (Control(terminal, SetSize, size) != 0)
        {
            throw new IOException($"A terminal must take a size, but says {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial SafeFileHandle OpenTerminal(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(SafeFileHandle terminal);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(SafeFileHandle terminal);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int NameOf(SafeFileHandle terminal, byte[] name, nuint length);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetModes(SafeFileHandle terminal, byte[] modes);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle terminal, nuint request, ushort[] size);
}
