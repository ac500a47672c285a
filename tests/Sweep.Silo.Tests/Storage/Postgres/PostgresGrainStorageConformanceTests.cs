using Orleans.Storage;
using Sweep.Testing;
using Sweep.Testing.Postgres;

namespace Sweep.Silo.Tests.Storage.Postgres;

[Collection(PostgresCollection.Name)]
[NeedsPostgres]
public sealed class PostgresGrainStorageConformanceTests(PostgresServer server, PostgresGrainStorageConformanceTests.Shared shared)
    : GrainStorageConformance, IClassFixture<PostgresGrainStorageConformanceTests.Shared>, IAsyncLifetime
{
    public Task InitializeAsync() => shared.Empty(server);

    public Task DisposeAsync() => Task.CompletedTask;

    protected override IGrainStorage Open() => shared.Silo!.Storage;

    /// <summary>One silo for all; each test finds an empty table.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        private string? _database;

        internal PostgresSilo? Silo { get; private set; }

        public async Task Empty(PostgresServer server)
        {
            ArgumentNullException.ThrowIfNull(server);
            if (_database is null)
            {
                _database = await server.CreateDatabase();
                Silo = await PostgresSilo.Start(_database);
            }

            await PostgresServer.Execute(_database, "TRUNCATE orleansstorage");
        }

        public Task InitializeAsync() => Task.CompletedTask;

        public async Task DisposeAsync()
        {
            if (Silo is not null)
            {
                await Silo.DisposeAsync();
            }
        }
    }
}
