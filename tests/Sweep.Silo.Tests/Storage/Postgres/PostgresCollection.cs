using Sweep.Testing.Postgres;

namespace Sweep.Silo.Tests.Storage.Postgres;

/// <summary>Shares one server; its tests run one after another, for some of them stop it.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}
