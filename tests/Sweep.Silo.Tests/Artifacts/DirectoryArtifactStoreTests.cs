using Sweep.Grains;
using Sweep.Silo.Artifacts;

namespace Sweep.Silo.Tests.Artifacts;

public sealed class DirectoryArtifactStoreTests : ArtifactStoreConformance
{
    protected override IArtifactStore Store => new DirectoryArtifactStore(Folder["store"]);

    [Fact]
    public async Task Put_LeavesNothingIncoming()
    {
        await PutOne();
        await PutOne();

        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder["store", "incoming"]));
    }

    protected override async Task<string> Overwrite(ArtifactId artifact, string? name, string content)
    {
        var path = PathOf(artifact, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content);
        return path;
    }

    protected override Task<string> Remove(ArtifactId artifact, string name)
    {
        var path = PathOf(artifact, name);
        File.Delete(path);
        return Task.FromResult(path);
    }

    private string PathOf(ArtifactId artifact, string? name)
    {
        var place = Folder["store", artifact.Value[..2], artifact.Value];
        return name is null ? Path.Combine(place, "manifest.json") : Path.Combine(place, "files", name);
    }
}
