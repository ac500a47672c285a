using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using Sweep.Testing.Azure;

namespace Azure.Conformance.Tests.Blobs;

/// <summary>Clients of Azurite, as the tests of this suite need them.</summary>
internal static class Containers
{
    public static StorageSharedKeyCredential SharedKey { get; } = new(AzuriteServer.AccountName, AzuriteServer.AccountKey);

    /// <summary>Retries at once; speaks a version of the protocol that all have.</summary>
    public static BlobClientOptions Quick(HttpPipelineTransport? transport = null, int maxRetries = 3)
    {
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2021_12_02)
        {
            Retry = { Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(2), MaxRetries = maxRetries },
        };
        if (transport is not null)
        {
            options.Transport = transport;
        }

        return options;
    }

    public static async Task<BlobServiceClient> ServiceAsync(HttpPipelineTransport? transport = null, int maxRetries = 3) =>
        new((await AzuriteServer.RunningAsync()).BlobEndpoint, SharedKey, Quick(transport, maxRetries));

    /// <summary>A container of the test's own.</summary>
    public static async Task<BlobContainerClient> NewAsync()
    {
        var container = (await ServiceAsync()).GetBlobContainerClient(AzuriteServer.UniqueName());
        await container.CreateIfNotExistsAsync();
        return container;
    }

    /// <summary>A container of the test's own, and the transport of its client.</summary>
    public static async Task<(BlobContainerClient Container, FaultyTransport Faulty)> FaultyAsync(int maxRetries = 3)
    {
        var faulty = new FaultyTransport();
        var name = (await NewAsync()).Name;
        return ((await ServiceAsync(faulty, maxRetries)).GetBlobContainerClient(name), faulty);
    }

    public static BinaryData Text(string text) => BinaryData.FromString(text);

    public static async Task<string> ReadAsync(BlobClient blob) => (await blob.DownloadContentAsync()).Value.Content.ToString();

    /// <summary>Bytes that differ from place to place, and are the same each time.</summary>
    public static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task<RequestFailedException> RefusedAsync(int status, string errorCode, Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<RequestFailedException>(act);
        Assert.Equal((status, errorCode), (refused.Status, refused.ErrorCode));
        return refused;
    }
}
