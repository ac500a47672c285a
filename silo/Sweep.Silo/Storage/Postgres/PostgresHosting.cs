using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Storage.Postgres;

/// <summary>What grain state and membership in PostgreSQL share.</summary>
internal static class PostgresHosting
{
    /// <summary>How Orleans calls the driver.</summary>
    public const string Invariant = "Npgsql";

    /// <summary>The database is prepared for this need, and all others, when the silo starts.</summary>
    /// <returns>The connection string to use.</returns>
    public static string NeedPostgres(this ISiloBuilder builder, StorageSettings storage, PostgresNeed need)
    {
        var connection = PostgresConnection.Complete(storage.Postgres);
        builder.Services.AddSingleton(new PostgresAddress(connection));
        builder.Services.AddSingleton(need);
        builder.Services.AddHostedService<PostgresStart>();
        return connection;
    }
}
