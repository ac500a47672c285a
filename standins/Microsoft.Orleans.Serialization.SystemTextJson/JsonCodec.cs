using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Orleans.Serialization;

/// <summary>The types that one call of <c>AddJsonSerializer</c> named.</summary>
internal sealed record JsonTypeSelector(Func<Type, bool>? IsSerializable, Func<Type, bool>? IsCopyable);

/// <summary>Values that System.Text.Json writes: its own nodes, and the types that selectors or options name.</summary>
internal sealed class JsonCodec(IEnumerable<JsonTypeSelector> selectors, IOptions<JsonCodecOptions> options) : IGeneralCodec
{
    private readonly JsonTypeSelector[] _selectors = [.. selectors];
    private readonly JsonCodecOptions _options = options.Value;

    public ValueCodec? Find(Type type)
    {
        var isSerializable = Selects(type, selector => selector.IsSerializable, _options.IsSerializableType);
        var isCopyable = Selects(type, selector => selector.IsCopyable, _options.IsCopyableType);
        return isSerializable || isCopyable ? new OfType(type, _options, isSerializable, isCopyable) : null;
    }

    private static bool IsNative(Type type) =>
        type == typeof(JsonElement) || type == typeof(JsonDocument) || type.IsAssignableTo(typeof(JsonNode));

    private bool Selects(Type type, Func<JsonTypeSelector, Func<Type, bool>?> side, Func<Type, bool?>? fallback)
    {
        if (IsNative(type))
            return true;

        return !type.IsAbstract && (_selectors.Any(selector => side(selector)?.Invoke(type) == true) || fallback?.Invoke(type) == true);
    }

    private sealed class OfType(Type type, JsonCodecOptions options, bool isSerializable, bool isCopyable) : ValueCodec
    {
        public override bool IsShareable { get; } = ShallowCopies.Suit(type);

        public override void Write(Utf8JsonWriter writer, object value)
        {
            if (!isSerializable)
                throw new CodecNotFoundException($"Could not find a codec for type {type}.");

            JsonSerializer.Serialize(writer, value, type, options.SerializerOptions);
        }

        public override object Read(JsonElement element)
        {
            if (!isSerializable)
                throw new CodecNotFoundException($"Could not find a codec for type {type}.");

            return element.Deserialize(type, options.SerializerOptions)
                ?? throw new JsonException($"System.Text.Json made null of a value of {type}.");
        }

        public override object Copy(object value)
        {
            if (!isCopyable)
                throw new CodecNotFoundException($"Could not find a copier for type {type}.");

            if (value is JsonNode node)
                return node.DeepClone();

            var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type, options.SerializerOptions);
            return JsonSerializer.Deserialize(bytes, type, options.SerializerOptions)
                ?? throw new JsonException($"System.Text.Json made null of a copy of {type}.");
        }
    }
}
