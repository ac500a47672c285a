using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Calls;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Orleans.Serialization;

namespace Orleans.Hosting;

/// <summary>The services of a cluster client.</summary>
internal static class ClientServices
{
    public static void Add(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ClusterConnection)))
            return;

        if (services.Any(service => service.ServiceType == typeof(IGrainRuntime)))
            throw new OrleansConfigurationException("A host has a silo or a cluster client, but not both: a silo is a client of its cluster.");

        services.AddLogging();
        services.AddOptions();
        services.AddSerializer();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(KeyedService.AnyKey, (provider, _) => provider.GetRequiredService<TimeProvider>());
        services.AddOptions<GrainTypeOptions>().Configure(GrainAssemblies.AddTo);
        services.TryAddSingleton<IClientConnectionRetryFilter, LinearBackoffRetryFilter>();
        services.AddSingleton<ClusterConnection>();
        services.AddHostedService(provider => provider.GetRequiredService<ClusterConnection>());
        services.AddSingleton(provider => new GrainCaller(
            provider.GetRequiredService<CodecCatalog>(),
            provider.GetRequiredService<ClusterConnection>().Transport,
            provider.GetRequiredService<IOptions<ClientMessagingOptions>>().Value,
            provider.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Messaging),
            provider.GetRequiredService<ILogger<GrainCaller>>()));
        services.AddSingleton<GrainFactory>();
        services.TryAddSingleton<IGrainFactory>(provider => provider.GetRequiredService<GrainFactory>());
        services.TryAddSingleton<IClusterClient>(provider => provider.GetRequiredService<GrainFactory>());
    }

    /// <summary>Without a filter of the application: 15 attempts, the n-th after n times 1.5 s.</summary>
    private sealed class LinearBackoffRetryFilter([FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time)
        : IClientConnectionRetryFilter
    {
        private const int MaxRetries = 15;

        private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1.5);

        private int _retries;

        public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
        {
            if (_retries >= MaxRetries || exception is not (OrleansMessageRejectionException or ConnectionFailedException))
                return false;

            _retries++;
            await Task.Delay(Delay * _retries, time, cancellationToken);
            return true;
        }
    }
}
