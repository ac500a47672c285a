using Azure.Core;

namespace Azure.Storage.Blobs;

/// <summary>Retries, transport and diagnostics of Azure.Core, and what is a blob's own.</summary>
public class BlobClientOptions : ClientOptions
{
    private const int DefaultMaxRetries = 5;

    public BlobClientOptions(ServiceVersion version = ServiceVersion.V2021_12_02)
    {
        if (version != ServiceVersion.V2021_12_02)
        {
            throw new NotSupportedException(
                $"The stand-in for Azure.Storage.Blobs speaks version {nameof(ServiceVersion.V2021_12_02)} only, not {version}.");
        }

        Version = version;
        Retry.MaxRetries = DefaultMaxRetries;
    }

    /// <summary>Versions of the service's protocol: <c>x-ms-version</c>.</summary>
    public enum ServiceVersion
    {
        V2021_12_02 = 15,
    }

    public ServiceVersion Version { get; }

    /// <summary>Whether slashes at either end of a blob's name are dropped.</summary>
    public bool TrimBlobNameSlashes { get; set; } = true;
}
