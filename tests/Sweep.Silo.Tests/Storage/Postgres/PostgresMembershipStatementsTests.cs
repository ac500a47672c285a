using System.Data;
using Npgsql;
using Sweep.Silo.Storage.Postgres;
using Sweep.Testing.Postgres;

namespace Sweep.Silo.Tests.Storage.Postgres;

/// <summary>The membership statements, called as Orleans' clustering calls them: its names, its types, what it reads.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresMembershipStatementsTests(PostgresServer server) : IAsyncLifetime
{
    private const int Joining = 2;
    private const int Active = 3;
    private const int Dead = 6;

    private static readonly DateTime s_start = new(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);

    private string _database = "";

    public async Task InitializeAsync()
    {
        if (PostgresServer.Missing is null)
        {
            _database = await server.CreateDatabase();
            await new PostgresSchema(_database, TimeSpan.Zero, TimeProvider.System).Prepare([PostgresNeed.Membership], default);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [PostgresFact]
    public async Task Version_IsMadeOnce()
    {
        Assert.True(await Changed("InsertMembershipVersionKey"));
        Assert.False(await Changed("InsertMembershipVersionKey"));
        var row = Assert.Single(await Read("MembershipReadAllKey"));
        Assert.Equal((DBNull.Value, 0), (row["StartTime"], row["Version"]));
    }

    [PostgresFact]
    public async Task Silo_IsAddedOnce_AndOnlyWithTheLatestVersion()
    {
        await Changed("InsertMembershipVersionKey");
        Assert.False(await Add(1, version: 7));
        Assert.True(await Add(1, version: 0));
        Assert.False(await Add(1, version: 1));
        Assert.False(await Add(2, version: 0));
        Assert.True(await Add(2, version: 1));

        var rows = await Read("MembershipReadAllKey");
        Assert.Equal([(1, 2), (2, 2)], rows.Select(row => ((int)row["Generation"], (int)row["Version"])).Order());
        Assert.All(rows, row => Assert.Equal((s_start, "10.0.0.1", "silo", "host", 30000), (row["StartTime"], row["Address"], row["SiloName"], row["HostName"], row["ProxyPort"])));
    }

    [PostgresFact]
    public async Task Change_WithAnOldVersion_ChangesNothing()
    {
        await Changed("InsertMembershipVersionKey");
        await Add(1, version: 0);

        Assert.False(await Update(1, Dead, version: 0));
        Assert.False(await Update(9, Dead, version: 1));
        Assert.True(await Update(1, Active, version: 1));
        Assert.False(await Update(1, Dead, version: 1));

        var row = Assert.Single(await Read("MembershipReadRowKey", Silo(1)));
        Assert.Equal((Active, 2, "10.0.0.2:1@1,2026"), ((int)row["Status"], (int)row["Version"], (string)row["SuspectTimes"]));
    }

    [PostgresFact]
    public async Task OfManyChangesWithOneVersion_OneGoesThrough()
    {
        await Changed("InsertMembershipVersionKey");
        var added = await Task.WhenAll(Enumerable.Range(1, 16).Select(generation => Task.Run(() => Add(generation, version: 0))));
        Assert.Single(added, through => through);

        var generation = (int)Assert.Single(await Read("MembershipReadAllKey"))["Generation"];
        var changed = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Update(generation, Active, version: 1))));
        Assert.Single(changed, through => through);
        Assert.Equal(2, (int)Assert.Single(await Read("MembershipReadAllKey"))["Version"]);
    }

    [PostgresFact]
    public async Task SignOfLife_MovesNoVersion()
    {
        await Changed("InsertMembershipVersionKey");
        await Add(1, version: 0);
        await Read("UpdateIAmAlivetimeKey", [.. Silo(1), ("IAmAliveTime", DbType.DateTime, s_start.AddMinutes(5))]);

        var row = Assert.Single(await Read("MembershipReadAllKey"));
        Assert.Equal((s_start.AddMinutes(5), 1), (row["IAmAliveTime"], row["Version"]));
    }

    [PostgresFact]
    public async Task Gateways_AreThoseInWork()
    {
        await Changed("InsertMembershipVersionKey");
        await Add(1, version: 0);
        Assert.Empty(await Read("GatewaysQueryKey", ("Status", DbType.Int32, Active)));
        await Update(1, Active, version: 1);

        var row = Assert.Single(await Read("GatewaysQueryKey", ("Status", DbType.Int32, Active)));
        Assert.Equal(("10.0.0.1", 30000, 1), (row["Address"], row["ProxyPort"], row["Generation"]));
    }

    [PostgresFact]
    public async Task Cleaning_LeavesSilosInWork()
    {
        await Changed("InsertMembershipVersionKey");
        await Add(1, version: 0);
        await Add(2, version: 1);
        await Update(1, Active, version: 2);
        await Update(2, Dead, version: 3);
        await Read("CleanupDefunctSiloEntriesKey", ("IAmAliveTime", DbType.DateTime, s_start.AddDays(1)));
        Assert.Equal(1, (int)Assert.Single(await Read("MembershipReadAllKey"))["Generation"]);

        await Read("DeleteMembershipTableEntriesKey");
        Assert.Empty(await Read("MembershipReadAllKey"));
    }

    private static (string Name, DbType Type, object? Value)[] Silo(int generation) =>
        [("Address", DbType.String, "10.0.0.1"), ("Port", DbType.Int32, 11111), ("Generation", DbType.Int32, generation)];

    private Task<bool> Add(int generation, int version) => Changed(
        "InsertMembershipKey",
        [
            .. Silo(generation), ("SiloName", DbType.String, "silo"), ("HostName", DbType.String, "host"), ("Status", DbType.Int32, Joining),
            ("ProxyPort", DbType.Int32, 30000), ("StartTime", DbType.DateTime, s_start), ("IAmAliveTime", DbType.DateTime, s_start), ("Version", DbType.Int32, version),
        ]);

    private Task<bool> Update(int generation, int status, int version) => Changed(
        "UpdateMembershipKey",
        [
            .. Silo(generation), ("Status", DbType.Int32, status), ("SuspectTimes", DbType.String, "10.0.0.2:1@1,2026"),
            ("IAmAliveTime", DbType.DateTime, s_start), ("Version", DbType.Int32, version),
        ]);

    private async Task<bool> Changed(string key, params (string Name, DbType Type, object? Value)[] parameters) =>
        Convert.ToBoolean(Assert.Single(Assert.Single(await Read(key, parameters)).Values), null);

    private async Task<IReadOnlyList<Dictionary<string, object>>> Read(string key, params (string Name, DbType Type, object? Value)[] parameters)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        await using var statement = new NpgsqlCommand("SELECT querytext FROM orleansquery WHERE querykey = $1", connection) { Parameters = { new() { Value = key } } };
        await using var command = new NpgsqlCommand((string)(await statement.ExecuteScalarAsync())!, connection);
        foreach (var (name, type, value) in parameters.Prepend(("DeploymentId", DbType.String, "cluster")))
        {
            command.Parameters.Add(new NpgsqlParameter { ParameterName = name, DbType = type, Value = value ?? DBNull.Value });
        }

        await using var reader = await command.ExecuteReaderAsync();
        List<Dictionary<string, object>> rows = [];
        while (await reader.ReadAsync())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, reader.GetValue, StringComparer.OrdinalIgnoreCase));
        }

        return rows;
    }
}
