using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Xunit;

namespace Sweep.Testing;

/// <summary>
/// What the grains rely on in a grain storage. An implementation subclasses it and says how to open its store; each opening sees what
/// the ones before it have written.
/// </summary>
public abstract class GrainStorageConformance
{
    private static readonly GrainId Grain = GrainId.Create("stage", "pretrain-1-0123456789abcdefghjkmnpqrs");

    protected abstract IGrainStorage Open();

    [ConformanceFact]
    public async Task Read_WithoutRecord_GivesAnEmptyState()
    {
        var state = new GrainState<Note>(new Note { Text = "left over" }, "7");
        await Open().ReadStateAsync("note", Grain, state);

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal(new Note(), state.State);
    }

    [ConformanceFact]
    public async Task Write_IsReadByTheNextOpening()
    {
        var written = await Write("λ = 1e-4 \"quoted\"\n");
        var read = await Read();

        Assert.True(read.RecordExists);
        Assert.Equal(written.ETag, read.ETag);
        Assert.Equal(written.State, read.State);
    }

    [ConformanceFact]
    public async Task Write_ChangesTheETag()
    {
        var state = await Write("one");
        var before = state.ETag;
        state.State = new Note { Text = "two" };
        await Open().WriteStateAsync("note", Grain, state);

        Assert.NotNull(before);
        Assert.NotEqual(before, state.ETag);
        Assert.Equal("two", (await Read()).State!.Text);
    }

    [ConformanceFact]
    public async Task Write_WithAStaleETag_IsRefusedAndChangesNothing()
    {
        var stale = await Write("one");
        var current = await Read();
        current.State = new Note { Text = "two" };
        await Open().WriteStateAsync("note", Grain, current);
        stale.State = new Note { Text = "three" };

        await Assert.ThrowsAsync<InconsistentStateException>(() => Open().WriteStateAsync("note", Grain, stale));
        Assert.Equal("two", (await Read()).State!.Text);
    }

    [ConformanceFact]
    public async Task Write_WithoutETagOverARecord_IsRefused()
    {
        await Write("one");
        var blind = new GrainState<Note>(new Note { Text = "two" });

        await Assert.ThrowsAsync<InconsistentStateException>(() => Open().WriteStateAsync("note", Grain, blind));
    }

    [ConformanceFact]
    public async Task Write_WithAnETagWhereNothingIs_IsRefused()
    {
        var state = await Write("one");
        var again = new GrainState<Note>(state.State!, state.ETag);
        await Open().ClearStateAsync("note", Grain, state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Open().WriteStateAsync("note", Grain, again));
    }

    [ConformanceFact]
    public async Task Clear_LeavesNoRecord()
    {
        var state = await Write("one");
        await Open().ClearStateAsync("note", Grain, state);

        Assert.False(state.RecordExists);
        Assert.False((await Read()).RecordExists);
        state.State = new Note { Text = "two" };
        await Open().WriteStateAsync("note", Grain, state);
        Assert.Equal("two", (await Read()).State!.Text);
    }

