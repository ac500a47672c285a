using System.Text;
using System.Text.Json;
using Sweep.Grains;
using Sweep.Silo.Files;

namespace Sweep.Silo.Artifacts;

/// <summary>
/// An artifact store in a directory: <c>ab/abcd…/manifest.json</c> beside <c>files/</c>. A new artifact is written in
/// <c>incoming/</c> and renamed into place, so a reader sees it whole or not at all, and a crash leaves nothing but an incoming folder.
/// </summary>
public sealed class DirectoryArtifactStore(string root) : IArtifactStore
{
    private const string ManifestName = "manifest.json";
    private const string FilesName = "files";

    public async Task<ArtifactId> Put(string folder, string? under, CancellationToken cancellationToken)
    {
        var incoming = Path.Combine(root, "incoming", Guid.NewGuid().ToString("N"));
        try
        {
            var files = new List<ArtifactFile>();
            foreach (var (name, path) in LocalFiles.Of(folder, under))
            {
                files.Add(await Copy(path, Path.Combine(incoming, FilesName, name), name, durable: true, cancellationToken));
            }

            var manifest = new ArtifactManifest { Files = files };
            DurableFiles.CreateFolder(incoming);
            await DurableFiles.Replace(Path.Combine(incoming, ManifestName), Encoding.UTF8.GetBytes(manifest.ToText()), cancellationToken);
            foreach (var written in Directory.EnumerateDirectories(incoming, "*", SearchOption.AllDirectories))
            {
                DurableFiles.SyncFolder(written);
            }

            await Publish(incoming, manifest.Id, cancellationToken);
            return manifest.Id;
        }
        finally
        {
            LocalFiles.Remove(incoming);
        }
    }

    public async Task Materialize(ArtifactId artifact, string folder, CancellationToken cancellationToken)
    {
        var partial = $"{Path.TrimEndingDirectorySeparator(folder)}.partial-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(partial);
            await Verify(artifact, (file, source) => Copy(source, Path.Combine(partial, file.Name), file.Name, durable: false, cancellationToken), cancellationToken);
            LocalFiles.Remove(folder);
            Directory.Move(partial, folder);
        }
        finally
        {
            LocalFiles.Remove(partial);
        }
    }

    /// <summary>Renames an artifact into place. Whoever comes second finds it there, and keeps it if it is sound.</summary>
    private async Task Publish(string incoming, ArtifactId artifact, CancellationToken cancellationToken)
    {
        var place = PlaceOf(artifact);
        var shelf = Path.GetDirectoryName(place)!;
        var damaged = $"{incoming}.damaged";
        DurableFiles.CreateFolder(shelf);
        if (Directory.Exists(place))
        {
            if (await IsSound(artifact, cancellationToken))
            {
                return;
            }

            Directory.Move(place, damaged);
        }

        try
        {
            Directory.Move(incoming, place);
        }
        catch (IOException) when (Directory.Exists(place))
        {
            // Another process published the same bytes first; its copy is as good.
        }

        DurableFiles.SyncFolder(shelf);
        LocalFiles.Remove(damaged);
    }

    private async Task<bool> IsSound(ArtifactId artifact, CancellationToken cancellationToken)
    {
        try
        {
            await Verify(artifact, (file, source) => Digest(source, file.Name, cancellationToken), cancellationToken);
            return true;
        }
        catch (DamagedArtifactException)
        {
            return false;
        }
    }

    /// <summary>Reads every file through <paramref name="read"/> and compares what was read with what the manifest names.</summary>
    private async Task Verify(ArtifactId artifact, Func<ArtifactFile, string, Task<ArtifactFile>> read, CancellationToken cancellationToken)
    {
        var place = PlaceOf(artifact);
        foreach (var file in (await ReadManifest(artifact, cancellationToken)).Files)
        {
            var source = Path.Combine(place, FilesName, file.Name);
            ArtifactFile found;
            try
            {
                found = await read(file, source);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new DamagedArtifactException($"Artifact {artifact} must have the file '{source}', but it is not there.");
            }

            if (found != file)
            {
                throw new DamagedArtifactException(
                    $"File '{source}' must have {file.Length} bytes with SHA-256 {file.Sha256}, but has {found.Length} with {found.Sha256}.");
            }
        }
    }

    private async Task<ArtifactManifest> ReadManifest(ArtifactId artifact, CancellationToken cancellationToken)
    {
        var path = Path.Combine(PlaceOf(artifact), ManifestName);
        try
        {
            var manifest = ArtifactManifest.Parse(await File.ReadAllTextAsync(path, cancellationToken));
            return manifest.Id == artifact
                ? ArtifactNames.Checked(manifest, path)
                : throw new DamagedArtifactException($"Manifest '{path}' must have SHA-256 {artifact}, but has {manifest.Id}.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DamagedArtifactException($"Artifact {artifact} must be in the store, but '{path}' is not there.");
        }
        catch (JsonException e)
        {
            throw new DamagedArtifactException($"Manifest '{path}' must be JSON, but is not: {e.Message}");
        }
    }

    private string PlaceOf(ArtifactId artifact) => Path.Combine(root, artifact.Value[..2], artifact.Value);

    private static async Task<ArtifactFile> Copy(string source, string target, string name, bool durable, CancellationToken cancellationToken)
    {
        await using var input = LocalFiles.OpenRead(source);
        await using var output = LocalFiles.Create(target);
        var file = await LocalFiles.Copy(input, output, name, cancellationToken);
        if (durable)
        {
            output.Flush(flushToDisk: true);
        }

        return file;
    }

    private static async Task<ArtifactFile> Digest(string source, string name, CancellationToken cancellationToken)
    {
        await using var input = LocalFiles.OpenRead(source);
        return await LocalFiles.Copy(input, Stream.Null, name, cancellationToken);
    }
}
