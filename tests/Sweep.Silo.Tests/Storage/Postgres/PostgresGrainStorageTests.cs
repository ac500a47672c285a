using Npgsql;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Silo.Storage;
using Sweep.Silo.Storage.Postgres;
using Sweep.Testing.Postgres;

namespace Sweep.Silo.Tests.Storage.Postgres;

/// <summary>What a database does that files do not: go away in the middle, lose an answer, take a key for a number.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresGrainStorageTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly GrainId s_grain = GrainId.Create("stage", "pretrain-1-0123456789abcdefghjkmnpqrs");

    private string _database = "";
    private PostgresSilo? _silo;

    private IGrainStorage Storage => _silo!.Storage;

    public async Task InitializeAsync()
    {
        if (PostgresServer.Missing is null)
        {
            _database = await server.CreateDatabase();
            _silo = await PostgresSilo.Start(_database);
        }
    }

    public async Task DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }
    }

    [PostgresFact]
    public async Task LargeState_IsReadAsWritten()
    {
        var text = string.Concat(Enumerable.Range(0, 1_000_000).Select(number => FormattableString.Invariant($"{number:x8} λ\n")));
        await Storage.WriteStateAsync("note", s_grain, new GrainState<Note>(new Note { Text = text }));

        Assert.Equal(text, (await Read("note", s_grain)).State!.Text);
    }

    [PostgresFact]
    public async Task KeysThatReadAsNumbers_AreDifferentGrains()
    {
        string[] keys = ["1", "01", "abc", "ABC", "0abc", "1+a", "01+a", "00000000000000000000000000000001", "00000000000000000000000000000001+x"];
        foreach (var key in keys)
        {
            await Storage.WriteStateAsync("note", GrainId.Create("experiment", key), new GrainState<Note>(new Note { Text = key }));
        }

        foreach (var key in keys)
        {
            Assert.Equal(key, (await Read("note", GrainId.Create("experiment", key))).State!.Text);
        }
    }

    [PostgresFact]
    public async Task Row_IsWhatOrleansProviderMakesOfTheGrain()
    {
        await Storage.WriteStateAsync("stage", s_grain, new GrainState<Note>(new Note { Text = "one" }));

        var row = Assert.Single(await PostgresServer.Query<string>(
            _database,
            "SELECT concat_ws(' ', grainidhash, grainidn0, grainidn1, graintypehash, graintypestring, grainidextensionstring, serviceid, version, convert_from(payloadbinary, 'UTF8')) FROM orleansstorage"));
        Assert.Equal("-1094517395 0 0 -1416913340 stage stage/pretrain-1-0123456789abcdefghjkmnpqrs service 1 {\"text\":\"one\"}", row);
    }

    [PostgresFact]
    public async Task Rows_OfNumberedKeys_AreWhatOrleansProviderMakesOfThem()
    {
        foreach (var key in new[] { "2a", "2a+page", "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef+λ", "words" })
        {
            await _silo!.Rows.WriteStateAsync("note", GrainId.Create("test", key), new GrainState<Note>(new Note { Text = key }));
        }

        Assert.Equal(
            [
                "0123456789abcdef0123456789abcdef 226093389 -3607513408948976281 -1167088121787636991 -",
                "0123456789abcdef0123456789abcdef+λ -944505397 -3607513408948976281 -1167088121787636991 λ",
                "2a -110949262 0 42 -",
                "2a+page 645463066 0 42 page",
                "words -636791068 0 0 words",
            ],
            await PostgresServer.Query<string>(
                _database,
                "SELECT concat_ws(' ', convert_from(payloadbinary, 'UTF8')::json ->> 'text', grainidhash, grainidn0, grainidn1, coalesce(grainidextensionstring, '-')) FROM orleansstorage ORDER BY 1"));
    }

    [PostgresFact]
    public async Task ConnectionLostInTheMiddleOfAWrite_IsWrittenOnce()
    {
        var state = await Write("one");
        await using var blocker = new NpgsqlConnection(_database);
        await blocker.OpenAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await using (var locking = new NpgsqlCommand("SELECT 1 FROM orleansstorage FOR UPDATE", blocker))
        {
            await locking.ExecuteNonQueryAsync();
        }

        state.State = new Note { Text = "two" };
        var write = Storage.WriteStateAsync("note", s_grain, state);
        while (await Terminate("wait_event_type = 'Lock'") == 0)
        {
            Assert.False(write.IsFaulted, write.Exception?.Message);
        }

        await transaction.CommitAsync();
        await write;

        Assert.Equal("2", state.ETag);
        Assert.Equal("two", (await Read("note", s_grain)).State!.Text);
    }

    [PostgresFact]
    public async Task ConnectionsLostBetweenWrites_AreMadeAnew()
    {
        var state = await Write("0");
        for (var write = 1; write <= 20; write++)
        {
            Assert.NotEqual(0, await Terminate("application_name = 'sweep'"));
            state.State = new Note { Text = FormattableString.Invariant($"{write}") };
            await Storage.WriteStateAsync("note", s_grain, state);
        }

        Assert.Equal("21", (await Read("note", s_grain)).ETag);
    }

    [PostgresFact]
    public async Task AnswerLostAfterTheWrite_IsFoundToBeWritten()
    {
        var losing = new PostgresGrainStorage(new AnswerLoser(_silo!.Rows), TimeProvider.System);
        var state = new GrainState<Note>(new Note { Text = "one" });
        await losing.WriteStateAsync("note", s_grain, state);
        Assert.Equal("1", state.ETag);

        state.State = new Note { Text = "two" };
        await losing.WriteStateAsync("note", s_grain, state);
        Assert.Equal("2", state.ETag);

        await losing.ClearStateAsync("note", s_grain, state);
        Assert.Equal(("3", false), (state.ETag, state.RecordExists));
    }

    [PostgresFact]
    public async Task AnswerLostAndAnotherWroteSince_IsAConflict()
    {
        var state = await Write("one");
        var losing = new PostgresGrainStorage(
            new AnswerLoser(_silo!.Rows, async () =>
            {
                var other = await Read("note", s_grain);
                other.State = new Note { Text = "other" };
                await Storage.WriteStateAsync("note", s_grain, other);
            }),
            TimeProvider.System);
        state.State = new Note { Text = "two" };

        await Assert.ThrowsAsync<InconsistentStateException>(() => losing.WriteStateAsync("note", s_grain, state));
        Assert.Equal("other", (await Read("note", s_grain)).State!.Text);
    }

    [PostgresFact]
    public async Task ServerThatIsDown_IsNamed_AndUsedAgainWhenItIsUp()
    {
        var state = await Write("one");
        await server.Stop();
        state.State = new Note { Text = "two" };

        var fault = await Assert.ThrowsAsync<GrainStorageException>(() => Storage.WriteStateAsync("note", s_grain, state));
        Assert.StartsWith($"Could not write state 'note' of grain {s_grain} in PostgreSQL: ", fault.Message, StringComparison.Ordinal);

        await server.Start();
        await Storage.WriteStateAsync("note", s_grain, state);
        Assert.Equal(("two", "2"), ((await Read("note", s_grain)).State!.Text, state.ETag));
    }

    [PostgresFact]
    public async Task ServerThatRestarts_IsNotNoticed()
    {
        var state = await Write("one");
        await server.Stop();
        await server.Start();
        state.State = new Note { Text = "two" };
        await Storage.WriteStateAsync("note", s_grain, state);

        Assert.Equal("two", (await Read("note", s_grain)).State!.Text);
    }

    private async Task<GrainState<Note>> Write(string text)
    {
        var state = new GrainState<Note>(new Note { Text = text });
        await Storage.WriteStateAsync("note", s_grain, state);
        return state;
    }

    private async Task<GrainState<Note>> Read(string name, GrainId grain)
    {
        var state = new GrainState<Note>();
        await Storage.ReadStateAsync(name, grain, state);
        return state;
    }

    /// <returns>How many connections to this test's database, other than ours, were ended.</returns>
    private async Task<long> Terminate(string which) => Assert.Single(await PostgresServer.Query<long>(
        server.ConnectionString("postgres"),
        $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{new NpgsqlConnectionStringBuilder(_database).Database}' AND {which}"));

    public sealed record Note
    {
        public string? Text { get; init; }
    }

    /// <summary>Does the first change of each kind, and then loses the connection before it can say so.</summary>
    private sealed class AnswerLoser(IGrainStorage inner, Func<Task>? meanwhile = null) : IGrainStorage
    {
        private bool _repeated;

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ReadStateAsync(stateName, grainId, grainState);

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            Lose(grainState, copy => inner.WriteStateAsync(stateName, grainId, copy));

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            Lose(grainState, copy => inner.ClearStateAsync(stateName, grainId, copy));

        private async Task Lose<T>(IGrainState<T> state, Func<IGrainState<T>, Task> change)
        {
            if (_repeated)
            {
                _repeated = false;
                await change(state);
                return;
            }

            _repeated = true;
            await change(new GrainState<T>(state.State, state.ETag) { RecordExists = state.RecordExists });
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            throw new NpgsqlException("The connection was lost.", new IOException("Connection reset by peer"));
        }
    }
}
