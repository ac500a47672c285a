using Azure.Storage.Blobs;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Storage;

/// <summary>The containers of a cluster, and how patiently each is used.</summary>
public static class AzureContainers
{
    /// <summary>Grain calls end after 10 s, so a try may not take longer: 4 tries within about that time.</summary>
    public static BlobClientOptions ForGrains() => new()
    {
        Retry = { MaxRetries = 3, Delay = TimeSpan.FromMilliseconds(200), MaxDelay = TimeSpan.FromSeconds(2), NetworkTimeout = TimeSpan.FromSeconds(5) },
    };

    /// <summary>A stage's outputs are worth minutes of patience: 8 tries.</summary>
    public static BlobClientOptions ForArtifacts() => new()
    {
        Retry = { MaxRetries = 7, Delay = TimeSpan.FromMilliseconds(400), MaxDelay = TimeSpan.FromSeconds(20), NetworkTimeout = TimeSpan.FromSeconds(60) },
    };

    /// <summary>Creates those that this silo's settings name, where they are absent: what is wrong with an account shows before anything runs.</summary>
    /// <exception cref="IOException">One can be neither found nor made; the message names it and the reason.</exception>
    /// <exception cref="UsageException"><c>--azure</c> is no account.</exception>
    public static async Task Create(StorageSettings storage, bool hostsGrains, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        if (storage.Grains == GrainStorageKind.Azure && hostsGrains)
        {
            await Create(AzureClients.For(storage).Blobs(ForGrains()).GetBlobContainerClient(storage.GrainContainer), cancellationToken);
        }

        if (storage.Artifacts == ArtifactStoreKind.Azure)
        {
            await Create(AzureClients.For(storage).Blobs(ForArtifacts()).GetBlobContainerClient(storage.ArtifactContainer), cancellationToken);
        }
    }

    private static async Task Create(BlobContainerClient container, CancellationToken cancellationToken)
    {
        try
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
        catch (Exception e) when (AzureFault.Is(e, cancellationToken))
        {
            throw AzureFault.ToIOException(e, "open", container);
        }
    }
}
