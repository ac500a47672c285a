namespace Sweep.Data;

/// <summary>One line of a manifest.</summary>
public sealed record ManifestEntry
{
    /// <summary>Relative to the folder, with slashes.</summary>
    public required string Path { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>A photograph that is not what the manifest says.</summary>
/// <param name="Path">Relative to the folder, with slashes.</param>
public sealed record ManifestDifference(string Path, ManifestDifferenceKind Kind);

public enum ManifestDifferenceKind
{
    /// <summary>In the manifest, not in the folder.</summary>
    Missing,

    /// <summary>In the folder, not in the manifest.</summary>
    Added,

    /// <summary>Other bytes.</summary>
    Changed,
}
