using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Sweep.Grains;

namespace Sweep.Silo.Hosting;

/// <summary>
/// Wakes what was running when the cluster last stopped, or on a silo that has left: an experiment and its stages may all have lived there, and
/// then nobody else would call them. Repeated until it has been said: a grain that cannot be read yet is no reason not to start.
/// </summary>
internal sealed class UnfinishedExperiments(IGrainFactory grains, ISiloStatusOracle members, TimeProvider time, ILogger<UnfinishedExperiments> log)
    : BackgroundService, ISiloStatusListener
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    private readonly Channel<SiloAddress> _left = Channel.CreateUnbounded<SiloAddress>();

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead)
        {
            _left.Writer.TryWrite(updatedSilo);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        members.SubscribeToSiloStatusEvents(this);
        try
        {
            await Wake(stoppingToken);
            while (await _left.Reader.WaitToReadAsync(stoppingToken))
            {
                while (_left.Reader.TryRead(out _))
                {
                }

                await Wake(stoppingToken);

                // Some silo may not have heard yet, and sent a call after the one that left: once more, when all have.
                await Task.Delay(s_retry, time, stoppingToken);
                await Wake(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            members.UnSubscribeFromSiloStatusEvents(this);
        }
    }

    private async Task Wake(CancellationToken stopping)
    {
        while (true)
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

            await Task.Delay(s_retry, time, stopping);
        }
    }
}
