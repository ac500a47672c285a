using Sweep.Silo.Files;

namespace Sweep.Silo.Artifacts;

/// <summary>
/// Names and digests of an artifact's files become paths below a folder and names of blobs, so a manifest that names something else is
/// refused: by whoever writes it, and by whoever reads it, because a store's medium may be written by others.
/// </summary>
internal static class ArtifactNames
{
    private const int Longest = 512;
    private const int DigestLength = 64;

    public const string Rule =
        "a file's name in an artifact must be folders and a name joined by '/', without '.', '..', backslashes, colons, control characters, "
        + "empty parts or a leading '/', at most 512 characters";

    /// <summary>Whether a name stays in its artifact's folder on every system.</summary>
    public static bool Fits(string name) =>
        name.Length <= Longest
        && !name.Any(c => char.IsControl(c) || c is '\\' or ':')
        && name.Split('/').All(part => part.Length > 0 && part is not "." and not "..");

    /// <summary>Checks what was read from a store.</summary>
    /// <param name="where">Path or blob of the manifest, for the message.</param>
    /// <exception cref="DamagedArtifactException">A name, length or digest breaks the rule.</exception>
    public static ArtifactManifest Checked(ArtifactManifest manifest, string where)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in manifest.Files)
        {
            if (!Fits(file.Name))
            {
                throw new DamagedArtifactException($"In manifest '{where}' {Rule}, but there is '{Printable(file.Name)}'.");
            }

            if (!seen.Add(file.Name))
            {
                throw new DamagedArtifactException($"Manifest '{where}' must name each file once, but names '{file.Name}' again.");
            }

            if (file.Length < 0 || file.Sha256.Length != DigestLength || file.Sha256.Any(c => !char.IsAsciiHexDigitLower(c)))
            {
                throw new DamagedArtifactException(
                    $"Manifest '{where}' must give '{file.Name}' a length of at least 0 and a SHA-256 of {DigestLength} lower-case hexadecimal digits, "
                    + $"but gives {file.Length} and '{Printable(file.Sha256)}'.");
            }
        }

        return manifest;
    }

    private static string Printable(string name) => new([.. name.Take(Longest).Select(c => char.IsControl(c) ? '\uFFFD' : c)]);
}
