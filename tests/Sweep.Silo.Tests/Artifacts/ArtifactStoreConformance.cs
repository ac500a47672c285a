using Sweep.Grains;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Files;

namespace Sweep.Silo.Tests.Artifacts;

/// <summary>What every artifact store keeps to. An implementation subclasses it and brings a store.</summary>
public abstract class ArtifactStoreConformance : IDisposable
{
    protected TemporaryFolder Folder { get; } = new();

    protected abstract IArtifactStore Store { get; }

    public void Dispose() => Folder.Dispose();

    [Fact]
    public async Task Materialize_BringsBackEveryFile()
    {
        Folder.Write("in/model.safetensors", "weights");
        Folder.Write("in/deep/er/result.json", "{}");

        var artifact = await Store.Put(Folder["in"], null, CancellationToken.None);
        await Store.Materialize(artifact, Folder["out"], CancellationToken.None);

        Assert.Equal(["deep/er/result.json={}", "model.safetensors=weights"], Contents(Folder["out"]));
    }

    [Fact]
    public async Task Put_NamesAnArtifactByItsContents()
    {
        Folder.Write("one/a", "1");
        Folder.Write("same/a", "1");
        Folder.Write("otherBytes/a", "2");
        Folder.Write("otherName/b", "1");

        var one = await Store.Put(Folder["one"], null, CancellationToken.None);

        Assert.Equal(one, await Store.Put(Folder["one"], null, CancellationToken.None));
        Assert.Equal(one, await Store.Put(Folder["same"], null, CancellationToken.None));
        Assert.NotEqual(one, await Store.Put(Folder["otherBytes"], null, CancellationToken.None));
        Assert.NotEqual(one, await Store.Put(Folder["otherName"], null, CancellationToken.None));
    }

    [Fact]
    public async Task Put_UnderAFolder_KeepsItsName()
    {
        Folder.Write("checkpoints/epoch-0003/state.json", "3");

        var artifact = await Store.Put(Folder["checkpoints", "epoch-0003"], "epoch-0003", CancellationToken.None);
        await Store.Materialize(artifact, Folder["out"], CancellationToken.None);

        Assert.Equal(["epoch-0003/state.json=3"], Contents(Folder["out"]));
    }

    [Fact]
    public async Task Put_OfAnEmptyFolder_IsAnArtifact()
    {
        Directory.CreateDirectory(Folder["in"]);

        var artifact = await Store.Put(Folder["in"], null, CancellationToken.None);
        await Store.Materialize(artifact, Folder["out"], CancellationToken.None);

        Assert.Empty(Contents(Folder["out"]));
    }

    [Fact]
    public async Task Put_ByManyAtOnce_StoresOnce()
    {
        Folder.Write("in/a", new string('x', 100_000));

        var artifacts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.Put(Folder["in"], null, CancellationToken.None))));
        await Store.Materialize(artifacts[0], Folder["out"], CancellationToken.None);

        Assert.Single(artifacts.Distinct());
        Assert.Single(Contents(Folder["out"]));
    }

    [Fact]
    public async Task Materialize_ReplacesWhatIsThere()
    {
        Folder.Write("in/a", "1");
        Folder.Write("out/stale", "0");

        await Store.Materialize(await Store.Put(Folder["in"], null, CancellationToken.None), Folder["out"], CancellationToken.None);

        Assert.Equal(["a=1"], Contents(Folder["out"]));
    }

    [Fact]
    public async Task Materialize_OfAnUnknownArtifact_NamesIt()
    {
        var unknown = new ArtifactId(new string('a', 64));

        var fault = await Assert.ThrowsAsync<DamagedArtifactException>(() => Store.Materialize(unknown, Folder["out"], CancellationToken.None));

        Assert.Contains(unknown.Value, fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder["out"]));
    }

    [Fact]
    public async Task Put_OfAFolderThatIsNotThere_Fails() =>
        await Assert.ThrowsAnyAsync<IOException>(() => Store.Put(Folder["absent"], null, CancellationToken.None));

    protected static IReadOnlyList<string> Contents(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => $"{Path.GetRelativePath(folder, path)}={File.ReadAllText(path)}")
            .Order(StringComparer.Ordinal)];
}
