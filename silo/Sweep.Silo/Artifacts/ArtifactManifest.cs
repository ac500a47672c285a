using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sweep.Grains;
using Sweep.Recipes;

namespace Sweep.Silo.Artifacts;

/// <summary>Names and digests of an artifact's files, ordered by name. Its own digest is the artifact's id.</summary>
public sealed record ArtifactManifest
{
    private const int DigestDigits = 64;
    private const int LongestName = 1024;

    public required IReadOnlyList<ArtifactFile> Files { get; init; }

    [JsonIgnore]
    public ArtifactId Id => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToText()))));

    public string ToText() => CanonicalJson.Serialize(this);

    /// <summary>A manifest's names become paths: whoever wrote it may write in the artifact's folder, and nowhere else.</summary>
    /// <exception cref="JsonException">The text is no manifest, or names a file that is not below the artifact's root.</exception>
    public static ArtifactManifest Parse(string text)
    {
        var manifest = CanonicalJson.Deserialize<ArtifactManifest>(text);
        if (manifest.Files is null)
        {
            throw new JsonException("A manifest must have files, but they are null.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in manifest.Files)
        {
            if (file is not { Name: { } name, Length: >= 0, Sha256: { Length: DigestDigits } digest } || !digest.All(char.IsAsciiHexDigitLower))
            {
                throw new JsonException("A manifest's file must have a name, a length of at least 0 and a SHA-256, but one has not.");
            }

            if (name.Length > LongestName || name.Split('/').Any(part => part is "" or "." or "..") || name.Any(c => c is '\\' or ':' || char.IsControl(c)) || !names.Add(name))
            {
                throw new JsonException($"A manifest's file must have a name of its own below the artifact's root, but one is '{VisibleText.OfLine(name)}'.");
            }
        }

        return manifest;
    }
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
