using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Data;

/// <summary>
/// Fetches a registered data set from its owner. Everything is made in a folder of its own beside the target and moved when all of
/// it is verified, so that a data set is either there or not; stopped anywhere, the same call goes on.
/// </summary>
/// <param name="http">Its own time limit covers no more than an answer's head.</param>
public sealed class DataSetDownload(HttpClient http, TimeProvider time)
{
    /// <summary>How long nothing may come before an address counts as broken.</summary>
    public static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);

    /// <param name="root">The folder of data sets; a folder of the data set's name is made in it.</param>
    /// <returns>The folder that holds the files.</returns>
    /// <exception cref="DataSetUnavailableException">No address gave a file.</exception>
    /// <exception cref="StageFaultException">BadData: what came has the registered digest, but not the registered files.</exception>
    public async Task<string> Get(KnownData data, string root, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        var target = Path.Combine(root, data.Name);
        var work = Path.Combine(root, $".{data.Name}.part");
        var files = Path.Combine(work, "files");
        Directory.CreateDirectory(work);
        List<string> fetched = [];
        foreach (var download in data.Downloads)
        {
            fetched.Add(await new FileDownload(http, download, work, time, Stall).Run(progress, cancellationToken));
        }

        if (Directory.Exists(files))
        {
            Directory.Delete(files, recursive: true);
        }

        Directory.CreateDirectory(files);
        if (data.ArchiveFolder is null)
        {
            foreach (var (path, known) in fetched.Zip(data.Files))
            {
                StoredFile.Read(path, known);
                File.Copy(path, Path.Combine(files, Path.GetFileName(path)));
            }
        }
        else
        {
            Unpack(fetched[0], data, files, cancellationToken);
        }

        Place(files, target);
        Directory.Delete(work, recursive: true);
        return target;
    }

    /// <summary>Takes the registered files out of the archive, and nothing else: whatever else it names is not written anywhere.</summary>
    private static void Unpack(string archive, KnownData data, string folder, CancellationToken cancellationToken)
    {
        var wanted = data.Files.ToDictionary(file => $"{data.ArchiveFolder}/{file.Name}", StringComparer.Ordinal);
        using var gzip = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        while (tar.GetNextEntry() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry is { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, DataStream: not null } && wanted.Remove(Inside(entry.Name), out var file))
            {
                Write(entry.DataStream, archive, file, Path.Combine(folder, file.Name));
            }
        }

        if (wanted.Count > 0)
        {
            throw StageFaultException.BadData($"{archive}: the archive must hold {string.Join(", ", wanted.Keys)}, but does not.");
        }
    }

    /// <summary>Some archives write every name with <c>./</c> before it.</summary>
    private static string Inside(string name) => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;

    private static void Write(Stream content, string archive, KnownFile file, string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var output = File.Create(path);
        var buffer = new byte[1 << 17];
        while (content.Read(buffer) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            output.Write(buffer, 0, read);
        }

        output.Flush(flushToDisk: true);
        var actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (actual != file.Sha256)
        {
            throw StageFaultException.BadData($"{archive}: the SHA-256 of its '{file.Name}' must be {file.Sha256}, but is {actual}.");
        }
    }

    private static void Place(string files, string target)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(files, target);
            return;
        }

        // Something of it is there already, damaged: each file is replaced as a whole.
        foreach (var file in Directory.EnumerateFiles(files))
        {
            File.Move(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }
    }
}
