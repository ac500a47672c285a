using Orleans.Hosting;
using Orleans.Runtime.Hosting;

namespace Sweep.Silo.Storage;

/// <summary>Registers <see cref="FileGrainStorage"/> with a silo.</summary>
public static class FileGrainStorageHosting
{
    /// <param name="name">The storage name that grains ask for.</param>
    /// <param name="folder">Belongs to this silo alone.</param>
    public static ISiloBuilder AddFileGrainStorage(this ISiloBuilder builder, string name, string folder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddGrainStorage(name, (_, _) => new FileGrainStorage(folder)).MeterGrainStorage(name);
        return builder;
    }
}
