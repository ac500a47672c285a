namespace Azure.Storage.Blobs.Models;

/// <summary>What must hold of a blob for a request to be executed.</summary>
public class BlobRequestConditions : BlobLeaseRequestConditions
{
    /// <summary>The lease that guards the blob.</summary>
    public string? LeaseId { get; set; }
}

/// <inheritdoc cref="BlobRequestConditions"/>
public class BlobLeaseRequestConditions : RequestConditions
{
    /// <summary>An expression over the blob's tags.</summary>
    public string? TagConditions { get; set; }
}

/// <summary>The headers with which a blob is served.</summary>
public class BlobHttpHeaders
{
    public string? ContentType { get; set; }

    /// <summary>MD5 of the whole blob: kept, not checked.</summary>
    public byte[]? ContentHash { get; set; }

    public string? ContentEncoding { get; set; }

    public string? ContentLanguage { get; set; }

    public string? ContentDisposition { get; set; }

    public string? CacheControl { get; set; }
}

public class BlobUploadOptions
{
    public BlobHttpHeaders? HttpHeaders { get; set; }

    public IDictionary<string, string>? Metadata { get; set; }

    public BlobRequestConditions? Conditions { get; set; }

    public StorageTransferOptions TransferOptions { get; set; }
}

public class BlobDownloadOptions
{
    public HttpRange Range { get; set; }

    public BlobRequestConditions? Conditions { get; set; }
}

public class CommitBlockListOptions
{
    public BlobHttpHeaders? HttpHeaders { get; set; }

    public IDictionary<string, string>? Metadata { get; set; }

    public BlobRequestConditions? Conditions { get; set; }
}

public class BlockBlobStageBlockOptions
{
    /// <summary>A lease only: a block that is not committed has no tag to match.</summary>
    public BlobRequestConditions? Conditions { get; set; }
}

public class GetBlobsOptions
{
    public BlobTraits Traits { get; set; }

    public BlobStates States { get; set; }

    /// <summary>Only names that begin so.</summary>
    public string? Prefix { get; set; }
}
