using System.Security.Cryptography;

namespace Sweep.Silo.Artifacts;

/// <summary>The files of a folder on their way into a store or out of it.</summary>
internal static class LocalFiles
{
    /// <summary>Bytes read or written at once.</summary>
    public const int BufferBytes = 1 << 17;

    /// <summary>What a folder's files are called in an artifact, ordered by name.</summary>
    /// <param name="under">Folder inside the artifact that receives them; null for its root.</param>
    /// <exception cref="IOException">The folder is not there, or a name cannot be one in an artifact.</exception>
    public static IEnumerable<(string Name, string Path)> Of(string folder, string? under) => Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(path => (Name: Name(folder, under, path), path))
        .OrderBy(file => file.Name, StringComparer.Ordinal);

    /// <summary>Names, lengths and digests of a folder's files.</summary>
    public static async Task<(ArtifactManifest Manifest, IReadOnlyDictionary<string, string> Paths)> Describe(
        string folder, string? under, CancellationToken cancellationToken)
    {
        var files = new List<ArtifactFile>();
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, path) in Of(folder, under))
        {
            await using var input = OpenRead(path);
            files.Add(await Copy(input, Stream.Null, name, cancellationToken));
            paths.Add(name, path);
        }

        return (new ArtifactManifest { Files = files }, paths);
    }

    public static FileStream OpenRead(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete, // no advisory lock: readers never stand in one another's way
        BufferSize = 0,
        Options = FileOptions.SequentialScan,
    });

    /// <summary>A new file and the folders above it.</summary>
    public static FileStream Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
    }

    /// <returns>What was copied.</returns>
    public static async Task<ArtifactFile> Copy(Stream input, Stream output, string name, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        long length = 0;
        int count;
        while ((count = await input.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer.AsSpan(0, count));
            await output.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            length += count;
        }

        return new ArtifactFile { Name = name, Length = length, Sha256 = Digest(hash) };
    }

    public static string Digest(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());

    public static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Name(string folder, string? under, string path)
    {
        var name = (under is null ? "" : under + "/") + Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
        return ArtifactNames.Fits(name) ? name : throw new IOException($"Could not store '{path}': {ArtifactNames.Rule}.");
    }
}