    [ConformanceFact]
    public async Task Clear_WithAStaleETag_IsRefusedAndChangesNothing()
    {
        var stale = await Write("one");
        var current = await Read();
        current.State = new Note { Text = "two" };
        await Open().WriteStateAsync("note", Grain, current);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Open().ClearStateAsync("note", Grain, stale));
        Assert.Equal("two", (await Read()).State!.Text);
    }

    [ConformanceFact]
    public async Task Clear_WhereNothingIs_LeavesNothing()
    {
        var state = await Read();
        await Open().ClearStateAsync("note", Grain, state);

        Assert.False((await Read()).RecordExists);
    }

    [ConformanceFact]
    public async Task Write_AfterClearing_IsRefusedToWhoeverKnowsTheOldOne()
    {
        var stale = await Write("one");
        var cleared = await Read();
        await Open().ClearStateAsync("note", Grain, cleared);
        cleared.State = new Note { Text = "two" };
        await Open().WriteStateAsync("note", Grain, cleared);
        stale.State = new Note { Text = "three" };

        await Assert.ThrowsAsync<InconsistentStateException>(() => Open().WriteStateAsync("note", Grain, stale));
        Assert.Equal("two", (await Read()).State!.Text);
    }

    [ConformanceFact]
    public async Task Write_OfFiveMebibytes_IsReadBack()
    {
        var text = string.Concat(Enumerable.Range(0, 5 << 17).Select(i => FormattableString.Invariant($"{i:D8}")));
        await Write(text);

        Assert.Equal(text, (await Read()).State!.Text);
    }

    [ConformanceFact]
    public async Task Keys_OfAnyText_AreApart()
    {
        var storage = Open();
        string[] keys =
        [
            "a b", "a+b", "a%20b", "\u00E4", "a\u0308", "a?b=c#d", "a&b", "..", "con", "'", "\"", "a\\b",
            new string('x', 300), new string('x', 299) + "y",
        ];
        foreach (var key in keys)
        {
            await storage.WriteStateAsync("note", GrainId.Create("stage", key), new GrainState<Note>(new Note { Text = $"of {key}" }));
        }

        foreach (var key in keys)
        {
            var state = new GrainState<Note>(new Note());
            await Open().ReadStateAsync("note", GrainId.Create("stage", key), state);
            Assert.Equal($"of {key}", state.State!.Text);
        }
    }

    [ConformanceFact]
    public async Task States_OfOtherNamesAndGrains_AreApart()
    {
        var storage = Open();
        GrainId[] grains = [Grain, GrainId.Create("stage", "a/b"), GrainId.Create("stage", "A/B"), GrainId.Create("experiment", "a/b")];
        foreach (var grain in grains)
        {
            foreach (var name in new[] { "note", "note-0001" })
            {
                await storage.WriteStateAsync(name, grain, new GrainState<Note>(new Note { Text = $"{name} of {grain}" }));
            }
        }

        foreach (var grain in grains)
        {
            foreach (var name in new[] { "note", "note-0001" })
            {
                var state = new GrainState<Note>(new Note());
                await Open().ReadStateAsync(name, grain, state);
                Assert.Equal($"{name} of {grain}", state.State!.Text);
            }
        }
    }

    [ConformanceFact]
    public async Task Write_OfTwoWithOneETag_LetsOneThrough()
    {
        await Write("start");
        var writers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            var state = await Read();
            state.State = new Note { Text = FormattableString.Invariant($"writer {writer}") };
            return state;
        }));
        var storage = Open();
        var through = await Task.WhenAll(writers.Select(state => Task.Run(async () =>
        {
            try
            {
                await storage.WriteStateAsync("note", Grain, state);
                return state.State!.Text;
            }
            catch (InconsistentStateException)
            {
                return null;
            }
        })));

        Assert.Equal((await Read()).State!.Text, Assert.Single(through, text => text is not null));
    }

    [ConformanceFact]
    public async Task Write_OfSeveralFirst_LetsOneThrough()
    {
        var storage = Open();
        var through = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var state = new GrainState<Note>(new Note { Text = FormattableString.Invariant($"writer {writer}") });
            try
            {
                await storage.WriteStateAsync("note", Grain, state);
                return state.State!.Text;
            }
            catch (InconsistentStateException)
            {
                return null;
            }
        })));

        Assert.Equal((await Read()).State!.Text, Assert.Single(through, text => text is not null));
    }

    private async Task<GrainState<Note>> Write(string text)
    {
        var state = new GrainState<Note>(new Note { Text = text });
        await Open().WriteStateAsync("note", Grain, state);
        Assert.True(state.RecordExists);
        return state;
    }

    private async Task<GrainState<Note>> Read()
    {
        var state = new GrainState<Note>(new Note());
        await Open().ReadStateAsync("note", Grain, state);
        return state;
    }

    public sealed record Note
    {
        public string? Text { get; init; }
    }
}
