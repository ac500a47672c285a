using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;

namespace Sweep.Silo.Storage;

/// <summary>Registers <see cref="JournalGrainStorage"/> with a silo.</summary>
public static class JournalGrainStorageHosting
{
    /// <param name="name">The storage name that grains ask for.</param>
    /// <param name="folder">Belongs to this silo alone.</param>
    public static ISiloBuilder AddJournalGrainStorage(this ISiloBuilder builder, string name, string folder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services
            .AddGrainStorage(name, (services, _) => new JournalGrainStorage(folder, services.GetRequiredService<ILogger<JournalGrainStorage>>()))
            .MeterGrainStorage(name);
        return builder;
    }
}
