using System.Security.Cryptography;
using System.Text;
using Sweep.Recipes;

namespace Sweep.Models.Formats;

/// <summary>A folder that appears whole or not at all: written beside its place, then renamed.</summary>
public static class AtomicFolder
{
    /// <param name="path">Absent or an empty folder; a folder left by an earlier attempt is replaced.</param>
    /// <param name="write">Gets the temporary folder.</param>
    public static void Write(string path, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var temporary = target + ".partial";
        DeleteIfThere(temporary);
        Directory.CreateDirectory(temporary);
        write(temporary);
        DeleteIfThere(target);
        Directory.Move(temporary, target);
    }

    /// <summary>Writes indented canonical JSON and flushes it to the disk.</summary>
    public static void WriteJson<T>(string path, T value)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(Encoding.UTF8.GetBytes(CanonicalJson.SerializeIndented(value) + "\n"));
        file.Flush(flushToDisk: true);
    }

    /// <returns>SHA-256 of a file, lower-case hexadecimal.</returns>
    public static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static void DeleteIfThere(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
