using Orleans.Hosting;
using Sweep.Silo.Settings;
using Sweep.Silo.Storage.Postgres;

namespace Sweep.Silo.Membership;

/// <summary>Silos find one another in PostgreSQL.</summary>
public static class PostgresMembership
{
    /// <exception cref="PostgresRefusedException"><c>--postgres</c> is no connection string.</exception>
    /// <exception cref="NotSupportedException">The silo runs on what stands in for Orleans, which has no membership of equals.</exception>
    public static ISiloBuilder UsePostgresMembership(this ISiloBuilder builder, StorageSettings storage)
    {
        var connection = builder.NeedPostgres(storage, PostgresNeed.Membership);
        return builder.UseAdoNetClustering(options =>
        {
            options.Invariant = PostgresHosting.Invariant;
            options.ConnectionString = connection;
        });
    }
}
