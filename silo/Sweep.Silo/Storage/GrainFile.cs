using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orleans.Runtime;
using Sweep.Recipes;

namespace Sweep.Silo.Storage;

/// <summary>
/// A grain state's file: a first line that says whose state it is, its ETag and the digest of the rest, and the state as canonical JSON
/// on the second.
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

    public static byte[] Write<T>(GrainId grain, string etag, T state)
    {
        var text = CanonicalJson.Serialize(state);
        var header = CanonicalJson.Serialize(new Header { Grain = grain.ToString(), ETag = etag, Sha256 = Digest(text) });
        return Encoding.UTF8.GetBytes($"{header}\n{text}\n");
    }

    /// <exception cref="GrainFileDamagedException"/>
    public static (Header Header, T State) Read<T>(string path, byte[] content)
    {
        var header = ReadHeader(path, content);
        var lines = Encoding.UTF8.GetString(content).Split('\n');
        if (lines is not [_, var text, ""])
        {
            throw new GrainFileDamagedException(path, $"a header, a state and nothing more must stand on two lines, but there are {lines.Length - 1}");
        }

        var digest = Digest(text);
        if (digest != header.Sha256)
        {
            throw new GrainFileDamagedException(path, $"the state's SHA-256 must be {header.Sha256}, but is {digest}");
        }

        try
        {
            return (header, CanonicalJson.Deserialize<T>(text));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException or ArgumentException)
        {
            throw new GrainFileDamagedException(path, $"the state must be a {typeof(T).Name} of this version, but {e.Message}");
        }
    }

    /// <exception cref="GrainFileDamagedException"/>
    public static Header ReadHeader(string path, ReadOnlySpan<byte> content)
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

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

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

/// <summary>The state of a grain could not be read or written.</summary>
public sealed class GrainStorageException(string message, Exception inner) : Exception(message, inner);
