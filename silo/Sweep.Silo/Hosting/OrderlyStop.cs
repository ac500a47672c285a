using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sweep.Silo.Settings;
using Sweep.Silo.Workers;

namespace Sweep.Silo.Hosting;

/// <summary>
/// How a silo ends: it is not ready from the first moment; its workers drain while HTTP still answers and the grains are still there; then HTTP
/// and Orleans go. A second signal drops what runs, a third ends the process where it stands.
/// </summary>
internal sealed class OrderlyStop(WorkerService workers, IHostApplicationLifetime lifetime, SiloSettings settings, ILogger<OrderlyStop> log)
    : IHostedLifecycleService, IDisposable
{
    /// <summary>What the end takes beyond draining: last words of workers, grains that write, Orleans' leave.</summary>
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _now = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _asked;

    /// <summary>From the first signal to the end of the process, whatever happens. Whoever sends SIGKILL waits longer.</summary>
    public static TimeSpan Limit(SiloSettings settings) => settings.DrainLimit + s_margin;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
        {
            _signals.Add(PosixSignalRegistration.Create(signal, Hear));
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => workers.StartAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Comes before any service is stopped.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lifetime.StopApplication();
        log.LogInformation("Stopping within {Limit}, {Drain} of it for running epochs", Limit(settings), settings.DrainLimit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_now.Token, cancellationToken);
        await workers.StopAsync(either.Token);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _now.Dispose();
    }

    private void Hear(PosixSignalContext context)
    {
        context.Cancel = true;
        switch (Interlocked.Increment(ref _asked))
        {
            case 1:
                lifetime.StopApplication();
                break;
            case 2:
                log.LogWarning("Asked to stop a second time: what runs is dropped, and repeated from its last checkpoint");
                _now.Cancel();
                break;
            default:
                Environment.Exit(ExitCode.Error);
                break;
        }
    }
}
