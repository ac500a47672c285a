using Azure.Core;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Protocol;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Blobs.Transfers;

namespace Azure.Storage.Blobs;

/// <summary>A container of blobs.</summary>
public class BlobContainerClient
{
    private readonly BlobPipeline _pipeline;

    /// <inheritdoc cref="BlobServiceClient(string)"/>
    public BlobContainerClient(string connectionString, string blobContainerName)
        : this(connectionString, blobContainerName, null)
    {
    }

    /// <inheritdoc cref="BlobServiceClient(string)"/>
    public BlobContainerClient(string connectionString, string blobContainerName, BlobClientOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(blobContainerName);
        (var endpoint, _pipeline) = BlobPipeline.Of(connectionString, options);
        Uri = BlobAddress.Append(endpoint, blobContainerName);
    }

    /// <inheritdoc cref="BlobServiceClient(Uri, BlobClientOptions)"/>
    public BlobContainerClient(Uri blobContainerUri, BlobClientOptions? options = null)
        : this(blobContainerUri, BlobPipeline.Anonymous(options))
    {
    }

    public BlobContainerClient(Uri blobContainerUri, StorageSharedKeyCredential credential, BlobClientOptions? options = null)
        : this(blobContainerUri, BlobPipeline.Of(credential, options))
    {
    }

    public BlobContainerClient(Uri blobContainerUri, AzureSasCredential credential, BlobClientOptions? options = null)
        : this(blobContainerUri, BlobPipeline.Of(credential, options))
    {
    }

    /// <inheritdoc cref="BlobServiceClient(Uri, TokenCredential, BlobClientOptions)"/>
    public BlobContainerClient(Uri blobContainerUri, TokenCredential credential, BlobClientOptions? options = null)
        : this(blobContainerUri, BlobPipeline.Of(blobContainerUri, credential, options))
    {
    }

    internal BlobContainerClient(Uri blobContainerUri, BlobPipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(blobContainerUri);
        (Uri, _pipeline) = (blobContainerUri, pipeline);
    }

    public Uri Uri { get; }

    public string AccountName => _pipeline.SharedKey?.AccountName ?? BlobAddress.Of(Uri).Account;

    public string Name => BlobAddress.Of(Uri).Container;

    /// <summary>Asks nothing of the server.</summary>
    public BlobClient GetBlobClient(string blobName) => new(AddressOf(blobName), _pipeline);

    /// <returns>Null where the container was there already.</returns>
    public async Task<Response<BlobContainerInfo>?> CreateIfNotExistsAsync(
        PublicAccessType publicAccessType = PublicAccessType.None,
        IDictionary<string, string>? metadata = null,
        BlobContainerEncryptionScopeOptions? encryptionScopeOptions = null,
        CancellationToken cancellationToken = default)
    {
        using var message = CreateMessage(publicAccessType, metadata, encryptionScopeOptions);
        var response = await _pipeline.SendAsync(message, cancellationToken, 201, 409).ConfigureAwait(false);
        return response.Status == 201 ? Created(response)
            : response.Text("x-ms-error-code") == BlobErrorCode.ContainerAlreadyExists ? null
            : throw new RequestFailedException(response);
    }

    /// <exception cref="RequestFailedException">409 ContainerAlreadyExists.</exception>
    public async Task<Response<BlobContainerInfo>> CreateAsync(
        PublicAccessType publicAccessType = PublicAccessType.None,
        IDictionary<string, string>? metadata = null,
        BlobContainerEncryptionScopeOptions? encryptionScopeOptions = null,
        CancellationToken cancellationToken = default)
    {
        using var message = CreateMessage(publicAccessType, metadata, encryptionScopeOptions);
        return Created(await _pipeline.SendAsync(message, cancellationToken, 201).ConfigureAwait(false));
    }

    public async Task<Response<bool>> ExistsAsync(CancellationToken cancellationToken = default)
    {
        using var message = _pipeline.Message(RequestMethod.Get, Uri, ("restype", "container"));
        var response = await _pipeline.SendAsync(message, cancellationToken, 200, 404).ConfigureAwait(false);
        return IfThere(response, BlobErrorCode.ContainerNotFound);
    }

