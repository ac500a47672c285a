using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Storage;

namespace Sweep.Silo.Storage;

/// <summary>Registers <see cref="FileGrainStorage"/> with a silo.</summary>
public static class FileGrainStorageHosting
{
    /// <param name="name">The storage name that grains ask for.</param>
    /// <param name="folder">Belongs to this silo alone.</param>
    public static ISiloBuilder AddFileGrainStorage(this ISiloBuilder builder, string name, string folder)
    {
        builder.Services.AddKeyedSingleton<IGrainStorage>(name, (services, _) => new MeteredGrainStorage(
            new FileGrainStorage(folder), services.GetRequiredService<IMeterFactory>(), services.GetRequiredService<TimeProvider>()));
        return builder;
    }
}
