using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Orleans.Serialization;

/// <summary>Adds System.Text.Json for the types that a delegate names.</summary>
public static class SerializationHostingExtensions
{
    /// <param name="serializerBuilder">The builder.</param>
    /// <param name="isSupported">Whether values of a type travel, and are copied, as JSON.</param>
    /// <param name="jsonSerializerOptions">How they are written; the default options if null.</param>
    public static ISerializerBuilder AddJsonSerializer(
        this ISerializerBuilder serializerBuilder, Func<Type, bool>? isSupported, JsonSerializerOptions? jsonSerializerOptions = null) =>
        serializerBuilder.AddJsonSerializer(isSupported, isSupported, builder => builder.Configure(options =>
        {
            if (jsonSerializerOptions is not null)
                options.SerializerOptions = jsonSerializerOptions;
        }));

    /// <param name="serializerBuilder">The builder.</param>
    /// <param name="isSerializable">Whether values of a type travel as JSON.</param>
    /// <param name="isCopyable">Whether they are copied through JSON.</param>
    /// <param name="configureOptions">Configures the codec.</param>
    public static ISerializerBuilder AddJsonSerializer(
        this ISerializerBuilder serializerBuilder,
        Func<Type, bool>? isSerializable,
        Func<Type, bool>? isCopyable,
        Action<OptionsBuilder<JsonCodecOptions>>? configureOptions = null)
    {
        var services = serializerBuilder.Services;
        configureOptions?.Invoke(services.AddOptions<JsonCodecOptions>());
        services.AddSingleton(new JsonTypeSelector(isSerializable, isCopyable));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IGeneralCodec, JsonCodec>());
        return serializerBuilder;
    }
}

/// <summary>Options of the JSON codec.</summary>
public class JsonCodecOptions
{
    public JsonSerializerOptions SerializerOptions { get; set; } = new();

    public JsonReaderOptions ReaderOptions { get; set; }

    public JsonWriterOptions WriterOptions { get; set; }

    /// <summary>Asked after the delegates of <c>AddJsonSerializer</c>.</summary>
    public Func<Type, bool?>? IsSerializableType { get; set; }

    /// <summary>Asked after the delegates of <c>AddJsonSerializer</c>.</summary>
    public Func<Type, bool?>? IsCopyableType { get; set; }
}
