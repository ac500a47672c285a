using System.Xml.Linq;
using Azure.Core;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Protocol;
using Azure.Storage.Blobs.Transfers;

namespace Azure.Storage.Blobs.Specialized;

/// <summary>A blob made of blocks: they are staged, and exist for readers once a list of them is committed.</summary>
public class BlockBlobClient : BlobBaseClient
{
    /// <inheritdoc cref="BlobServiceClient(string)"/>
    public BlockBlobClient(string connectionString, string containerName, string blobName)
        : base(connectionString, containerName, blobName)
    {
    }

    /// <inheritdoc cref="BlobServiceClient(string)"/>
    public BlockBlobClient(string connectionString, string blobContainerName, string blobName, BlobClientOptions? options)
        : base(connectionString, blobContainerName, blobName, options)
    {
    }

    /// <inheritdoc cref="BlobServiceClient(Uri, BlobClientOptions)"/>
    public BlockBlobClient(Uri blobUri, BlobClientOptions? options = null)
        : base(blobUri, options)
    {
    }

    public BlockBlobClient(Uri blobUri, StorageSharedKeyCredential credential, BlobClientOptions? options = null)
        : base(blobUri, credential, options)
    {
    }

    public BlockBlobClient(Uri blobUri, AzureSasCredential credential, BlobClientOptions? options = null)
        : base(blobUri, credential, options)
    {
    }

    /// <inheritdoc cref="BlobServiceClient(Uri, TokenCredential, BlobClientOptions)"/>
    public BlockBlobClient(Uri blobUri, TokenCredential credential, BlobClientOptions? options = null)
        : base(blobUri, credential, options)
    {
    }

    internal BlockBlobClient(Uri blobUri, BlobPipeline pipeline)
        : base(blobUri, pipeline)
    {
    }

    /// <inheritdoc cref="BlobClient.UploadAsync(Stream, BlobUploadOptions, CancellationToken)"/>
    public Task<Response<BlobContentInfo>> UploadAsync(
        Stream content, BlobUploadOptions? options, CancellationToken cancellationToken = default) =>
        BlobUpload.RunAsync(this, content, options ?? new BlobUploadOptions(), cancellationToken);

    /// <summary>Sends one block. It replaces a staged one of the same identity.</summary>
    /// <param name="base64BlockId">At most 64 bytes before encoding; all of a blob's have one length.</param>
    /// <param name="content">Seekable, read from its position to its end.</param>
    public async Task<Response<BlockInfo>> StageBlockAsync(
        string base64BlockId,
        Stream content,
        BlockBlobStageBlockOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var body = await SeekableContent.OfAsync(content, cancellationToken).ConfigureAwait(false);
        return await StageBlockAsync(base64BlockId, body, body.Hash, options, cancellationToken).ConfigureAwait(false);
    }

    public Task<Response<BlobContentInfo>> CommitBlockListAsync(
        IEnumerable<string> base64BlockIds,
        BlobHttpHeaders? httpHeaders = null,
        IDictionary<string, string>? metadata = null,
        BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default) =>
        CommitBlockListAsync(
            base64BlockIds,
            new CommitBlockListOptions { HttpHeaders = httpHeaders, Metadata = metadata, Conditions = conditions },
            cancellationToken);

    /// <summary>Makes the blob of these blocks, staged or of the blob before, in this order; other staged ones are dropped.</summary>
    /// <exception cref="RequestFailedException">400 InvalidBlockList where a block is absent.</exception>
    public async Task<Response<BlobContentInfo>> CommitBlockListAsync(
        IEnumerable<string> base64BlockIds, CommitBlockListOptions? options, CancellationToken cancellationToken = default)
    {
        var list = new XElement("BlockList", base64BlockIds.Select(id => new XElement("Latest", id)));
        using var bytes = new MemoryStream();
        new XDocument(list).Save(bytes);

        using var message = Pipeline.Message(RequestMethod.Put, Uri, ("comp", "blocklist"));
        bytes.Position = 0;
        var body = await SeekableContent.OfAsync(bytes, cancellationToken).ConfigureAwait(false);
        message.Request.Content = body;
        message.Request.Headers.SetValue("Content-Type", "application/xml");
        message.Request.Headers.SetValue("Content-MD5", Convert.ToBase64String(body.Hash));
        message.Request.Add(options?.HttpHeaders);
        message.Request.Add(options?.Metadata);
        message.Request.Add(options?.Conditions);
        var response = await Pipeline.SendAsync(message, cancellationToken, 201).ConfigureAwait(false);
        return Response.FromValue(response.ContentWritten(), response);
    }

