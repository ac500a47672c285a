using Azure.Core;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Protocol;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Blobs.Transfers;

namespace Azure.Storage.Blobs;

/// <summary>A blob that is read, written whole, and deleted.</summary>
public class BlobClient : BlobBaseClient
{
    /// <inheritdoc cref="BlobServiceClient(string)"/>
    public BlobClient(string connectionString, string blobContainerName, string blobName)
        : base(connectionString, blobContainerName, blobName)
    {
    }

    /// <inheritdoc cref="BlobServiceClient(string)"/>
    public BlobClient(string connectionString, string blobContainerName, string blobName, BlobClientOptions? options)
        : base(connectionString, blobContainerName, blobName, options)
    {
    }

    /// <inheritdoc cref="BlobServiceClient(Uri, BlobClientOptions)"/>
    public BlobClient(Uri blobUri, BlobClientOptions? options = null)
        : base(blobUri, options)
    {
    }

    public BlobClient(Uri blobUri, StorageSharedKeyCredential credential, BlobClientOptions? options = null)
        : base(blobUri, credential, options)
    {
    }

    public BlobClient(Uri blobUri, AzureSasCredential credential, BlobClientOptions? options = null)
        : base(blobUri, credential, options)
    {
    }

    /// <inheritdoc cref="BlobServiceClient(Uri, TokenCredential, BlobClientOptions)"/>
    public BlobClient(Uri blobUri, TokenCredential credential, BlobClientOptions? options = null)
        : base(blobUri, credential, options)
    {
    }

    internal BlobClient(Uri blobUri, BlobPipeline pipeline)
        : base(blobUri, pipeline)
    {
    }

    /// <inheritdoc cref="UploadAsync(Stream, bool, CancellationToken)"/>
    public Task<Response<BlobContentInfo>> UploadAsync(Stream content) => UploadAsync(content, overwrite: false);

    /// <inheritdoc cref="UploadAsync(Stream, bool, CancellationToken)"/>
    public Task<Response<BlobContentInfo>> UploadAsync(Stream content, CancellationToken cancellationToken) =>
        UploadAsync(content, overwrite: false, cancellationToken);

    /// <summary>Writes the blob from the stream's position to its end.</summary>
    /// <exception cref="RequestFailedException">409 BlobAlreadyExists, unless it may be overwritten.</exception>
    public Task<Response<BlobContentInfo>> UploadAsync(
        Stream content, bool overwrite = false, CancellationToken cancellationToken = default) =>
        UploadAsync(content, Unless(overwrite), cancellationToken);

    /// <summary>
    /// Writes the blob from the stream's position to its end; overwrites unless its conditions say otherwise. Up to
    /// <see cref="StorageTransferOptions.InitialTransferSize"/> bytes go in one request, more in blocks that are committed at the end.
    /// </summary>
    public Task<Response<BlobContentInfo>> UploadAsync(
        Stream content, BlobUploadOptions? options, CancellationToken cancellationToken = default) =>
        BlobUpload.RunAsync(Blocks(), content, options ?? new BlobUploadOptions(), cancellationToken);

    /// <inheritdoc cref="UploadAsync(Stream, bool, CancellationToken)"/>
    public Task<Response<BlobContentInfo>> UploadAsync(BinaryData content) => UploadAsync(content, overwrite: false);

    /// <inheritdoc cref="UploadAsync(Stream, bool, CancellationToken)"/>
    public Task<Response<BlobContentInfo>> UploadAsync(BinaryData content, CancellationToken cancellationToken) =>
        UploadAsync(content, overwrite: false, cancellationToken);

    /// <inheritdoc cref="UploadAsync(Stream, bool, CancellationToken)"/>
    public Task<Response<BlobContentInfo>> UploadAsync(
        BinaryData content, bool overwrite = false, CancellationToken cancellationToken = default) =>
        UploadAsync(content, Unless(overwrite), cancellationToken);

    /// <inheritdoc cref="UploadAsync(Stream, BlobUploadOptions, CancellationToken)"/>
    public Task<Response<BlobContentInfo>> UploadAsync(
        BinaryData content, BlobUploadOptions? options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return UploadAsync(content.ToStream(), options, cancellationToken);
    }

    private static BlobUploadOptions Unless(bool overwrite) =>
        new() { Conditions = overwrite ? null : new BlobRequestConditions { IfNoneMatch = ETag.All } };

    private BlockBlobClient Blocks() => new(Uri, Pipeline);
}
