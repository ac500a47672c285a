using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Silo.Settings;
using Sweep.Silo.Storage;
using Sweep.Testing.Azure;

namespace Sweep.Silo.Tests.Storage.Azure;

/// <summary>As much of a silo as opens its grain storage in Azurite.</summary>
internal sealed class AzureSilo : ISiloBuilder, IAsyncDisposable
{
    public const string StorageName = "sweep";

    private ServiceProvider? _services;

    public IServiceCollection Services { get; } = new ServiceCollection();

    public IConfiguration Configuration { get; } = new ConfigurationBuilder().Build();

    public IGrainStorage Storage => _services!.GetRequiredKeyedService<IGrainStorage>(StorageName);

    /// <summary>A container that no other test uses, by a prefix that no other test uses.</summary>
    public static async Task<StorageSettings> Settings() => new()
    {
        Grains = GrainStorageKind.Azure,
        Artifacts = ArtifactStoreKind.Azure,
        Azure = (await AzuriteServer.RunningAsync()).ConnectionString,
        AzurePrefix = AzuriteServer.UniqueName("t"),
    };

    /// <summary>Four tries, with next to no pause.</summary>
    public static BlobClientOptions Impatient(FaultyTransport transport) => new()
    {
        Transport = transport,
        Retry = { MaxRetries = 3, Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(2), Mode = RetryMode.Fixed },
    };

    /// <summary>Started, as far as its storage goes.</summary>
    public static async Task<AzureSilo> Start(StorageSettings settings, FaultyTransport? transport = null)
    {
        var silo = new AzureSilo();
        silo.Services.AddMetrics().AddLogging().AddSingleton(TimeProvider.System);
        silo.AddAzureGrainStorage(StorageName, settings, Impatient(transport ?? new FaultyTransport()));
        silo._services = silo.Services.BuildServiceProvider();
        foreach (var validator in silo._services.GetServices<IConfigurationValidator>())
        {
            validator.ValidateConfiguration();
        }

        var lifecycle = new RecordingLifecycle();
        foreach (var participant in silo._services.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
        {
            participant.Participate(lifecycle);
        }

        await lifecycle.Start();
        return silo;
    }

    public ValueTask DisposeAsync() => _services!.DisposeAsync();
}
