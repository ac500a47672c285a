using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sweep.Silo.Engines;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Workers;

/// <summary>Runs this silo's workers from its start to its end. Stops before Orleans does, so that they can take leave of the queue.</summary>
internal sealed class WorkerService(
    IReadOnlyList<Worker> workers, IReadOnlyList<IStageRunner> runners, Drain drain, SiloSettings options, TimeProvider time, ILogger<WorkerService> log)
    : IHostedService, IAsyncDisposable
{
    /// <summary>For the last words of workers whose epochs were given up.</summary>
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);

    private Task[] _loops = [];
    private Task _working = Task.CompletedTask;

    public int Count => workers.Count;

    /// <summary>Which worker has ended before it was asked to; null when none has.</summary>
    public string? Fault => drain.Begun.IsCancellationRequested || Array.FindIndex(_loops, loop => loop.IsCompleted) is not (>= 0 and var ended)
        ? null
        : $"Worker {workers[ended].Name} must work until it is asked to stop, but has ended: {_loops[ended].Exception?.InnerException?.Message}";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loops = [.. workers.Select(worker => Task.Run(() => worker.Run(drain), CancellationToken.None))];
        _working = Task.WhenAll(_loops);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        drain.Begin(options.DrainLimit);
        if (!_working.IsCompleted)
        {
            log.LogInformation("Draining: running epochs have {Limit:F0} s to finish", drain.Left?.TotalSeconds);
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(drain.Over, cancellationToken);
        try
        {
            await _working.WaitAsync(enough.Token);
            log.LogInformation("Drained");
        }
        catch (OperationCanceledException)
        {
            log.LogWarning("Epochs that did not finish in time are given up; they are repeated from their last checkpoints");
            drain.Begin(TimeSpan.Zero);
            await Task.WhenAny(_working, Task.Delay(s_farewell, time, CancellationToken.None));
        }

        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in runners)
        {
            await runner.DisposeAsync();
        }
    }
}
