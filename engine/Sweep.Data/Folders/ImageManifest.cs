using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Data;

/// <summary>
/// <c>sweep-manifest.jsonl</c> beside <c>train</c> and <c>val</c>: one line a photograph, in the order of the index, with its size and
/// SHA-256. The SHA-256 of the manifest itself names all bytes of the folder, and is what a sweep file may pin.
/// </summary>
public static class ImageManifest
{
    public const string FileName = "sweep-manifest.jsonl";

    public static string PathIn(string root) => Path.Combine(root, FileName);

    /// <returns>The manifest's digest, lower-case hexadecimal; null when there is no manifest.</returns>
    public static string? DigestOf(string root)
    {
        if (!File.Exists(PathIn(root)))
        {
            return null;
        }

        using var file = File.OpenRead(PathIn(root));
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Hashes every photograph, on all processors.</summary>
    /// <param name="progress">How many are done.</param>
    public static IReadOnlyList<ManifestEntry> Hash(ImageFolderIndex index, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(index);
        var entries = new ManifestEntry[index.Training.Count + index.Test.Count];
        var done = 0;
        try
        {
            Parallel.For(0, entries.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                entries[i] = i < index.Training.Count ? Entry(index, index.Training, i) : Entry(index, index.Test, i - index.Training.Count);
                progress?.Report(Interlocked.Increment(ref done));
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]); // the first unreadable file is reason enough
        }

        return entries;
    }

    /// <summary>Writes it whole or not at all.</summary>
    /// <returns>Its digest.</returns>
    public static string Write(string root, IReadOnlyList<ManifestEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var part = PathIn(root) + ".part";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var file = File.Create(part))
        {
            foreach (var entry in entries)
            {
                var line = Encoding.UTF8.GetBytes(CanonicalJson.Serialize(entry) + "\n");
                hash.AppendData(line);
                file.Write(line);
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(part, PathIn(root), overwrite: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <exception cref="StageFaultException">BadData: a line is no entry.</exception>
    public static IEnumerable<ManifestEntry> Read(string root)
    {
        var number = 0;
        foreach (var line in File.ReadLines(PathIn(root)))
        {
            number++;
            yield return Parse(root, number, line);
        }
    }

    /// <summary>What the engine checks each time: the manifest is the pinned one, and every photograph has the size it says.</summary>
    /// <param name="index">Read with sizes.</param>
    /// <param name="digest">The pinned one.</param>
    /// <exception cref="StageFaultException">BadData.</exception>
    public static void CheckSizes(ImageFolderIndex index, string digest)
    {
        ArgumentNullException.ThrowIfNull(index);
        var actual = DigestOf(index.Root) ?? throw StageFaultException.BadData(
            $"{index.Root}: a pinned folder must have its manifest {FileName}, but there is none. 'sweep data verify {index.Root}' writes it.");
        if (actual != digest)
        {
            throw StageFaultException.BadData($"{PathIn(index.Root)}: the SHA-256 of the manifest must be the pinned {digest}, but is {actual}.");
        }

        using var entries = Read(index.Root).GetEnumerator();
        foreach (var (split, i) in new[] { index.Training, index.Test }.SelectMany(split => Enumerable.Range(0, split.Count).Select(i => (split, i))))
        {
            var path = index.RelativePathOf(split, i);
            var bytes = split.Sizes![i];
            if (!entries.MoveNext())
            {
                throw StageFaultException.BadData($"{index.Root}: every photograph must be in the manifest, but '{path}' is not.");
            }

            if (entries.Current.Path != path || entries.Current.Bytes != bytes)
            {
                throw StageFaultException.BadData(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{index.Root}: the folder must hold what the manifest says, next '{entries.Current.Path}' of {entries.Current.Bytes} bytes, but holds '{path}' of {bytes}."));
            }
        }

        if (entries.MoveNext())
        {
            throw StageFaultException.BadData($"{index.Root}: the folder must hold what the manifest says, but '{entries.Current.Path}' is missing.");
        }
    }

    /// <returns>What differs, in the order of the manifest; what was added comes last.</returns>
    public static IReadOnlyList<ManifestDifference> Compare(IEnumerable<ManifestEntry> expected, IReadOnlyList<ManifestEntry> actual)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        var left = actual.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        List<ManifestDifference> differences = [];
        foreach (var entry in expected)
        {
            if (!left.Remove(entry.Path, out var found))
            {
                differences.Add(new(entry.Path, ManifestDifferenceKind.Missing));
            }
            else if (found != entry)
            {
                differences.Add(new(entry.Path, ManifestDifferenceKind.Changed));
            }
        }

        differences.AddRange(left.Keys.Order(StringComparer.Ordinal).Select(path => new ManifestDifference(path, ManifestDifferenceKind.Added)));
        return differences;
    }

    private static ManifestEntry Entry(ImageFolderIndex index, ImageFolderSplit split, int position)
    {
        using var file = File.OpenRead(index.PathOf(split, position));
        return new ManifestEntry
        {
            Path = index.RelativePathOf(split, position),
            Bytes = file.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(file)),
        };
    }

    private static ManifestEntry Parse(string root, int number, string line)
    {
        try
        {
            return CanonicalJson.Deserialize<ManifestEntry>(line);
        }
        catch (JsonException e)
        {
            throw StageFaultException.BadData(
                string.Create(CultureInfo.InvariantCulture, $"{PathIn(root)}, line {number}: a line must be an entry with path, bytes and sha256 ({e.Message})."), e);
        }
    }
}
