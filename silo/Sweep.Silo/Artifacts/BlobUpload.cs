using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Sweep.Silo.Files;
using Sweep.Silo.Storage;

namespace Sweep.Silo.Artifacts;

/// <summary>
/// Brings one file into a container under its digest. A long file goes as blocks, each under the digest of its own bytes, and becomes a blob
/// when the list of them is committed: an upload that was interrupted goes on with the blocks that the service holds already (for a week),
/// and equal blocks are sent once.
/// </summary>
internal sealed class BlobUpload(BlobContainerClient container, BlobDownload download, int blockBytes)
{
    private const int Tries = 4;

    /// <summary>Metadata of a finished blob: says that it was this program that wrote these bytes under this name.</summary>
    private const string DigestKey = "sha256";

    /// <summary>Until the container holds the file, by whomever it was brought. A blob that is not it is replaced.</summary>
    /// <param name="certain">Whether a blob that seems to be the file is read to its end to make sure, or its length and digest in its metadata suffice.</param>
    public async Task Store(ArtifactFile file, string path, bool certain, CancellationToken cancellationToken)
    {
        var blob = container.GetBlockBlobClient(BlobDownload.NameOf(file));
        try
        {
            for (var left = Tries; ; left--)
            {
                var (sound, replaced) = await Find(blob, file, certain, cancellationToken);
                if (sound)
                {
                    return;
                }

                try
                {
                    await Send(blob, file, path, replaced, cancellationToken);
                    return;
                }
                catch (RequestFailedException e) when (left > 1 && (e.Status is 409 or 412 || e.ErrorCode == "InvalidBlockList"))
                {
                    // Another writer was first, and the service forgot our blocks with its commit: what is there now is looked at anew.
                }
            }
        }
        catch (Exception e) when (AzureFault.Is(e, cancellationToken))
        {
            throw AzureFault.ToIOException(e, "write", container, blob.Name);
        }
    }

    private async Task<(bool Sound, ETag? Replaced)> Find(BlockBlobClient blob, ArtifactFile file, bool certain, CancellationToken cancellationToken)
    {
        BlobProperties found;
        try
        {
            found = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return (false, null);
        }

        var seems = found.ContentLength == file.Length && found.Metadata.TryGetValue(DigestKey, out var digest) && digest == file.Sha256;
        return (seems && (!certain || await IsWhole(file, cancellationToken)), found.ETag);
    }

    private async Task<bool> IsWhole(ArtifactFile file, CancellationToken cancellationToken)
    {
        try
        {
            await download.Read(file, Stream.Null, cancellationToken);
            return true;
        }
        catch (DamagedArtifactException)
        {
            return false;
        }
    }

    private async Task Send(BlockBlobClient blob, ArtifactFile file, string path, ETag? replaced, CancellationToken cancellationToken)
    {
        var conditions = replaced is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new() { IfMatch = replaced };
        var metadata = new Dictionary<string, string> { [DigestKey] = file.Sha256 };
        await using var input = LocalFiles.OpenRead(path);
        if (file.Length <= blockBytes)
        {
            var content = new byte[file.Length];
            var count = await input.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken);
            CheckUnchanged(path, file, count, Convert.ToHexStringLower(SHA256.HashData(content)));
            await container.GetBlobClient(blob.Name).UploadAsync(
                BinaryData.FromBytes(content), new BlobUploadOptions { Metadata = metadata, Conditions = conditions }, cancellationToken);
        }
        else
        {
            var blocks = await StageBlocks(blob, file, path, input, cancellationToken);
            await blob.CommitBlockListAsync(blocks, new CommitBlockListOptions { Metadata = metadata, Conditions = conditions }, cancellationToken);
        }
    }

    /// <returns>The blocks' names, in order; the service holds each.</returns>
    private async Task<IReadOnlyList<string>> StageBlocks(BlockBlobClient blob, ArtifactFile file, string path, FileStream input, CancellationToken cancellationToken)
    {
        var staged = await StagedBlocks(blob, cancellationToken);
        var blocks = new List<string>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[blockBytes];
        long length = 0;
        int count;
        while ((count = await input.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)) > 0)
        {
            var block = Convert.ToBase64String(SHA256.HashData(buffer.AsSpan(0, count)));
            if (staged.Add((block, count)))
            {
                using var content = new MemoryStream(buffer, 0, count, writable: false);
                await blob.StageBlockAsync(block, content, cancellationToken: cancellationToken);
            }

            blocks.Add(block);
            hash.AppendData(buffer.AsSpan(0, count));
            length += count;
        }

        CheckUnchanged(path, file, length, LocalFiles.Digest(hash));
        return blocks;
    }

    private static async Task<HashSet<(string Name, long Bytes)>> StagedBlocks(BlockBlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var list = (await blob.GetBlockListAsync(BlockListTypes.Uncommitted, cancellationToken: cancellationToken)).Value;
            return [.. list.UncommittedBlocks.Select(block => (block.Name, block.SizeLong))];
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return [];
        }
    }

    /// <exception cref="IOException">The file is not what it was when its digest was taken.</exception>
    private static void CheckUnchanged(string path, ArtifactFile file, long length, string sha256)
    {
        if (length != file.Length || sha256 != file.Sha256)
        {
            throw new IOException(
                $"File '{path}' must stay as it is while it is stored, but had {file.Length} bytes with SHA-256 {file.Sha256} and now has {length} with {sha256}.");
        }
    }
}
