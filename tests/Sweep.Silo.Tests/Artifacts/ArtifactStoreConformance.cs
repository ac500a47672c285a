using Sweep.Grains;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Files;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Artifacts;

/// <summary>What every artifact store keeps to. An implementation subclasses it and brings a store.</summary>
public abstract class ArtifactStoreConformance : IDisposable
{
    protected TemporaryFolder Folder { get; } = new();

    protected abstract IArtifactStore Store { get; }

    /// <summary>Writes a file of an artifact, or its manifest, past the store.</summary>
    /// <param name="name">Null for the manifest.</param>
    /// <returns>What the store calls it in its messages.</returns>
    protected abstract Task<string> Overwrite(ArtifactId artifact, string? name, string content);

    /// <summary>Takes a file of an artifact away past the store.</summary>
    /// <inheritdoc cref="Overwrite"/>
    protected abstract Task<string> Remove(ArtifactId artifact, string name);

    public void Dispose() => Folder.Dispose();

    [ConformanceFact]
    public async Task Materialize_BringsBackEveryFile()
    {
        Folder.Write("in/model.safetensors", "weights");
        Folder.Write("in/deep/er/result.json", "{}");

        var artifact = await Store.Put(Folder["in"], null, CancellationToken.None);
        await Store.Materialize(artifact, Folder["out"], CancellationToken.None);

        Assert.Equal(["deep/er/result.json={}", "model.safetensors=weights"], Contents(Folder["out"]));
    }

    [ConformanceFact]
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

    [ConformanceFact]
    public async Task Put_UnderAFolder_KeepsItsName()
    {
        Folder.Write("checkpoints/epoch-0003/state.json", "3");

        var artifact = await Store.Put(Folder["checkpoints", "epoch-0003"], "epoch-0003", CancellationToken.None);
        await Store.Materialize(artifact, Folder["out"], CancellationToken.None);

        Assert.Equal(["epoch-0003/state.json=3"], Contents(Folder["out"]));
    }

    [ConformanceFact]
    public async Task Put_OfAnEmptyFolder_IsAnArtifact()
    {
        Directory.CreateDirectory(Folder["in"]);

        var artifact = await Store.Put(Folder["in"], null, CancellationToken.None);
        await Store.Materialize(artifact, Folder["out"], CancellationToken.None);

        Assert.Empty(Contents(Folder["out"]));
    }

