using System.Buffers.Binary;
using System.Globalization;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Data;

/// <summary>Tells what data sets this machine has.</summary>
public static class DataSetInspection
{
    /// <summary>By names and sizes alone: quick.</summary>
    /// <param name="searched">What <see cref="DataSetFolder.SearchedIn(IReadOnlyList{string})"/> gave.</param>
    public static DataSetReport Look(KnownData data, IReadOnlyList<string> searched) => Inspect(data, searched, SizeFault);

    /// <summary>By the digest of every file.</summary>
    /// <param name="searched">What <see cref="DataSetFolder.SearchedIn(IReadOnlyList{string})"/> gave.</param>
    public static DataSetReport Verify(KnownData data, IReadOnlyList<string> searched) => Inspect(data, searched, DigestFault);

    /// <summary>Every folder of photographs in the searched ones.</summary>
    public static IReadOnlyList<DataSetReport> Folders(IReadOnlyList<string> searched)
    {
        ArgumentNullException.ThrowIfNull(searched);
        return
        [
            .. searched.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Where(DataSetFolder.HoldsPhotographs)
                .Order(StringComparer.Ordinal).DistinctBy(Path.GetFileName).Select(Look),
        ];
    }

    /// <summary>A folder of photographs, by its names and, where it has a manifest, their number and sizes.</summary>
    public static DataSetReport Look(string root)
    {
        var empty = new DataSetReport
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(root)),
            Format = "folder",
            Classes = 0,
            TrainingImages = 0,
            TestImages = 0,
            State = DataSetState.Complete,
            Folder = root,
        };
        try
        {
            var digest = ImageManifest.DigestOf(root);
            var index = ImageFolderIndex.Read(root, withSizes: digest is not null);
            var counted = empty with { Classes = index.Classes.Count, TrainingImages = index.Training.Count, TestImages = index.Test.Count };
            if (digest is null)
            {
                return counted;
            }

            var sized = counted with { Bytes = index.Training.Sizes!.Sum() + index.Test.Sizes!.Sum() };
            try
            {
                ImageManifest.CheckSizes(index, digest);
                return sized;
            }
            catch (StageFaultException e)
            {
                return sized with { State = DataSetState.Damaged, Fault = e.Message };
            }
        }
        catch (StageFaultException e)
        {
            return empty with { State = DataSetState.Damaged, Fault = e.Message };
        }
    }

    private static DataSetReport Inspect(KnownData data, IReadOnlyList<string> searched, Func<string, KnownFile, string?> fault)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(searched);
        var report = new DataSetReport
        {
            Name = data.Name,
            Format = data.Format.ToString().ToLowerInvariant(),
            Classes = data.Classes,
            TrainingImages = data.TrainingImages,
            TestImages = data.TestImages,
            Bytes = data.Files.Sum(file => file.Bytes),
            State = DataSetState.Missing,
        };
        if (DataSetFolder.TryFind(data, searched) is { } paths)
        {
            var found = paths.Zip(data.Files, fault).FirstOrDefault(reason => reason is not null);
            return report with { Folder = Path.GetDirectoryName(paths[0]), State = found is null ? DataSetState.Complete : DataSetState.Damaged, Fault = found };
        }

        return DataSetFolder.FindPart(data, searched) is { } part
            ? report with { Folder = part.Folder, State = DataSetState.Damaged, Fault = $"{Path.Combine(part.Folder, part.Missing)} is missing." }
            : report;
    }

    private static string? SizeFault(string path, KnownFile file)
    {
        var bytes = path.EndsWith(".gz", StringComparison.Ordinal) ? UncompressedBytes(path) : new FileInfo(path).Length;
        return bytes == file.Bytes
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{path}: the uncompressed file must have {file.Bytes} bytes, but has {bytes}.");
    }

    /// <summary>The last four bytes of a gzip file tell, modulo 2^32 (RFC 1952, ISIZE): enough for files of this size.</summary>
    private static long UncompressedBytes(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> size = stackalloc byte[4];
        var length = RandomAccess.GetLength(file);
        return length >= 18 && RandomAccess.Read(file, size, length - 4) == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(size) : 0;
    }

    private static string? DigestFault(string path, KnownFile file)
    {
        try
        {
            StoredFile.Read(path, file);
            return null;
        }
        catch (StageFaultException e)
        {
            return e.Message;
        }
    }
}