    /// <exception cref="NotSupportedException">A snapshot is named.</exception>
    public async Task<Response<BlockList>> GetBlockListAsync(
        BlockListTypes blockListTypes = BlockListTypes.All,
        string? snapshot = null,
        BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default)
    {
        if (snapshot is not null)
        {
            throw new NotSupportedException("The stand-in for Azure.Storage.Blobs knows no snapshots.");
        }

        using var message = Pipeline.Message(
            RequestMethod.Get, Uri, ("comp", "blocklist"), ("blocklisttype", blockListTypes.ToString().ToLowerInvariant()));
        message.Request.Add(conditions);
        var response = await Pipeline.SendAsync(message, cancellationToken, 200).ConfigureAwait(false);
        var list = XDocument.Load(response.ContentStream!).Root!;
        return Response.FromValue(
            new BlockList(Blocks(list, "CommittedBlocks"), Blocks(list, "UncommittedBlocks"))
            {
                ETag = response.Tag(),
                LastModified = response.Time("Last-Modified"),
                ContentType = response.Text("Content-Type"),
                BlobContentLength = response.Number("x-ms-blob-content-length"),
            },
            response);
    }

    internal async Task<Response<BlockInfo>> StageBlockAsync(
        string base64BlockId,
        RequestContent body,
        byte[] hash,
        BlockBlobStageBlockOptions? options,
        CancellationToken cancellationToken)
    {
        if (options?.Conditions is { } given
            && (given.IfMatch ?? given.IfNoneMatch) is not null | (given.IfModifiedSince ?? given.IfUnmodifiedSince) is not null)
        {
            throw new ArgumentException("Staging a block takes no condition but a lease.", nameof(options));
        }

        using var message = Pipeline.Message(RequestMethod.Put, Uri, ("comp", "block"), ("blockid", base64BlockId));
        message.Request.Content = body;
        message.Request.Headers.SetValue("Content-Type", "application/octet-stream");
        message.Request.Headers.SetValue("Content-MD5", Convert.ToBase64String(hash));
        message.Request.Add(options?.Conditions);
        var response = await Pipeline.SendAsync(message, cancellationToken, 201).ConfigureAwait(false);
        return Response.FromValue(new BlockInfo(response.Bytes("Content-MD5")), response);
    }

    internal async Task<Response<BlobContentInfo>> PutAsync(
        RequestContent body, byte[] hash, BlobUploadOptions options, CancellationToken cancellationToken)
    {
        using var message = Pipeline.Message(RequestMethod.Put, Uri);
        message.Request.Content = body;
        message.Request.Headers.SetValue("x-ms-blob-type", "BlockBlob");
        message.Request.Headers.SetValue("Content-Type", "application/octet-stream");
        message.Request.Headers.SetValue("Content-MD5", Convert.ToBase64String(hash));
        message.Request.Add(options.HttpHeaders);
        message.Request.Add(options.Metadata);
        message.Request.Add(options.Conditions);
        var response = await Pipeline.SendAsync(message, cancellationToken, 201).ConfigureAwait(false);
        return Response.FromValue(response.ContentWritten(), response);
    }

    private static List<BlobBlock> Blocks(XElement list, string kind) =>
    [
        .. (list.Element(kind)?.Elements("Block") ?? [])
            .Select(block => new BlobBlock((string)block.Element("Name")!, (long)block.Element("Size")!)),
    ];
}
