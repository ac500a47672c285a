using Npgsql;
using Sweep.Silo.Storage.Postgres;
using Sweep.Testing.Postgres;

namespace Sweep.Silo.Tests.Storage.Postgres;

/// <summary>Every state a database can be found in, and what a silo makes of it.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresSchemaTests(PostgresServer server)
{
    private static readonly PostgresNeed[] s_all = [PostgresNeed.GrainState, PostgresNeed.Membership];

    [Fact]
    public void Migrations_CountFromOneWithoutGaps() =>
        Assert.Equal(Enumerable.Range(1, PostgresSchema.Newest), PostgresMigration.All.Select(migration => migration.Version));

    [PostgresFact]
    public async Task EmptyDatabase_PreparedByTenAtOnce_IsMadeOnce()
    {
        var database = await server.CreateDatabase();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Prepare(database))));

        Assert.Equal(
            PostgresMigration.All.Select(migration => $"{migration.Version} {migration.Name}"),
            await PostgresServer.Query<string>(database, "SELECT version || ' ' || name FROM sweepschema ORDER BY version"));
        Assert.Equal([13L], await PostgresServer.Query<long>(database, "SELECT count(*) FROM orleansquery"));
    }

    [PostgresFact]
    public async Task OlderSchema_IsBroughtForward_AndKeepsItsRows()
    {
        var database = await server.CreateDatabase();
        await PostgresServer.Execute(
            database,
            $"""
            CREATE TABLE sweepschema (version integer NOT NULL PRIMARY KEY, name text NOT NULL, applied timestamptz NOT NULL DEFAULT now());
            INSERT INTO sweepschema VALUES (1, '0001-grain-state');
            {PostgresMigration.All[0].Text}
            INSERT INTO orleansstorage VALUES (1, 2, 3, 4, 'note', 'a', 'service', 'x', now(), 5);
            """);

        await Prepare(database);

        Assert.Equal([1, 2], await PostgresServer.Query<int>(database, "SELECT version FROM sweepschema ORDER BY version"));
        Assert.Equal([5], await PostgresServer.Query<int>(database, "SELECT version FROM orleansstorage"));
    }

    [PostgresFact]
    public async Task MigrationThatFails_LeavesNothingBehind()
    {
        var database = await server.CreateDatabase();
        await PostgresServer.Execute(database, "CREATE TABLE orleansmembershiptable (other integer)");

        await Assert.ThrowsAsync<PostgresRefusedException>(() => Prepare(database));

        Assert.Equal(["orleansmembershiptable"], await PostgresServer.Query<string>(database, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"));
    }

    [PostgresFact]
    public async Task NewerSchema_IsRefused()
    {
        var database = await server.CreateDatabase();
        await Prepare(database);
        await PostgresServer.Execute(database, "INSERT INTO sweepschema VALUES (99, '0099-later')");

        var refused = await Assert.ThrowsAsync<PostgresRefusedException>(() => Prepare(database));

        Assert.Contains("is version 99, and this silo knows up to 2", refused.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task ForeignSchema_ThatIsWhole_IsLeftAlone()
    {
        var database = await server.CreateDatabase();
        await PostgresServer.Execute(database, string.Concat(PostgresMigration.All.Select(migration => migration.Text)));

        await Prepare(database);

        Assert.Equal([true], await PostgresServer.Query<bool>(database, "SELECT to_regclass('sweepschema') IS NULL"));
    }

    [PostgresFact]
    public async Task ForeignSchema_WithoutMembership_NamesTheScript_AndServesGrainState()
    {
        var database = await server.CreateDatabase();
        await PostgresServer.Execute(database, PostgresMigration.All[0].Text);

        await Prepare(database, PostgresNeed.GrainState);
        var refused = await Assert.ThrowsAsync<PostgresRefusedException>(() => Prepare(database, PostgresNeed.Membership));

        Assert.Contains("run PostgreSQL-Clustering.sql", refused.Message, StringComparison.Ordinal);
        Assert.Contains("InsertMembershipKey", refused.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task SchemaOfItsOwn_IsUsedByItsSearchPath()
    {
        var database = await server.CreateDatabase();
        await PostgresServer.Execute(database, "CREATE SCHEMA pruning");

        await Prepare(database + ";Search Path=pruning");

        Assert.Equal(["pruning"], await PostgresServer.Query<string>(database, "SELECT schemaname::text FROM pg_tables WHERE tablename = 'orleansstorage'"));
    }

    [PostgresFact]
    public async Task SearchPathWithoutASchema_IsNamed()
    {
        var refused = await Assert.ThrowsAsync<PostgresRefusedException>(
            async () => await Prepare(await server.CreateDatabase() + ";Search Path=nowhere"));

        Assert.Contains("CREATE SCHEMA sweep AUTHORIZATION \"sweep\";", refused.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task WrongPassword_IsNamed_AndNotTold()
    {
        var refused = await Assert.ThrowsAsync<PostgresRefusedException>(
            async () => await Prepare(await server.CreateDatabase() + ";Password=nonsense"));

        Assert.Contains("must hold the password of role \"sweep\"", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("nonsense", refused.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task MissingDatabase_SaysHowToMakeIt()
    {
        var refused = await Assert.ThrowsAsync<PostgresRefusedException>(() => Prepare(server.ConnectionString("nowhere")));

        Assert.Contains("CREATE DATABASE \"nowhere\" OWNER \"sweep\";", refused.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task RoleThatMayNotMakeTables_SaysTheGrant()
    {
        var database = await server.CreateDatabase();
        var role = await Role("maker");
        await PostgresServer.Execute(database, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");

        var refused = await Assert.ThrowsAsync<PostgresRefusedException>(() => Prepare(database + role));
        Assert.Contains("GRANT USAGE, CREATE ON SCHEMA public TO \"maker\";", refused.Message, StringComparison.Ordinal);

        await PostgresServer.Execute(database, "GRANT USAGE, CREATE ON SCHEMA public TO maker");
        await Prepare(database + role);
    }

    [PostgresFact]
    public async Task RoleThatMayNotWrite_SaysTheGrant()
    {
        var database = await server.CreateDatabase();
        var role = await Role("reader");
        await Prepare(database);
        await PostgresServer.Execute(database, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");

        var refused = await Assert.ThrowsAsync<PostgresRefusedException>(() => Prepare(database + role));
        Assert.Contains("GRANT INSERT, UPDATE ON orleansstorage TO \"reader\";", refused.Message, StringComparison.Ordinal);

        await PostgresServer.Execute(database, "GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO reader");
        await Prepare(database + role);
    }

    [PostgresFact]
    public async Task RoleThatMayNotRead_SaysTheGrant()
    {
        var database = await server.CreateDatabase();
        var role = await Role("stranger");
        await Prepare(database);

        var refused = await Assert.ThrowsAsync<PostgresRefusedException>(() => Prepare(database + role));

        Assert.Contains("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES", refused.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task ServerThatIsDown_IsNamed()
    {
        var database = await server.CreateDatabase();
        await server.Stop();
        try
        {
            var refused = await Assert.ThrowsAsync<PostgresRefusedException>(() => Prepare(database));
            Assert.Contains($"must be reachable at 127.0.0.1:{server.Port}", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await server.Start();
        }
    }

    [PostgresFact]
    public async Task ServerThatIsStarting_IsWaitedFor()
    {
        var database = await server.CreateDatabase();
        await server.Stop();
        var prepared = new PostgresSchema(PostgresConnection.Complete(database), TimeSpan.FromMinutes(1), TimeProvider.System).Prepare(s_all, default);
        await server.Start();

        await prepared;
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("Host=db;Prot=5432")]
    [InlineData("Host=db;Port=many")]
    [InlineData("Database=sweep")]
    [InlineData("")]
    public void ConnectionStringThatIsNone_IsRefusedWithoutBeingTold(string text)
    {
        var refused = Assert.Throws<PostgresRefusedException>(() => PostgresConnection.Complete(text));

        Assert.StartsWith("--postgres must ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ConnectionString_KeepsTheOperatorsWords()
    {
        var words = new NpgsqlConnectionStringBuilder(PostgresConnection.Complete("Host=db;Timeout=30;SSL Mode=VerifyFull"));

        Assert.Equal((30, 8, SslMode.VerifyFull, "sweep"), (words.Timeout, words.CommandTimeout, words.SslMode, words.ApplicationName));
    }

    private static Task Prepare(string database, params PostgresNeed[] needs) =>
        new PostgresSchema(PostgresConnection.Complete(database), TimeSpan.Zero, TimeProvider.System).Prepare(needs.Length == 0 ? s_all : needs, default);

    /// <returns>What to add to a connection string to be it.</returns>
    private async Task<string> Role(string name)
    {
        await PostgresServer.Execute(server.ConnectionString("postgres"), $"CREATE ROLE {name} LOGIN PASSWORD 'p'");
        return $";Username={name};Password=p";
    }
}
