namespace Azure.Storage;

/// <summary>How an upload is cut into blocks. (Azure.Storage.Common's, which the package brings along.)</summary>
public struct StorageTransferOptions : IEquatable<StorageTransferOptions>
{
    /// <summary>Bytes of one block; null: 4 MiB, 8 MiB from 100 MiB on.</summary>
    public long? MaximumTransferSize { get; set; }

    /// <summary>Blocks under way at once; null: two a processor, 8 to 32. So many blocks are held in memory.</summary>
    public int? MaximumConcurrency { get; set; }

    /// <summary>Up to this many bytes go in one request; null: 256 MiB.</summary>
    public long? InitialTransferSize { get; set; }

    public readonly bool Equals(StorageTransferOptions obj) =>
        (MaximumTransferSize, MaximumConcurrency, InitialTransferSize)
        == (obj.MaximumTransferSize, obj.MaximumConcurrency, obj.InitialTransferSize);

    public override readonly bool Equals(object? obj) => obj is StorageTransferOptions other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(MaximumTransferSize, MaximumConcurrency, InitialTransferSize);

    public static bool operator ==(StorageTransferOptions left, StorageTransferOptions right) => left.Equals(right);

    public static bool operator !=(StorageTransferOptions left, StorageTransferOptions right) => !left.Equals(right);
}
