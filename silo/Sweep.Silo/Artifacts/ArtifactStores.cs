using Sweep.Silo.Files;
using Sweep.Silo.Settings;
using Sweep.Silo.Storage;

namespace Sweep.Silo.Artifacts;

/// <summary>Opens the artifact store that a silo's settings name.</summary>
public static class ArtifactStores
{
    /// <param name="state">Holds the store of a silo whose settings name no other folder.</param>
    /// <exception cref="UsageException"><c>--azure</c> is no account.</exception>
    public static IArtifactStore Open(StorageSettings storage, StateFolder state)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(state);
        return storage.Artifacts switch
        {
            ArtifactStoreKind.Azure => new BlobArtifactStore(
                AzureClients.For(storage).Blobs(AzureContainers.ForArtifacts()).GetBlobContainerClient(storage.ArtifactContainer)),
            _ => new DirectoryArtifactStore(storage.ArtifactFolder ?? state.Artifacts),
        };
    }
}
