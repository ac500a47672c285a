using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sweep.Silo.Workers;

/// <summary>Asks for a spot notice as long as the silo runs; when it comes, draining begins with the shorter limit, and the silo ends.</summary>
/// <param name="limit">From the notice on.</param>
/// <param name="end">Asks the silo to stop.</param>
public sealed class SpotWatch(ISpotNotice notice, TimeSpan limit, TimeSpan period, Drain drain, Action end, TimeProvider time, ILogger<SpotWatch> log) : BackgroundService
{
    private bool _deaf;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await TryRead(stoppingToken) is { } announced)
            {
                log.LogWarning("This machine will be taken away: {Notice}. Running epochs have {Limit} to finish", announced, limit);
                drain.Begin(limit);
                end();
                return;
            }

            await Task.Delay(period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string?> TryRead(CancellationToken stoppingToken)
    {
        try
        {
            var announced = await notice.Read(stoppingToken);
            if (_deaf)
            {
                _deaf = false;
                log.LogInformation("Spot notices can be read again");
            }

            return announced;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            if (!_deaf && !stoppingToken.IsCancellationRequested)
            {
                _deaf = true;
                log.LogWarning("Spot notices cannot be read, and are asked for again every {Period}: {Reason}", period, e.Message);
            }

            return null;
        }
    }
}
