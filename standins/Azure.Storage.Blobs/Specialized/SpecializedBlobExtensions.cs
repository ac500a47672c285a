namespace Azure.Storage.Blobs.Specialized;

public static class SpecializedBlobExtensions
{
    /// <summary>The blob as one of blocks; asks nothing of the server.</summary>
    public static BlockBlobClient GetBlockBlobClient(this BlobContainerClient client, string blobName)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.BlockBlob(blobName);
    }
}
