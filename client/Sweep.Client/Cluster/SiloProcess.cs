using System.ComponentModel;
using System.Diagnostics;

namespace Sweep.Client.Cluster;

/// <summary>A child process whose output is read to its end, so that it never blocks on a full pipe.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private const int KeptLines = 20;

    private readonly Process _process;
    private readonly Queue<string> _lastWords = new();
    private readonly TaskCompletionSource<SiloReady> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SiloProcess(Process process)
    {
        _process = process;
        Ended = ReadToEnd();
    }

    public Task<SiloReady> FirstReady => _ready.Task;

    public Task<int> Ended { get; }

    public string LastWords
    {
        get
        {
            lock (_lastWords)
            {
                return string.Join(Environment.NewLine, _lastWords);
            }
        }
    }

    public static SiloProcess Start(ProcessStartInfo command)
    {
        try
        {
            return new SiloProcess(Process.Start(command)!);
        }
        catch (Win32Exception e)
        {
            throw new ClientException(ExitCode.Error, $"The silo could not be started from '{command.FileName}': {e.Message}");
        }
    }

    /// <summary>SIGTERM, then waits.</summary>
    public async Task Terminate(CancellationToken cancellationToken)
    {
        if (!Ended.IsCompleted)
        {
            PosixSignals.Terminate(_process.Id);
        }

        await Ended.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted)
        {
            try
            {
                _process.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // It ended between the question and the call.
            }

            await Ended;
        }

        _process.Dispose();
    }

    private async Task<int> ReadToEnd()
    {
        await Task.WhenAll(ReadLines(_process.StandardOutput, fromOutput: true), ReadLines(_process.StandardError, fromOutput: false));
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    private async Task ReadLines(StreamReader reader, bool fromOutput)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (fromOutput && SiloReady.TryParse(line) is { } ready)
            {
                _ready.TrySetResult(ready);
                continue;
            }

            lock (_lastWords)
            {
                _lastWords.Enqueue(line);
                if (_lastWords.Count > KeptLines)
                {
                    _lastWords.Dequeue();
                }
            }
        }
    }
}
