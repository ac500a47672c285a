using Azure.Core;
using Azure.Storage.Blobs.Protocol;

namespace Azure.Storage.Blobs;

/// <summary>An account's blobs. Clients hold no connection: make them as you like, or keep them.</summary>
public class BlobServiceClient
{
    private readonly BlobPipeline _pipeline;

    /// <exception cref="FormatException">The connection string is malformed; the message names the setting.</exception>
    public BlobServiceClient(string connectionString)
        : this(connectionString, null)
    {
    }

    /// <inheritdoc cref="BlobServiceClient(string)"/>
    public BlobServiceClient(string connectionString, BlobClientOptions? options) =>
        (Uri, _pipeline) = BlobPipeline.Of(connectionString, options);

    /// <summary>Anonymous, or with a shared access signature in the address.</summary>
    public BlobServiceClient(Uri serviceUri, BlobClientOptions? options = null)
        : this(serviceUri, BlobPipeline.Anonymous(options))
    {
    }

    public BlobServiceClient(Uri serviceUri, StorageSharedKeyCredential credential, BlobClientOptions? options = null)
        : this(serviceUri, BlobPipeline.Of(credential, options))
    {
    }

    public BlobServiceClient(Uri serviceUri, AzureSasCredential credential, BlobClientOptions? options = null)
        : this(serviceUri, BlobPipeline.Of(credential, options))
    {
    }

    /// <exception cref="ArgumentException">The address is not https.</exception>
    public BlobServiceClient(Uri serviceUri, TokenCredential credential, BlobClientOptions? options = null)
        : this(serviceUri, BlobPipeline.Of(serviceUri, credential, options))
    {
    }

    private BlobServiceClient(Uri serviceUri, BlobPipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(serviceUri);
        (Uri, _pipeline) = (serviceUri, pipeline);
    }

    public Uri Uri { get; }

    public string AccountName => _pipeline.SharedKey?.AccountName ?? BlobAddress.Of(Uri).Account;

    /// <summary>Asks nothing of the server.</summary>
    public BlobContainerClient GetBlobContainerClient(string blobContainerName)
    {
        ArgumentException.ThrowIfNullOrEmpty(blobContainerName);
        return new(BlobAddress.Append(Uri, blobContainerName), _pipeline);
    }
}
