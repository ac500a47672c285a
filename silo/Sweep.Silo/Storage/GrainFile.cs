using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orleans.Runtime;
using Sweep.Recipes;

namespace Sweep.Silo.Storage;

/// <summary>
/// A grain state's own file, as versions before the journal wrote it: a first line that says whose state it is, its ETag and the digest of the
/// rest, and the state as canonical JSON on the second.
/// </summary>
internal static class GrainFile
{
    private const int LongestReadableKey = 100;

    public sealed record Header
    {
        public required string Grain { get; init; }

        public required string ETag { get; init; }

        /// <summary>Of the state's line, without its line break.</summary>
        public required string Sha256 { get; init; }
    }

    /// <summary>
    /// Folder of the state name, folder of the grain type, file of the key. Anything but lower-case letters, digits and <c>-_</c> is
    /// escaped, so two keys never share a file, not even where file names have no case.
    /// </summary>
    public static string PathOf(string root, string stateName, GrainId grain) =>
        Path.Combine(root, Escape(stateName), Escape(grain.Type.ToString()!), Escape(grain.Key.ToString()!) + ".json");

    /// <returns>Whose state it is, and the state as JSON.</returns>
    /// <exception cref="GrainFileDamagedException"/>
    public static (GrainId Grain, string State) Read(string path, byte[] content)
    {
        var header = ReadHeader(path, content);
        var lines = Encoding.UTF8.GetString(content).Split('\n');
        if (lines is not [_, var text, ""])
        {
            throw new GrainFileDamagedException(path, $"a header, a state and nothing more must stand on two lines, but there are {lines.Length - 1}");
        }

        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        if (digest != header.Sha256)
        {
            throw new GrainFileDamagedException(path, $"the state's SHA-256 must be {header.Sha256}, but is {digest}");
        }

        return GrainId.TryParse(header.Grain, out var grain)
            ? (grain, text)
            : throw new GrainFileDamagedException(path, $"its grain must be TYPE/KEY, but is '{header.Grain}'");
    }

    private static Header ReadHeader(string path, ReadOnlySpan<byte> content)
    {
        var end = content.IndexOf((byte)'\n');
        try
        {
            return CanonicalJson.Deserialize<Header>(Encoding.UTF8.GetString(end < 0 ? content : content[..end]));
        }
        catch (JsonException e)
        {
            throw new GrainFileDamagedException(path, $"the first line must be a header, but {e.Message}");
        }
    }

    private static string Escape(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var escaped = new StringBuilder(bytes.Length);
        foreach (var b in bytes)
        {
            var c = (char)b;
            _ = char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' ? escaped.Append(c) : escaped.Append('%').Append(b.ToString("X2"));
        }

        return escaped.Length switch
        {
            0 => "%",
            <= LongestReadableKey => escaped.ToString(),
            _ => $"{escaped.ToString(0, LongestReadableKey)}%{Convert.ToHexStringLower(SHA256.HashData(bytes))}",
        };
    }
}

/// <summary>A grain's file is not what was written.</summary>
public sealed class GrainFileDamagedException(string path, string rule) : Exception(
    $"Grain state '{path}' is damaged: {rule}. Put back a copy of the file, or remove it to lose this one state and have it computed again.");