    /// <summary>The service answers at once and deletes later; for some seconds the name cannot be created anew.</summary>
    public async Task<Response<bool>> DeleteIfExistsAsync(
        BlobRequestConditions? conditions = null, CancellationToken cancellationToken = default)
    {
        using var message = _pipeline.Message(RequestMethod.Delete, Uri, ("restype", "container"));
        message.Request.Add(conditions);
        var response = await _pipeline.SendAsync(message, cancellationToken, 202, 404).ConfigureAwait(false);
        return IfThere(response, BlobErrorCode.ContainerNotFound);
    }

    /// <summary>In the order of their names, page by page.</summary>
    public AsyncPageable<BlobItem> GetBlobsAsync(GetBlobsOptions? options = null, CancellationToken cancellationToken = default) =>
        new BlobPages(_pipeline, Uri, options ?? new GetBlobsOptions(), cancellationToken);

    /// <inheritdoc cref="GetBlobsAsync(GetBlobsOptions, CancellationToken)"/>
    public AsyncPageable<BlobItem> GetBlobsAsync(
        BlobTraits traits, BlobStates states, string? prefix, CancellationToken cancellationToken) =>
        GetBlobsAsync(new GetBlobsOptions { Traits = traits, States = states, Prefix = prefix }, cancellationToken);

    /// <exception cref="RequestFailedException">409 BlobAlreadyExists.</exception>
    public Task<Response<BlobContentInfo>> UploadBlobAsync(
        string blobName, Stream content, CancellationToken cancellationToken = default) =>
        GetBlobClient(blobName).UploadAsync(content, overwrite: false, cancellationToken);

    /// <inheritdoc cref="UploadBlobAsync(string, Stream, CancellationToken)"/>
    public Task<Response<BlobContentInfo>> UploadBlobAsync(
        string blobName, BinaryData content, CancellationToken cancellationToken = default) =>
        GetBlobClient(blobName).UploadAsync(content, overwrite: false, cancellationToken);

    public Task<Response> DeleteBlobAsync(
        string blobName,
        DeleteSnapshotsOption snapshotsOption = DeleteSnapshotsOption.None,
        BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default) =>
        GetBlobClient(blobName).DeleteAsync(snapshotsOption, conditions, cancellationToken);

    public Task<Response<bool>> DeleteBlobIfExistsAsync(
        string blobName,
        DeleteSnapshotsOption snapshotsOption = DeleteSnapshotsOption.None,
        BlobRequestConditions? conditions = null,
        CancellationToken cancellationToken = default) =>
        GetBlobClient(blobName).DeleteIfExistsAsync(snapshotsOption, conditions, cancellationToken);

    internal BlockBlobClient BlockBlob(string blobName) => new(AddressOf(blobName), _pipeline);

    private static Response<BlobContainerInfo> Created(Response response) =>
        Response.FromValue(new BlobContainerInfo(response.Tag(), response.Time("Last-Modified")), response);

    private static Response<bool> IfThere(Response response, BlobErrorCode absent) =>
        response.Status != 404 ? Response.FromValue(true, response)
        : response.Text("x-ms-error-code") == absent ? Response.FromValue(false, response)
        : throw new RequestFailedException(response);

    private HttpMessage CreateMessage(
        PublicAccessType publicAccessType,
        IDictionary<string, string>? metadata,
        BlobContainerEncryptionScopeOptions? encryptionScopeOptions)
    {
        if (publicAccessType != PublicAccessType.None || encryptionScopeOptions is not null)
        {
            throw new NotSupportedException(
                "The stand-in for Azure.Storage.Blobs creates private containers without encryption scopes only.");
        }

        var message = _pipeline.Message(RequestMethod.Put, Uri, ("restype", "container"));
        message.Request.Add(metadata);
        return message;
    }

    private Uri AddressOf(string blobName)
    {
        ArgumentException.ThrowIfNullOrEmpty(blobName);
        return BlobAddress.Append(Uri, _pipeline.TrimBlobNameSlashes ? blobName.Trim('/') : blobName);
    }
}
