namespace Azure.Storage.Blobs.Models;

public enum BlobType
{
    Block = 0,
    Page = 1,
    Append = 2,
}

public enum DeleteSnapshotsOption
{
    None = 0,
    IncludeSnapshots = 1,
    OnlySnapshots = 2,
}

/// <summary>What a list tells of each blob beside its properties.</summary>
[Flags]
public enum BlobTraits
{
    None = 0,
    Metadata = 2,
}

/// <summary>Which blobs a list has beside the committed.</summary>
[Flags]
public enum BlobStates
{
    None = 0,
    Uncommitted = 2,
}

[Flags]
public enum BlockListTypes
{
    Committed = 1,
    Uncommitted = 2,
    All = Committed | Uncommitted,
}

/// <summary>What a write left behind.</summary>
public class BlobContentInfo
{
    internal BlobContentInfo(ETag eTag, DateTimeOffset lastModified, byte[]? contentHash, string? versionId) =>
        (ETag, LastModified, ContentHash, VersionId) = (eTag, lastModified, contentHash, versionId);

    public ETag ETag { get; }

    public DateTimeOffset LastModified { get; }

    /// <summary>MD5 of the body that was sent.</summary>
    public byte[]? ContentHash { get; }

    public string? VersionId { get; }
}

public class BlobContainerInfo
{
    internal BlobContainerInfo(ETag eTag, DateTimeOffset lastModified) => (ETag, LastModified) = (eTag, lastModified);

    public ETag ETag { get; }

    public DateTimeOffset LastModified { get; }
}

public class BlockInfo
{
    internal BlockInfo(byte[]? contentHash) => ContentHash = contentHash;

    /// <summary>MD5 of the block.</summary>
    public byte[]? ContentHash { get; }
}

public readonly struct BlobBlock : IEquatable<BlobBlock>
{
    internal BlobBlock(string name, long size) => (Name, SizeLong) = (name, size);

    /// <summary>The block's identity, Base64.</summary>
    public string Name { get; }

    /// <summary>Bytes.</summary>
    public long SizeLong { get; }

    /// <inheritdoc cref="SizeLong"/>
    public int Size => checked((int)SizeLong);

    public bool Equals(BlobBlock other) => Name == other.Name && SizeLong == other.SizeLong;

    public override bool Equals(object? obj) => obj is BlobBlock other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Name, SizeLong);
}

/// <summary>A block blob's blocks, in the blob's order.</summary>
public class BlockList
{
    internal BlockList(IEnumerable<BlobBlock> committed, IEnumerable<BlobBlock> uncommitted) =>
        (CommittedBlocks, UncommittedBlocks) = (committed, uncommitted);

    public IEnumerable<BlobBlock> CommittedBlocks { get; }

    public IEnumerable<BlobBlock> UncommittedBlocks { get; }

    public DateTimeOffset LastModified { get; internal set; }

    public ETag ETag { get; internal set; }

    public string? ContentType { get; internal set; }

    public long BlobContentLength { get; internal set; }
}
