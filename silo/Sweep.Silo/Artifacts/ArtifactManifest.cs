using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Sweep.Grains;
using Sweep.Recipes;

namespace Sweep.Silo.Artifacts;

/// <summary>Names and digests of an artifact's files, ordered by name. Its own digest is the artifact's id.</summary>
public sealed record ArtifactManifest
{
    public required IReadOnlyList<ArtifactFile> Files { get; init; }

    [JsonIgnore]
    public ArtifactId Id => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToText()))));

    public string ToText() => CanonicalJson.Serialize(this);

    /// <exception cref="System.Text.Json.JsonException">The text is no manifest.</exception>
    public static ArtifactManifest Parse(string text) => CanonicalJson.Deserialize<ArtifactManifest>(text);
}

/// <summary>One file of an artifact.</summary>
public sealed record ArtifactFile
{
    /// <summary>Relative to the artifact's root, with <c>/</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes.</summary>
    public required long Length { get; init; }

    public required string Sha256 { get; init; }
}
