using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Sweep.Silo.Files;
using Sweep.Silo.Storage;

namespace Sweep.Silo.Artifacts;

/// <summary>Reads one file of a container, checked against its digest as it streams. A download that breaks goes on where it broke.</summary>
internal sealed class BlobDownload(BlobContainerClient container)
{
    /// <summary>Connections that may bring nothing new, one after another.</summary>
    private const int FruitlessConnections = 5;

    public static string NameOf(ArtifactFile file) => $"files/{file.Sha256}";

    /// <param name="output">Receives the bytes; whole only when this returns.</param>
    /// <exception cref="DamagedArtifactException">The blob is absent or not the file; the message names it.</exception>
    /// <exception cref="IOException">The service cannot be read.</exception>
    public async Task Read(ArtifactFile file, Stream output, CancellationToken cancellationToken)
    {
        var name = NameOf(file);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[LocalFiles.BufferBytes];
        ETag? version = null;
        long read = 0;
        for (var fruitless = 0; read < file.Length || version is null;)
        {
            var (broken, before) = ((Exception?)null, read);
            var part = await Open(file, name, read, version, cancellationToken);
            version = part.Details.ETag;
            await using (var content = part.Content)
            {
                int count;
                while ((count = await Receive(content, buffer, fault => broken = fault, cancellationToken)) > 0)
                {
                    hash.AppendData(buffer.AsSpan(0, count));
                    await output.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                    read += count;
                }
            }

            fruitless = read > before ? 0 : fruitless + 1;
            if (read < file.Length && fruitless == FruitlessConnections)
            {
                throw AzureFault.ToIOException(
                    broken ?? new IOException(FormattableString.Invariant($"the answer ends after {read} of {file.Length} bytes.")), "read", container, name);
            }
        }

        var found = LocalFiles.Digest(hash);
        if (read != file.Length || found != file.Sha256)
        {
            throw Damaged(file, name, FormattableString.Invariant($"has {read} bytes with {found}"));
        }
    }

    private async Task<BlobDownloadStreamingResult> Open(ArtifactFile file, string name, long from, ETag? version, CancellationToken cancellationToken)
    {
        // An empty blob has no range.
        var options = from == 0 && version is null
            ? new BlobDownloadOptions()
            : new BlobDownloadOptions { Range = new HttpRange(from), Conditions = new BlobRequestConditions { IfMatch = version } };
        try
        {
            var part = (await container.GetBlobClient(name).DownloadStreamingAsync(options, cancellationToken)).Value;
            if (version is null && part.Details.ContentLength != file.Length)
            {
                await part.Content.DisposeAsync();
                throw Damaged(file, name, FormattableString.Invariant($"has {part.Details.ContentLength}"));
            }

            return part;
        }
        catch (RequestFailedException e) when (e.Status == 404 && e.ErrorCode != "ContainerNotFound")
        {
            throw Damaged(file, name, "is not there");
        }
        catch (Exception e) when (AzureFault.Is(e, cancellationToken))
        {
            throw AzureFault.ToIOException(e, "read", container, name);
        }
    }

    /// <returns>0 at the end of the answer, whether it is whole or broken.</returns>
    private static async ValueTask<int> Receive(Stream content, Memory<byte> buffer, Action<Exception> broken, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is IOException || AzureFault.Is(e, cancellationToken))
        {
            broken(e);
            return 0;
        }
    }

    private DamagedArtifactException Damaged(ArtifactFile file, string name, string found) => new(
        $"Blob '{name}' of container '{container.Name}', which is '{file.Name}' of an artifact, must have {file.Length} bytes with SHA-256 {file.Sha256}, but {found}.");
}
