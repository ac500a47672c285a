using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Silo.Files;
using Sweep.Silo.Storage;
using Sweep.Silo.Storage.Journal;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Storage;

public sealed class JournalGrainStorageTests : IDisposable
{
    private static readonly GrainId s_grain = GrainId.Create("experiment", "fashion-mnist-front");

    private readonly TemporaryFolder _folder = new();
    private readonly JournalDisk _disk = new();
    private JournalGrainStorage? _storage;

    public void Dispose()
    {
        _storage?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Write_WithAStaleETag_SaysWhichIsStored()
    {
        var storage = await Open();
        var one = await Write(storage, s_grain, "first");
        var other = await Read<Sample>(storage, s_grain);
        one.State = new Sample { Text = "one" };
        await storage.WriteStateAsync("sample", s_grain, one);

        var fault = await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("sample", s_grain, other));

        Assert.Equal(one.ETag, fault.StoredEtag);
        Assert.Contains(s_grain.ToString(), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_OfAnyText_AreKeptApart()
    {
        string[] keys = ["a", "A", "a/b", "a%2Fb", "..", ".", "a b", "\u00E4", new string('x', 300), new string('x', 299) + "y", "con", "a\nb", "-"];
        var storage = await Open();
        foreach (var key in keys)
        {
            await Write(storage, GrainId.Create("sample", key), $"of {key}");
        }

        storage = await Open();
        foreach (var key in keys)
        {
            Assert.Equal($"of {key}", (await Read<Sample>(storage, GrainId.Create("sample", key))).State!.Text);
        }
    }

    [Fact]
    public async Task Read_OfAnotherVersionsState_NamesIt()
    {
        await Write(await Open(), s_grain, "text");

        var fault = await Assert.ThrowsAsync<GrainStateUnreadableException>(async () => await Read<Other>(await Open(), s_grain));

        Assert.Contains(s_grain.ToString(), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_OnAFullDisk_SaysSoAndKeepsTheOldState()
    {
        var storage = await Open();
        var state = await Write(storage, s_grain, "first");
        _disk.FailAt = _disk.Operations + 1;
        state.State = new Sample { Text = "second" };

        var fault = await Assert.ThrowsAsync<GrainStorageException>(() => storage.WriteStateAsync("sample", s_grain, state));

        Assert.Contains("the disk is full", fault.Message, StringComparison.Ordinal);
        Assert.Equal("first", (await Read<Sample>(storage, s_grain)).State!.Text);
        await storage.WriteStateAsync("sample", s_grain, state);
        Assert.Equal("second", (await Read<Sample>(await Open(), s_grain)).State!.Text);
    }

    [Fact]
    public async Task Open_WhereNoFolderCanBe_SaysWhere()
    {
        _folder.Write("grains", "a file where the folder should be");

        var fault = await Assert.ThrowsAsync<GrainStorageException>(() => new JournalGrainStorage(_folder["grains"]).Open());

        Assert.Contains(_folder["grains"], fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_Twice_IsRefused()
    {
        await Open();
        using var second = new JournalGrainStorage(_folder.Path) { Patience = TimeSpan.Zero };

        await Assert.ThrowsAsync<FolderInUseException>(() => second.Open());
    }

    [Fact]
    public async Task Life_OpensAndCloses()
    {
        var life = new RecordingLifecycle();
        using var storage = new JournalGrainStorage(_folder.Path);
        storage.Participate(life);
        await life.Start();
        await Write(storage, s_grain, "text");
        await life.Stop();

        Assert.Equal("text", (await Read<Sample>(await Open(), s_grain)).State!.Text);
    }

    [Fact]
    public async Task FormerFiles_AreTakenOverAndGo()
    {
        GrainId[] grains = [s_grain, GrainId.Create("stage", "pretrain-1-x"), GrainId.Create("stage", new string('x', 300)), GrainId.Create("stage", "A/b c")];
        foreach (var grain in grains)
        {
            FormerGrainFile.Write(_folder.Path, "sample", grain, new Sample { Text = $"of {grain}" });
        }

        FormerGrainFile.Write(_folder.Path, "outcomes-0001", s_grain, new Sample { Text = "page" });
        _folder.Write("sample/experiment/half.json.tmp", "half of a sta");
        await Open();
        var storage = await Open();

        foreach (var grain in grains)
        {
            var state = await Read<Sample>(storage, grain);
            Assert.Equal($"of {grain}", state.State!.Text);
            await storage.WriteStateAsync("sample", grain, state);
        }

        var page = new GrainState<Sample>();
        await storage.ReadStateAsync("outcomes-0001", s_grain, page);
        Assert.Equal("page", page.State!.Text);
        Assert.Equal(["journal"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task FormerFiles_OfAnInterruptedTakeover_DoNotComeBack()
    {
        FormerGrainFile.Write(_folder.Path, "sample", s_grain, new Sample { Text = "old" });
        var storage = await Open();
        var state = await Read<Sample>(storage, s_grain);
        state.State = new Sample { Text = "new" };
        await storage.WriteStateAsync("sample", s_grain, state);
        FormerGrainFile.Write(_folder.Path, "sample", s_grain, new Sample { Text = "old" });

        Assert.Equal("new", (await Read<Sample>(await Open(), s_grain)).State!.Text);
    }

    [Fact]
    public async Task FormerFiles_OneOfThemDamaged_AllStay()
    {
        var sound = FormerGrainFile.Write(_folder.Path, "sample", s_grain, new Sample { Text = "sound" });
        var damaged = FormerGrainFile.Write(_folder.Path, "sample", GrainId.Create("experiment", "other"), new Sample { Text = "0.861" });
        await File.WriteAllTextAsync(damaged, (await File.ReadAllTextAsync(damaged)).Replace("0.861", "0.961", StringComparison.Ordinal));

        var fault = await Assert.ThrowsAsync<GrainFileDamagedException>(Open);

        Assert.Contains(damaged, fault.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(sound));
        File.Delete(damaged);
        Assert.Equal("sound", (await Read<Sample>(await Open(), s_grain)).State!.Text);
    }

    [Fact]
    public async Task Journal_IsReadAsItsDescriptionSays()
    {
        var storage = await Open();
        var state = await Write(storage, s_grain, "first");
        state.State = new Sample { Text = "second", Count = 3 };
        await storage.WriteStateAsync("sample", s_grain, state);
        await storage.ClearStateAsync("sample", GrainId.Create("sample", "gone"), await Write(storage, GrainId.Create("sample", "gone"), "gone"));

        var stored = Assert.Single(JournalText.States(_folder.Path));

        Assert.Equal(("sample", s_grain.ToString(), "{\"text\":\"second\",\"count\":3}"), (stored.Key.State, stored.Key.Grain, stored.Value));
    }

    /// <summary>The one before is closed.</summary>
    private async Task<JournalGrainStorage> Open()
    {
        _storage?.Dispose();
        _storage = new JournalGrainStorage(_folder.Path);
        await _storage.Open(_disk, new JournalLimits());
        return _storage;
    }

    private static async Task<GrainState<Sample>> Write(JournalGrainStorage storage, GrainId grain, string text)
    {
        var state = new GrainState<Sample> { State = new Sample { Text = text } };
        await storage.WriteStateAsync("sample", grain, state);
        return state;
    }

    private static async Task<GrainState<T>> Read<T>(JournalGrainStorage storage, GrainId grain)
    {
        var state = new GrainState<T>();
        await storage.ReadStateAsync("sample", grain, state);
        return state;
    }

    public sealed record Sample
    {
        public string Text { get; init; } = "";

        public int Count { get; init; }
    }

    public sealed record Other
    {
        public int Text { get; init; }
    }
}
