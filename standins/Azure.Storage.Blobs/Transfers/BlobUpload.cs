using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Azure.Core;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Azure.Storage.Blobs.Transfers;

/// <summary>
/// An upload in one request where the stream's length is known and small enough, else in blocks of which a few are under way, and held
/// in memory, at once.
/// </summary>
internal static class BlobUpload
{
    private const long MiB = 1 << 20;
    private const long DefaultSingle = 256 * MiB;
    private const long DefaultBlock = 4 * MiB;
    private const long DefaultLargeBlock = 8 * MiB;
    private const long LargeFrom = 100 * MiB;
    private static readonly int DefaultConcurrency = Math.Clamp(Environment.ProcessorCount * 2, 8, 32);

    // The service's limits since version 2019-12-12.
    private const int MostBlocks = 50_000;
    private const long MostSingle = 5000 * MiB;
    private const long MostBlock = 4000 * MiB;

    public static async Task<Response<BlobContentInfo>> RunAsync(
        BlockBlobClient blob, Stream content, BlobUploadOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        SeekableContent.VerifyPosition(content);
        var transfer = options.TransferOptions;
        long? length = content.CanSeek ? content.Length - content.Position : null;
        var single = Math.Min(transfer.InitialTransferSize ?? DefaultSingle, MostSingle);
        if (length <= single)
        {
            var body = await SeekableContent.OfAsync(content, cancellationToken).ConfigureAwait(false);
            return await blob.PutAsync(body, body.Hash, options, cancellationToken).ConfigureAwait(false);
        }

        var blockBytes = BlockBytes(transfer.MaximumTransferSize, length);
        var first = await FillAsync(content, blockBytes, cancellationToken).ConfigureAwait(false);
        if (first.Length < blockBytes && first.Length <= single)
        {
            using (first)
            {
                return await blob.PutAsync(first.Body, first.Hash, options, cancellationToken).ConfigureAwait(false);
            }
        }

        var ids = await StageAsync(
            blob, content, first, blockBytes, transfer.MaximumConcurrency ?? DefaultConcurrency, options, cancellationToken)
            .ConfigureAwait(false);
        var commit = new CommitBlockListOptions
        {
            HttpHeaders = options.HttpHeaders,
            Metadata = options.Metadata,
            Conditions = options.Conditions,
        };
        return await blob.CommitBlockListAsync(ids, commit, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<string>> StageAsync(
        BlockBlobClient blob,
        Stream content,
        Block first,
        int blockBytes,
        int concurrency,
        BlobUploadOptions options,
        CancellationToken cancellationToken)
    {
        // Blocks of two uploads of one blob must not be taken for each other.
        var upload = Guid.NewGuid();
        var ids = new List<string>();
        var underWay = new List<Task>();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var block = first;
            for (; block.Length > 0; block = await FillAsync(content, blockBytes, failed.Token).ConfigureAwait(false))
            {
                var id = BlockId(upload, ids.Count);
                ids.Add(id);
                underWay.Add(SendAsync(id, block));
                if (underWay.Count >= concurrency)
                {
                    var done = await Task.WhenAny(underWay).ConfigureAwait(false);
                    underWay.Remove(done);
                    await done.ConfigureAwait(false);
                }
            }

            block.Dispose();
            await Task.WhenAll(underWay).ConfigureAwait(false);
            return ids;
        }
        catch
        {
            await failed.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(underWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        async Task SendAsync(string id, Block block)
        {
            using (block)
            {
                var lease = new BlobRequestConditions { LeaseId = options.Conditions?.LeaseId };
                await blob.StageBlockAsync(id, block.Body, block.Hash, new() { Conditions = lease }, failed.Token).ConfigureAwait(false);
            }
        }
    }

    private static int BlockBytes(long? wanted, long? length)
    {
        var bytes = wanted ?? (length >= LargeFrom ? DefaultLargeBlock : DefaultBlock);
        bytes = Math.Max(bytes, ((length ?? 0) + MostBlocks - 1) / MostBlocks);
        return (int)Math.Clamp(bytes, 1, Math.Min(MostBlock, Array.MaxLength));
    }

    private static string BlockId(Guid upload, int index)
    {
        Span<byte> id = stackalloc byte[20];
        upload.TryWriteBytes(id);
        BinaryPrimitives.WriteInt32BigEndian(id[16..], index);
        return Convert.ToBase64String(id);
    }

    private static async Task<Block> FillAsync(Stream content, int bytes, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            var length = await content.ReadAtLeastAsync(buffer.AsMemory(0, bytes), bytes, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            return new Block(buffer, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    /// <summary>A block in a pooled buffer, which is given back when the block is disposed.</summary>
    private sealed class Block(byte[] buffer, int length) : IDisposable
    {
        public int Length => length;

        public byte[] Hash { get; } = MD5.HashData(buffer.AsSpan(0, length));

        public RequestContent Body => RequestContent.Create(buffer, 0, length);

        public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
    }
}
