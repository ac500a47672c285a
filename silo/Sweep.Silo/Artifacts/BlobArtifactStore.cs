using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Sweep.Grains;
using Sweep.Silo.Files;
using Sweep.Silo.Storage;

namespace Sweep.Silo.Artifacts;

/// <summary>
/// An artifact store in a container of Azure Blob Storage: <c>artifacts/ID/manifest.json</c> names files by their digests, and
/// <c>files/SHA256</c> holds their bytes. The files come first and the manifest last, so an artifact is whole or absent. Equal files of
/// different artifacts are one blob: the weights that five stages pass on unchanged, or a checkpoint that differs in one file of four,
/// travel and are paid for once; the price is that only a file that no manifest names may be deleted.
/// </summary>
public sealed class BlobArtifactStore : IArtifactStore
{
    private const int FilesAtOnce = 4;
    private const int Tries = 3;

    private readonly BlobContainerClient _container;
    private readonly BlobUpload _upload;
    private readonly BlobDownload _download;

    /// <param name="blockBytes">Bytes of one block of a file; what a cut connection costs at most, and, four times, the memory that storing takes.</param>
    public BlobArtifactStore(BlobContainerClient container, int blockBytes = 8 << 20)
    {
        ArgumentNullException.ThrowIfNull(container);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockBytes, 1);
        _container = container;
        _download = new BlobDownload(container);
        _upload = new BlobUpload(container, _download, blockBytes);
    }

    public async Task<ArtifactId> Put(string folder, string? under, CancellationToken cancellationToken)
    {
        var (manifest, paths) = await LocalFiles.Describe(folder, under, cancellationToken);

        // Whoever stores an artifact that is there already may do so because a reader found it damaged, so each of its files is read then.
        var known = await ReadManifestBlob(manifest.Id, cancellationToken);
        await Each(
            manifest.Files.DistinctBy(file => file.Sha256),
            (file, token) => _upload.Store(file, paths[file.Name], certain: known is not null, token),
            cancellationToken);
        await PutManifest(manifest, known, cancellationToken);
        return manifest.Id;
    }

    public async Task Materialize(ArtifactId artifact, string folder, CancellationToken cancellationToken)
    {
        var manifest = await ReadManifest(artifact, cancellationToken);
        var partial = $"{Path.TrimEndingDirectorySeparator(folder)}.partial-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(partial);
            await Each(
                manifest.Files,
                async (file, token) =>
                {
                    await using var output = LocalFiles.Create(Path.Combine(partial, file.Name));
                    await _download.Read(file, output, token);
                },
                cancellationToken);
            LocalFiles.Remove(folder);
            Directory.Move(partial, folder);
        }
        finally
        {
            LocalFiles.Remove(partial);
        }
    }

    internal static string ManifestOf(ArtifactId artifact) => $"artifacts/{artifact.Value}/manifest.json";

    private static Task Each(IEnumerable<ArtifactFile> files, Func<ArtifactFile, CancellationToken, Task> each, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            files,
            new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken },
            (file, token) => new ValueTask(each(file, token)));

    /// <summary>The moment in which the artifact comes to be.</summary>
    private async Task PutManifest(ArtifactManifest manifest, BlobDownloadResult? known, CancellationToken cancellationToken)
    {
        var name = ManifestOf(manifest.Id);
        var content = BinaryData.FromString(manifest.ToText());
        for (var left = Tries; ; left--)
        {
            if (known is not null && known.Content.ToMemory().Span.SequenceEqual(content.ToMemory().Span))
            {
                return; // another writer's, or one's own whose answer was lost
            }

            try
            {
                await _container.GetBlobClient(name).UploadAsync(
                    content,
                    new BlobUploadOptions
                    {
                        HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
                        Conditions = known is null ? new() { IfNoneMatch = ETag.All } : new() { IfMatch = known.Details.ETag },
                    },
                    cancellationToken);
                return;
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412 && left > 1)
            {
                known = await ReadManifestBlob(manifest.Id, cancellationToken);
            }
            catch (Exception e) when (AzureFault.Is(e, cancellationToken))
            {
                throw AzureFault.ToIOException(e, "write", _container, name);
            }
        }
    }

    private async Task<ArtifactManifest> ReadManifest(ArtifactId artifact, CancellationToken cancellationToken)
    {
        var where = $"{_container.Name}/{ManifestOf(artifact)}";
        var blob = await ReadManifestBlob(artifact, cancellationToken)
            ?? throw new DamagedArtifactException($"Artifact {artifact} must be in the store, but blob '{where}' is not there.");
        try
        {
            var manifest = ArtifactManifest.Parse(Encoding.UTF8.GetString(blob.Content.ToMemory().Span));
            return manifest.Id == artifact
                ? ArtifactNames.Checked(manifest, where)
                : throw new DamagedArtifactException($"Manifest '{where}' must have SHA-256 {artifact}, but has {manifest.Id}.");
        }
        catch (JsonException e)
        {
            throw new DamagedArtifactException($"Manifest '{where}' must be JSON, but is not: {e.Message}");
        }
    }

    /// <returns>Null where there is none.</returns>
    private async Task<BlobDownloadResult?> ReadManifestBlob(ArtifactId artifact, CancellationToken cancellationToken)
    {
        var name = ManifestOf(artifact);
        try
        {
            return (await _container.GetBlobClient(name).DownloadContentAsync(cancellationToken)).Value;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
        catch (Exception e) when (AzureFault.Is(e, cancellationToken))
        {
            throw AzureFault.ToIOException(e, "read", _container, name);
        }
    }
}
