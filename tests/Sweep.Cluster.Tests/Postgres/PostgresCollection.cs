using Sweep.Testing.Postgres;

namespace Sweep.Cluster.Tests.Postgres;

/// <summary>One server, and one undisturbed run to compare with.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>, ICollectionFixture<FaultFreeRun>
{
    public const string Name = "PostgreSQL";
}
