using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Silo.Engines;

/// <summary>One engine process from its start to its end. Its standard input stays open as long as the silo lives: its end is the engine's end.</summary>
internal sealed class EngineSession : IAsyncDisposable
{
    /// <summary>Characters of a line that is no event, in the log.</summary>
    private const int LongestShown = 1000;

    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly EngineLog _errors;
    private readonly ILogger _log;
    private readonly long _memoryKillsBefore;
    private readonly Func<long> _memoryKills;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Channel<EngineEvent> _events = Channel.CreateUnbounded<EngineEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task<EngineExit> _ended;

    private EngineSession(Process process, EngineSettings settings, ILogger log, Func<long> memoryKills)
    {
        _process = process;
        ProcessId = process.Id;
        _log = log;
        _memoryKills = memoryKills;
        _memoryKillsBefore = memoryKills();
        _errors = new EngineLog(settings.Log);
        _ended = Follow(settings.LongestLine);
    }

    /// <summary>Known after the process is gone, too.</summary>
    public int ProcessId { get; }

    /// <summary>Events in order; completed when the process has ended.</summary>
    public ChannelReader<EngineEvent> Events => _events.Reader;

    public Task<EngineExit> Ended => _ended;

    /// <exception cref="System.ComponentModel.Win32Exception">The executable cannot be started.</exception>
    public static EngineSession Start(EngineSettings settings, ILogger log, Func<long> memoryKills)
    {
        var start = new ProcessStartInfo(settings.Executable)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        foreach (var argument in settings.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in settings.Environment)
        {
            start.Environment[name] = value;
        }

        return new EngineSession(Process.Start(start)!, settings, log, memoryKills);
    }

    /// <summary>Writes a request. A process that has ended takes none; its end is told by <see cref="Events"/>.</summary>
    public async Task Send(EngineRequest request)
    {
        var line = Encoding.UTF8.GetBytes(CanonicalJson.Serialize(request) + "\n");
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(line);
            await _process.StandardInput.BaseStream.FlushAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _log.LogDebug("Engine process {Process} takes no request any more: {Reason}", ProcessId, e.Message);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself in the meantime, which is all that was wanted.
        }
    }

    /// <summary>Ends its input, and the process if that does not.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync();
        _process.StandardInput.Close();
        _writing.Release();
        if (await Task.WhenAny(_ended, Task.Delay(s_farewell)) != _ended)
        {
            Kill();
            await _ended;
        }

        _process.Dispose();
    }

    private async Task<EngineExit> Follow(int longestLine)
    {
        var errors = _errors.Follow(_process.StandardError.BaseStream);
        await foreach (var line in new BoundedLines(_process.StandardOutput.BaseStream, longestLine).Read())
        {
            if (Parse(line) is { } happened)
            {
                await _events.Writer.WriteAsync(happened);
            }
        }

        // Its output has ended. A process that goes on without one cannot answer any more.
        if (await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(s_farewell)) is { } first && !_process.HasExited)
        {
            await first;
            Kill();
            await _process.WaitForExitAsync();
        }

        // A grandchild may hold the pipe open after the process is gone.
        await Task.WhenAny(errors, Task.Delay(s_farewell));
        var exit = new EngineExit(_process.ExitCode, _errors.Tail, _memoryKills() > _memoryKillsBefore);
        _events.Writer.Complete();
        return exit;
    }

    private static string Shown(string line) => line.Length <= LongestShown ? line : line[..LongestShown] + "…";

    private EngineEvent? Parse(BoundedLine line)
    {
        if (line.TooLong)
        {
            _log.LogWarning("Engine process {Process} sent a line that is too long; it begins: {Line}", ProcessId, line.Text);
            return null;
        }

        try
        {
            var happened = CanonicalJson.Deserialize<EngineEvent>(line.Text);
            if (EventRules.Fault(happened) is not { } fault)
            {
                return happened;
            }

            _log.LogWarning("Engine process {Process} sent an event that breaks a rule ({Rule}): {Line}", ProcessId, fault, Shown(line.Text));
            return null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException or ArgumentException)
        {
            _log.LogWarning("Engine process {Process} sent something that is no event: {Line}", ProcessId, Shown(line.Text));
            return null;
        }
    }
}
