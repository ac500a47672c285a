using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Silo.Storage;

namespace Sweep.Silo.Tests.Storage;

public sealed class FileGrainStorageTests : IDisposable
{
    private static readonly GrainId s_grain = GrainId.Create("experiment", "fashion-mnist-front");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_IsReadByAnotherInstance()
    {
        await Write(s_grain, new GrainState<Sample> { State = new Sample { Text = "Zürich", Count = 7 } });

        var read = await Read(s_grain);

        Assert.Equal(new Sample { Text = "Zürich", Count = 7 }, read.State);
        Assert.True(read.RecordExists);
    }

    [Fact]
    public async Task Write_WithAStaleETag_IsRefusedAndChangesNothing()
    {
        await Write(s_grain, new GrainState<Sample> { State = new Sample { Text = "first" } });
        var one = await Read(s_grain);
        var other = await Read(s_grain);
        one.State = new Sample { Text = "one" };
        await Write(s_grain, one);
        other.State = new Sample { Text = "other" };

        var fault = await Assert.ThrowsAsync<InconsistentStateException>(() => Write(s_grain, other));

        Assert.Equal(one.ETag, fault.StoredEtag);
        Assert.Equal("one", (await Read(s_grain)).State!.Text);
    }

    [Fact]
    public async Task Write_WithoutReading_IsRefusedWhereThereIsARecord()
    {
        await Write(s_grain, new GrainState<Sample> { State = new Sample { Text = "first" } });

        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(s_grain, new GrainState<Sample> { State = new Sample() }));
    }

    [Fact]
    public async Task Clear_RemovesTheRecord()
    {
        var state = new GrainState<Sample> { State = new Sample { Text = "first" } };
        await Write(s_grain, state);
        await Storage().ClearStateAsync("sample", s_grain, state);

        Assert.False((await Read(s_grain)).RecordExists);
        Assert.Null(state.ETag);
        await Write(s_grain, state);
    }

    [Fact]
    public async Task Keys_OfAnyText_AreKeptApart()
    {
        string[] keys = ["a", "A", "a/b", "a%2Fb", "..", ".", "a b", "ä", new string('x', 300), new string('x', 299) + "y", "con", "a\nb"];
        foreach (var key in keys)
        {
            await Write(GrainId.Create("sample", key), new GrainState<Sample> { State = new Sample { Text = $"of {key}" } });
        }

        foreach (var key in keys)
        {
            Assert.Equal($"of {key}", (await Read(GrainId.Create("sample", key))).State!.Text);
        }

        Assert.Equal(keys.Length, Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not JSON\n{}\n")]
    public async Task Read_OfAFileThatIsNoState_NamesIt(string content)
    {
        await Write(s_grain, new GrainState<Sample> { State = new Sample() });
        File.WriteAllText(OnlyFile(), content);

        var fault = await Assert.ThrowsAsync<GrainFileDamagedException>(() => Read(s_grain));

        Assert.Contains(OnlyFile(), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfAFlippedCharacter_NamesTheFile()
    {
        await Write(s_grain, new GrainState<Sample> { State = new Sample { Text = "0.861" } });
        File.WriteAllText(OnlyFile(), File.ReadAllText(OnlyFile()).Replace("0.861", "0.961", StringComparison.Ordinal));

        var fault = await Assert.ThrowsAsync<GrainFileDamagedException>(() => Read(s_grain));

        Assert.Contains(OnlyFile(), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfATruncatedFile_NamesIt()
    {
        await Write(s_grain, new GrainState<Sample> { State = new Sample { Text = "whole" } });
        var text = File.ReadAllText(OnlyFile());
        File.WriteAllText(OnlyFile(), text[..(text.Length / 2)]);

        await Assert.ThrowsAsync<GrainFileDamagedException>(() => Read(s_grain));
    }

    [Fact]
    public async Task Write_OverALeftOverTemporaryFile_Succeeds()
    {
        await Write(s_grain, new GrainState<Sample> { State = new Sample { Text = "first" } });
        var file = OnlyFile();
        File.WriteAllText(file + ".tmp", "half of a sta");

        var state = await Read(s_grain);
        Assert.Equal("first", state.State!.Text);
        state.State = new Sample { Text = "second" };
        await Write(s_grain, state);

        Assert.Equal("second", (await Read(s_grain)).State!.Text);
        Assert.Equal(file, OnlyFile());
    }

    [Fact]
    public async Task Write_OnAFullDisk_SaysSoAndKeepsTheOldState()
    {
        await Write(s_grain, new GrainState<Sample> { State = new Sample { Text = "first" } });
        var state = await Read(s_grain);

        // Whatever is written to this device meets a full disk.
        File.CreateSymbolicLink(OnlyFile() + ".tmp", "/dev/full");
        state.State = new Sample { Text = "second" };
        var fault = await Assert.ThrowsAsync<GrainStorageException>(() => Write(s_grain, state));

        Assert.Contains("the disk is full", fault.Message, StringComparison.Ordinal);
        Assert.Equal("first", (await Read(s_grain)).State!.Text);
    }

    [Fact]
    public async Task Write_WhereNoFolderCanBe_SaysWhere()
    {
        _folder.Write("grains", "a file where the folder should be");

        var fault = await Assert.ThrowsAsync<GrainStorageException>(
            () => new FileGrainStorage(_folder["grains"]).WriteStateAsync("sample", s_grain, new GrainState<Sample> { State = new Sample() }));

        Assert.Contains(_folder["grains"], fault.Message, StringComparison.Ordinal);
    }

    private FileGrainStorage Storage() => new(_folder.Path);

    private Task Write(GrainId grain, GrainState<Sample> state) => Storage().WriteStateAsync("sample", grain, state);

    private async Task<GrainState<Sample>> Read(GrainId grain)
    {
        var state = new GrainState<Sample>();
        await Storage().ReadStateAsync("sample", grain, state);
        return state;
    }

    private string OnlyFile() => Directory.GetFiles(_folder.Path, "*.json", SearchOption.AllDirectories).Single();

    public sealed record Sample
    {
        public string Text { get; init; } = "";

        public int Count { get; init; }
    }
}
