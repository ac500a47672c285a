using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Sweep.Grains;

namespace Sweep.Silo.Hosting;

/// <summary>Wakes what was running when the cluster last stopped. Repeated until it has been said: a grain that cannot be read yet is no reason not to start.</summary>
internal sealed class UnfinishedExperiments(IGrainFactory grains, TimeProvider time, ILogger<UnfinishedExperiments> log) : BackgroundService
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await grains.GetGrain<IExperimentCatalogGrain>(IExperimentCatalogGrain.Key).WakeUnfinished();
                return;
            }
            catch (Exception e)
            {
                log.LogError("Unfinished experiments could not be woken, and are tried again in {Wait}: {Reason}", s_retry, e.Message);
            }

            await Task.Delay(s_retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
