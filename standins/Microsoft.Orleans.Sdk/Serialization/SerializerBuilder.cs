using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Orleans.Serialization;

/// <summary>Where codecs are added.</summary>
public interface ISerializerBuilder
{
    IServiceCollection Services { get; }
}

/// <summary>Registers the serializer.</summary>
public static class ServiceCollectionExtensions
{
    public static IServiceCollection AddSerializer(this IServiceCollection services, Action<ISerializerBuilder>? configure = null)
    {
        services.TryAddSingleton<CodecCatalog>();
        configure?.Invoke(new SerializerBuilder(services));
        return services;
    }

    private sealed class SerializerBuilder(IServiceCollection services) : ISerializerBuilder
    {
        public IServiceCollection Services => services;
    }
}
