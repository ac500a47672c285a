using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using Sweep.Grains;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Tests.Storage.Azure;

namespace Sweep.Silo.Tests.Artifacts;

/// <summary>On Azurite; each test has a container of its own, and blocks so short that most files have several.</summary>
[NeedsAzurite]
public sealed class BlobArtifactStoreConformanceTests : ArtifactStoreConformance, IAsyncLifetime
{
    private const int BlockBytes = 1 << 12;

    private BlobContainerClient? _container;

    protected override IArtifactStore Store => new BlobArtifactStore(_container!, BlockBytes);

    public async Task InitializeAsync()
    {
        var settings = await AzureSilo.Settings();
        _container = new BlobContainerClient(settings.Azure!, settings.ArtifactContainer);
        await _container.CreateAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Every file of these tests that is damaged held "1" before.</summary>
    protected override async Task<string> Overwrite(ArtifactId artifact, string? name, string content)
    {
        var blob = name is null ? BlobArtifactStore.ManifestOf(artifact) : FileOf("1");
        await _container!.GetBlobClient(blob).UploadAsync(BinaryData.FromString(content), overwrite: true);
        return blob;
    }

    protected override async Task<string> Remove(ArtifactId artifact, string name)
    {
        await _container!.GetBlobClient(FileOf("1")).DeleteAsync();
        return FileOf("1");
    }

    private static string FileOf(string content) => $"files/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}";
}
