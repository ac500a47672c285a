using Sweep.Grains;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Files;

namespace Sweep.Silo.Tests.Artifacts;

public sealed class DirectoryArtifactStoreTests : ArtifactStoreConformance
{
    protected override IArtifactStore Store => new DirectoryArtifactStore(Folder["store"]);

    [Theory]
    [InlineData("changed")]
    [InlineData("")]
    public async Task Materialize_OfDamagedBytes_NamesTheFile(string damage)
    {
        var artifact = await PutOne();
        var file = StoredFile(artifact);
        File.WriteAllText(file, damage);

        var fault = await Assert.ThrowsAsync<DamagedArtifactException>(() => Store.Materialize(artifact, Folder["out"], CancellationToken.None));

        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder["out"]));
    }

    [Fact]
    public async Task Materialize_OfAMissingFile_NamesTheFile()
    {
        var artifact = await PutOne();
        File.Delete(StoredFile(artifact));

        var fault = await Assert.ThrowsAsync<DamagedArtifactException>(() => Store.Materialize(artifact, Folder["out"], CancellationToken.None));

        Assert.Contains(StoredFile(artifact), fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"files\":[]}")]
    [InlineData("{\"files\":")]
    [InlineData("")]
    public async Task Materialize_OfADamagedManifest_NamesIt(string damage)
    {
        var artifact = await PutOne();
        var manifest = Path.Combine(Place(artifact), "manifest.json");
        File.WriteAllText(manifest, damage);

        var fault = await Assert.ThrowsAsync<DamagedArtifactException>(() => Store.Materialize(artifact, Folder["out"], CancellationToken.None));

        Assert.Contains(manifest, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_HealsADamagedArtifact()
    {
        var artifact = await PutOne();
        File.WriteAllText(StoredFile(artifact), "changed");

        Assert.Equal(artifact, await PutOne());
        await Store.Materialize(artifact, Folder["out"], CancellationToken.None);

        Assert.Equal(["a=1"], Contents(Folder["out"]));
    }

    [Fact]
    public async Task Put_LeavesNothingIncoming()
    {
        await PutOne();
        await PutOne();

        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder["store", "incoming"]));
    }

    [Fact]
    public async Task Put_ThatIsCancelled_LeavesNothing()
    {
        Folder.Write("in/a", "1");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Put(Folder["in"], null, new CancellationToken(canceled: true)));

        Assert.Empty(Directory.EnumerateFiles(Folder["store"], "*", SearchOption.AllDirectories));
    }

    private Task<ArtifactId> PutOne()
    {
        Folder.Write("in/a", "1");
        return Store.Put(Folder["in"], null, CancellationToken.None);
    }

    private string Place(ArtifactId artifact) => Folder["store", artifact.Value[..2], artifact.Value];

    private string StoredFile(ArtifactId artifact) => Path.Combine(Place(artifact), "files", "a");
}
