using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Workers;

/// <summary>Adds the watch for spot notices to a silo, where one was named.</summary>
internal static class SpotHosting
{
    /// <summary>A metadata service answers in milliseconds; Azure's first answer may take long, and is asked for again.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static void AddSpotWatch(this IServiceCollection services, SpotSettings spot)
    {
        if (spot.Notice is not { } notice)
        {
            return;
        }

        services.AddSingleton<ISpotNotice>(_ => spot.Address is { } address ? new AddressNotice(address, s_patience) : new FileNotice(Path.GetFullPath(notice)));
        services.AddHostedService(provider => new SpotWatch(
            provider.GetRequiredService<ISpotNotice>(),
            spot.Limit,
            spot.Period,
            provider.GetRequiredService<Drain>(),
            provider.GetRequiredService<IHostApplicationLifetime>().StopApplication,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SpotWatch>>()));
    }
}
