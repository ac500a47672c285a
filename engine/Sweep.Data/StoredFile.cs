using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Data;

/// <summary>A file that may lie on disk compressed.</summary>
public static class StoredFile
{
    /// <param name="path">Plain, or compressed when it ends in <c>.gz</c>.</param>
    /// <returns>The uncompressed content.</returns>
    /// <exception cref="StageFaultException">BadData: it ends in <c>.gz</c> and is no gzip stream.</exception>
    public static byte[] Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            return File.ReadAllBytes(path);
        }

        using var unzipped = new MemoryStream();
        using var file = File.OpenRead(path);
        try
        {
            using var gzip = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            gzip.CopyTo(unzipped);
        }
        catch (InvalidDataException e)
        {
            throw StageFaultException.BadData(
                string.Create(CultureInfo.InvariantCulture, $"{path}, offset {file.Position}: the file must be a gzip stream ({e.Message.TrimEnd('.')})."), e);
        }

        return unzipped.ToArray();
    }

    /// <summary>Reads a file of a registered data set and compares its digest.</summary>
    /// <exception cref="StageFaultException">BadData: other bytes than the registered ones.</exception>
    public static byte[] Read(string path, KnownFile known)
    {
        ArgumentNullException.ThrowIfNull(known);
        var content = Read(path);
        var actual = Convert.ToHexStringLower(SHA256.HashData(content));
        return actual == known.Sha256
            ? content
            : throw StageFaultException.BadData($"{path}: the SHA-256 of the uncompressed file must be {known.Sha256}, but is {actual}.");
    }
}