    [ConformanceFact]
    public async Task Put_ByManyAtOnce_StoresOnce()
    {
        Folder.Write("in/a", new string('x', 100_000));

        var artifacts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.Put(Folder["in"], null, CancellationToken.None))));
        await Store.Materialize(artifacts[0], Folder["out"], CancellationToken.None);

        Assert.Single(artifacts.Distinct());
        Assert.Single(Contents(Folder["out"]));
    }

    [ConformanceFact]
    public async Task Materialize_ReplacesWhatIsThere()
    {
        Folder.Write("in/a", "1");
        Folder.Write("out/stale", "0");

        await Store.Materialize(await Store.Put(Folder["in"], null, CancellationToken.None), Folder["out"], CancellationToken.None);

        Assert.Equal(["a=1"], Contents(Folder["out"]));
    }

    [ConformanceFact]
    public async Task Materialize_OfAnUnknownArtifact_NamesIt()
    {
        var unknown = new ArtifactId(new string('a', 64));

        var fault = await Assert.ThrowsAsync<DamagedArtifactException>(() => Store.Materialize(unknown, Folder["out"], CancellationToken.None));

        Assert.Contains(unknown.Value, fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder["out"]));
    }

    [ConformanceFact]
    public async Task Put_OfAFolderThatIsNotThere_Fails() =>
        await Assert.ThrowsAnyAsync<IOException>(() => Store.Put(Folder["absent"], null, CancellationToken.None));

    [ConformanceFact]
    public async Task Put_OfEqualFilesUnderSeveralNames_BringsBackEach()
    {
        Folder.Write("in/a", "same");
        Folder.Write("in/b/c", "same");
        Folder.Write("in/empty", "");

        await Store.Materialize(await Store.Put(Folder["in"], null, CancellationToken.None), Folder["out"], CancellationToken.None);

        Assert.Equal(["a=same", "b/c=same", "empty="], Contents(Folder["out"]));
    }

    [ConformanceFact]
    public Task Materialize_OfChangedBytes_NamesTheFile() => AssertRefused("changed");

    [ConformanceFact]
    public Task Materialize_OfBytesOfEqualLength_NamesTheFile() => AssertRefused("2");

    [ConformanceFact]
    public Task Materialize_OfAnEmptiedFile_NamesIt() => AssertRefused("");

    [ConformanceFact]
    public async Task Materialize_OfAMissingFile_NamesIt()
    {
        var artifact = await PutOne();
        var removed = await Remove(artifact, "a");

        var fault = await Assert.ThrowsAsync<DamagedArtifactException>(() => Store.Materialize(artifact, Folder["out"], CancellationToken.None));

        Assert.Contains(removed, fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder["out"]));
    }

    [ConformanceFact]
    public async Task Materialize_OfADamagedManifest_NamesIt()
    {
        var artifact = await PutOne();
        foreach (var damage in new[] { "{\"files\":[]}", "{\"files\":", "" })
        {
            var manifest = await Overwrite(artifact, null, damage);

            var fault = await Assert.ThrowsAsync<DamagedArtifactException>(() => Store.Materialize(artifact, Folder["out"], CancellationToken.None));

            Assert.Contains(manifest, fault.Message, StringComparison.Ordinal);
        }
    }

    [ConformanceFact]
    public async Task Put_HealsADamagedFile()
    {
        var artifact = await PutOne();
        foreach (var damage in new[] { "changed", "2", "" })
        {
            await Overwrite(artifact, "a", damage);

            Assert.Equal(artifact, await PutOne());
            await Store.Materialize(artifact, Folder["out"], CancellationToken.None);

            Assert.Equal(["a=1"], Contents(Folder["out"]));
        }
    }

    [ConformanceFact]
    public async Task Put_HealsADamagedManifest()
    {
        var artifact = await PutOne();
        await Overwrite(artifact, null, "{\"files\":");

        Assert.Equal(artifact, await PutOne());
        await Store.Materialize(artifact, Folder["out"], CancellationToken.None);

        Assert.Equal(["a=1"], Contents(Folder["out"]));
    }

    [ConformanceFact]
    public async Task Materialize_OfAManifestThatLeavesItsArtifact_IsRefused()
    {
        Folder.Write("in/a", "1");
        var digest = (await LocalFiles.Describe(Folder["in"], null, CancellationToken.None)).Manifest.Files[0].Sha256;
        foreach (var name in new[] { "../outside", "/outside", "a/../../outside", "", "a//b", "a/./b", "..\\outside", "C:outside", "a\nb", "a/", ".." })
        {
            var manifest = new ArtifactManifest { Files = [new ArtifactFile { Name = name, Length = 1, Sha256 = digest }] };
            var where = await Overwrite(manifest.Id, null, manifest.ToText());

            var fault = await Assert.ThrowsAsync<DamagedArtifactException>(() => Store.Materialize(manifest.Id, Folder["out"], CancellationToken.None));

            Assert.Contains(where, fault.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(Folder["outside"]));
            Assert.False(Directory.Exists(Folder["out"]));
        }
    }

    [ConformanceFact]
    public async Task Materialize_OfAManifestWithADigestThatIsAPath_IsRefused()
    {
        var manifest = new ArtifactManifest { Files = [new ArtifactFile { Name = "a", Length = 1, Sha256 = "../" + new string('a', 61) }] };
        await Overwrite(manifest.Id, null, manifest.ToText());

        await Assert.ThrowsAsync<DamagedArtifactException>(() => Store.Materialize(manifest.Id, Folder["out"], CancellationToken.None));
    }

    [ConformanceFact]
    public async Task Put_OfANameThatNoArtifactMayHave_IsRefused()
    {
        Folder.Write("in/a\\b", "1");

        var fault = await Assert.ThrowsAsync<IOException>(() => Store.Put(Folder["in"], null, CancellationToken.None));

        Assert.Contains("backslashes", fault.Message, StringComparison.Ordinal);
    }

    [ConformanceFact]
    public async Task Put_ThatIsCancelled_LeavesNothing()
    {
        Folder.Write("in/a", "1");
        var artifact = (await LocalFiles.Describe(Folder["in"], null, CancellationToken.None)).Manifest.Id;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Put(Folder["in"], null, new CancellationToken(canceled: true)));

        await Assert.ThrowsAsync<DamagedArtifactException>(() => Store.Materialize(artifact, Folder["out"], CancellationToken.None));
    }

    protected Task<ArtifactId> PutOne()
    {
        Folder.Write("in/a", "1");
        return Store.Put(Folder["in"], null, CancellationToken.None);
    }

    protected static IReadOnlyList<string> Contents(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => $"{Path.GetRelativePath(folder, path)}={File.ReadAllText(path)}")
            .Order(StringComparer.Ordinal)];

    private async Task AssertRefused(string damage)
    {
        var artifact = await PutOne();
        var file = await Overwrite(artifact, "a", damage);

        var fault = await Assert.ThrowsAsync<DamagedArtifactException>(() => Store.Materialize(artifact, Folder["out"], CancellationToken.None));

        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder["out"]));
    }
}
