using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sweep.Silo.Engines;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Workers;

/// <summary>Runs this silo's workers from its start to its end. Stops before Orleans does, so that they can take leave of the queue.</summary>
internal sealed class WorkerService(IReadOnlyList<Worker> workers, IReadOnlyList<IStageRunner> runners, SiloSettings options, TimeProvider time, ILogger<WorkerService> log)
    : IHostedService, IAsyncDisposable
{
    /// <summary>For the last words of workers whose epochs were given up.</summary>
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _abandoned = new();
    private Task _working = Task.CompletedTask;

    public int Count => workers.Count;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _working = Task.WhenAll(workers.Select(worker => Task.Run(() => worker.Run(_draining.Token, _abandoned.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_working.IsCompleted)
        {
            log.LogInformation("Draining: running epochs have {Limit} to finish", options.DrainLimit);
        }

        await _draining.CancelAsync();
        try
        {
            await _working.WaitAsync(options.DrainLimit, time, cancellationToken);
            log.LogInformation("Drained");
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            log.LogWarning("Epochs that did not finish within {Limit} are given up; they are repeated from their last checkpoints", options.DrainLimit);
            await _abandoned.CancelAsync();
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
