using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Sweep.Silo.Storage;

/// <summary>Measures grain storages that others register.</summary>
public static class MeteredGrainStorageHosting
{
    /// <summary>Puts <see cref="MeteredGrainStorage"/> around the grain storage that was registered last under a name.</summary>
    /// <param name="name">The storage name that grains ask for.</param>
    /// <exception cref="InvalidOperationException">No grain storage is registered under the name by a factory.</exception>
    public static IServiceCollection MeterGrainStorage(this IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        var registered = services.LastOrDefault(service =>
            service.IsKeyedService && service.ServiceType == typeof(IGrainStorage) && Equals(service.ServiceKey, name));
        if (registered?.KeyedImplementationFactory is not { } create)
        {
            throw new InvalidOperationException($"A grain storage must be registered under '{name}' before it is measured, but none is.");
        }

        services.Remove(registered);
        return services.AddKeyedSingleton<IGrainStorage>(name, (provider, key) => new MeteredGrainStorage(
            (IGrainStorage)create(provider, key),
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<TimeProvider>()));
    }
}
