namespace Azure.Storage.Blobs.Models;

/// <summary>What the service knows of a blob.</summary>
public class BlobProperties
{
    public DateTimeOffset LastModified { get; internal set; }

    public DateTimeOffset CreatedOn { get; internal set; }

    public IDictionary<string, string> Metadata { get; internal set; } = new Dictionary<string, string>();

    public BlobType BlobType { get; internal set; }

    /// <summary>Bytes.</summary>
    public long ContentLength { get; internal set; }

    public string? ContentType { get; internal set; }

    public ETag ETag { get; internal set; }

    /// <summary>MD5 of the blob; blobs committed from blocks have what their writer said, or none.</summary>
    public byte[]? ContentHash { get; internal set; }

    public string? ContentEncoding { get; internal set; }

    public string? ContentDisposition { get; internal set; }

    public string? ContentLanguage { get; internal set; }

    public string? CacheControl { get; internal set; }
}

/// <summary>What came with a download.</summary>
public class BlobDownloadDetails
{
    public BlobType BlobType { get; internal set; }

    /// <summary>Bytes of this answer: of the range, where one was asked for.</summary>
    public long ContentLength { get; internal set; }

    public string? ContentType { get; internal set; }

    /// <summary>MD5 of this answer, where the service told it.</summary>
    public byte[]? ContentHash { get; internal set; }

    public DateTimeOffset LastModified { get; internal set; }

    public IDictionary<string, string> Metadata { get; internal set; } = new Dictionary<string, string>();

    /// <summary><c>bytes FIRST-LAST/TOTAL</c>; null for a whole blob.</summary>
    public string? ContentRange { get; internal set; }

    public ETag ETag { get; internal set; }

    public string? ContentEncoding { get; internal set; }

    public string? CacheControl { get; internal set; }

    public string? ContentDisposition { get; internal set; }

    public string? ContentLanguage { get; internal set; }

    public DateTimeOffset CreatedOn { get; internal set; }

    /// <summary>MD5 of the whole blob, told with a range.</summary>
    public byte[]? BlobContentHash { get; internal set; }
}

/// <summary>A download that is read as it comes.</summary>
public class BlobDownloadStreamingResult : IDisposable
{
    internal BlobDownloadStreamingResult(BlobDownloadDetails details, Stream content) => (Details, Content) = (details, content);

    public BlobDownloadDetails Details { get; }

    /// <summary>Resumes where the connection breaks, as long as the blob is the same.</summary>
    public Stream Content { get; }

    public void Dispose()
    {
        Content.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A download in memory.</summary>
public class BlobDownloadResult
{
    internal BlobDownloadResult(BlobDownloadDetails details, BinaryData content) => (Details, Content) = (details, content);

    public BlobDownloadDetails Details { get; }

    public BinaryData Content { get; }
}
