using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Storage;
using Sweep.Silo.Settings;
using Sweep.Silo.Storage.Postgres;

namespace Sweep.Silo.Storage;

/// <summary>Registers grain storage in PostgreSQL with a silo.</summary>
public static class PostgresGrainStorageHosting
{
    /// <param name="name">The storage name that grains ask for.</param>
    /// <exception cref="PostgresRefusedException"><c>--postgres</c> is no connection string.</exception>
    public static ISiloBuilder AddPostgresGrainStorage(this ISiloBuilder builder, string name, StorageSettings storage)
    {
        var connection = builder.NeedPostgres(storage, PostgresNeed.GrainState);
        var rows = $"{name}-rows";
        builder.AddAdoNetGrainStorage(rows, options =>
        {
            options.Invariant = PostgresHosting.Invariant;
            options.ConnectionString = connection;
            options.GrainStorageSerializer = new CanonicalGrainSerializer();
        });
        builder.Services.AddKeyedSingleton<IGrainStorage>(name, (services, _) => new PostgresGrainStorage(
            services.GetRequiredKeyedService<IGrainStorage>(rows), services.GetRequiredService<TimeProvider>()));
        builder.Services.MeterGrainStorage(name);
        return builder;
    }
}
