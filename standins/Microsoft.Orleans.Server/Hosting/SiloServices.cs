using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Activations;
using Orleans.Calls;
using Orleans.Configuration;
using Orleans.Gateways;
using Orleans.Membership;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Timers;

namespace Orleans.Hosting;

/// <summary>The services of a silo.</summary>
internal static class SiloServices
{
    public static void Add(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(Silo)))
            return;

        services.AddLogging();
        services.AddOptions();
        services.AddSerializer();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(KeyedService.AnyKey, (provider, _) => provider.GetRequiredService<TimeProvider>());
        services.AddOptions<GrainTypeOptions>().Configure(GrainAssemblies.AddTo);
        services.PostConfigure<SiloOptions>(options =>
        {
            if (string.IsNullOrWhiteSpace(options.SiloName))
                options.SiloName = $"Silo_{Guid.NewGuid().ToString("N")[..5]}";
        });
        services.AddSingleton<IConfigurationValidator, SiloValidator>();

        services.AddSingleton<LocalSilo>();
        services.AddSingleton<ILocalSiloDetails>(provider => provider.GetRequiredService<LocalSilo>());
        services.AddSingleton<ClusterMembers>();
        services.AddSingleton<ISiloStatusOracle>(provider => provider.GetRequiredService<ClusterMembers>());
        services.AddSingleton<SiloLifecycleSubject>();
        services.AddSingleton<ISiloLifecycleSubject>(provider => provider.GetRequiredService<SiloLifecycleSubject>());
        services.AddSingleton<ISiloLifecycle>(provider => provider.GetRequiredService<SiloLifecycleSubject>());

        services.AddSingleton<GrainClassCatalog>();
        services.AddSingleton<ActivationDirectory>();
        services.AddSingleton<ITimerRegistry, TimerRegistry>();
        services.AddSingleton<IGrainRuntime, GrainRuntime>();
        services.AddSingleton<IGrainContextAccessor, GrainContextAccessor>();
        services.AddScoped(_ => RuntimeContext.Current!);

        services.AddSingleton<SiloLink>();
        services.AddSingleton<SiloGateways>();
        services.AddSingleton(MakeCaller);
        services.AddSingleton<GrainFactory>();
        services.TryAddSingleton<IGrainFactory>(provider => provider.GetRequiredService<GrainFactory>());
        services.TryAddSingleton<IClusterClient>(provider => provider.GetRequiredService<GrainFactory>());

        services.AddSingleton<SiloParts>();
        services.AddSingleton(provider => new Lazy<SiloParts>(provider.GetRequiredService<SiloParts>));
        services.AddSingleton<Silo>();
        services.AddHostedService(provider => provider.GetRequiredService<Silo>());
    }

    private static GrainCaller MakeCaller(IServiceProvider services)
    {
        ICallTransport transport = services.GetRequiredService<LocalSilo>().IsPrimary
            ? ActivatorUtilities.CreateInstance<LocalTransport>(services)
            : services.GetRequiredService<SiloLink>().Transport;
        return new(
            services.GetRequiredService<CodecCatalog>(),
            transport,
            services.GetRequiredService<IOptions<SiloMessagingOptions>>().Value,
            services.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Messaging),
            services.GetRequiredService<ILogger<GrainCaller>>());
    }

    /// <summary>The rules that a silo's options keep.</summary>
    private sealed class SiloValidator(
        IOptions<ClusterOptions> cluster,
        IOptions<EndpointOptions> endpoints,
        IOptions<GrainCollectionOptions> collection,
        IEnumerable<IConfigureOptions<DevelopmentClusterMembershipOptions>> clustering) : IConfigurationValidator
    {
        public void ValidateConfiguration()
        {
            Require(!string.IsNullOrWhiteSpace(cluster.Value.ClusterId), "ClusterOptions.ClusterId is not empty, but it is");
            Require(!string.IsNullOrWhiteSpace(cluster.Value.ServiceId), "ClusterOptions.ServiceId is not empty, but it is");
            Require(
                clustering.Any(),
                "A silo has a clustering provider, but none is configured: call UseLocalhostClustering or UseDevelopmentClustering");
            var port = endpoints.Value.SiloPort;
            Require(port > 0, $"EndpointOptions.SiloPort is a port of this silo's own, but is {port}");
            var quantum = collection.Value.CollectionQuantum;
            Require(quantum > TimeSpan.Zero, $"GrainCollectionOptions.CollectionQuantum is positive, but is {quantum}");
            Require(
                collection.Value.CollectionAge > quantum,
                $"GrainCollectionOptions.CollectionAge is more than CollectionQuantum {quantum}, but is {collection.Value.CollectionAge}");
            foreach (var (name, age) in collection.Value.ClassSpecificCollectionAge)
                Require(age > quantum, $"A collection age is more than CollectionQuantum {quantum}, but that of {name} is {age}");
        }

        private static void Require(bool holds, string rule)
        {
            if (!holds)
                throw new OrleansConfigurationException($"{rule}.");
        }
    }
}
