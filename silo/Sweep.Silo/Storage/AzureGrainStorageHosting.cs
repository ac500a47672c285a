using Azure.Storage.Blobs;
using Orleans.Configuration;
using Orleans.Hosting;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Storage;

/// <summary>Registers Orleans' grain storage in Azure Blob Storage with a silo.</summary>
public static class AzureGrainStorageHosting
{
    /// <param name="name">The storage name that grains ask for.</param>
    /// <param name="storage">Names the account and the container.</param>
    /// <exception cref="UsageException"><c>--azure</c> is no account.</exception>
    public static ISiloBuilder AddAzureGrainStorage(this ISiloBuilder builder, string name, StorageSettings storage) =>
        builder.AddAzureGrainStorage(name, storage, AzureContainers.ForGrains());

    /// <inheritdoc cref="AddAzureGrainStorage(ISiloBuilder, string, StorageSettings)"/>
    internal static ISiloBuilder AddAzureGrainStorage(this ISiloBuilder builder, string name, StorageSettings storage, BlobClientOptions client)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var blobs = AzureClients.For(storage).Blobs(client);
        builder.AddAzureBlobGrainStorage(name, (AzureBlobStorageOptions options) =>
        {
            options.BlobServiceClient = blobs;
            options.ContainerName = storage.GrainContainer;
            options.GrainStorageSerializer = new CanonicalGrainSerializer();
        });
        builder.Services.MeterGrainStorage(name);
        return builder;
    }
}
