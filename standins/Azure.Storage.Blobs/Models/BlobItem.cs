namespace Azure.Storage.Blobs.Models;

/// <summary>A blob of a list.</summary>
public class BlobItem
{
    internal BlobItem(string name, BlobItemProperties properties, IDictionary<string, string> metadata) =>
        (Name, Properties, Metadata) = (name, properties, metadata);

    public string Name { get; }

    public BlobItemProperties Properties { get; }

    /// <summary>Empty unless asked for.</summary>
    public IDictionary<string, string> Metadata { get; }
}

/// <summary>What a list tells of a blob.</summary>
public class BlobItemProperties
{
    internal BlobItemProperties()
    {
    }

    public DateTimeOffset? LastModified { get; internal init; }

    public DateTimeOffset? CreatedOn { get; internal init; }

    /// <summary>Bytes.</summary>
    public long? ContentLength { get; internal init; }

    public string? ContentType { get; internal init; }

    public string? ContentEncoding { get; internal init; }

    public string? ContentLanguage { get; internal init; }

    public byte[]? ContentHash { get; internal init; }

    public string? ContentDisposition { get; internal init; }

    public string? CacheControl { get; internal init; }

    public BlobType? BlobType { get; internal init; }

    public ETag? ETag { get; internal init; }
}
