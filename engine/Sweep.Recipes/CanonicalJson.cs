using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// The one JSON of Sweep, for identity, wire, disk and report: camelCase, keys sorted by ordinal, nulls absent, enums as
/// camelCase strings, shortest round-trip numbers, invariant culture, unknown members and members said twice refused.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Options for every serializer that carries Sweep's types.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Canonical text, on one line.</summary>
    public static string Serialize<T>(T value)
    {
        var text = new ArrayBufferWriter<byte>();
        Write(text, value, indented: false);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>The same as UTF-8, for a buffer.</summary>
    public static void Serialize<T>(IBufferWriter<byte> target, T value) => Write(target, value, indented: false);

    /// <summary>The same with line breaks, for files that people open.</summary>
    public static string SerializeIndented<T>(T value)
    {
        var text = new ArrayBufferWriter<byte>();
        Write(text, value, indented: true);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <exception cref="JsonException">The text is no JSON, or not of this type.</exception>
    public static T Deserialize<T>(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException($"Expected a {typeof(T).Name}, but got null.");
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            // How the parser says that a type's discriminator is missing, and that a name or the text has half of a surrogate pair.
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>Applies the same conventions to options that a framework has made (Orleans' JSON codec, HTTP).</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.AllowOutOfOrderMetadataProperties = true;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private static void Write<T>(IBufferWriter<byte> target, T value, bool indented)
    {
        using var document = JsonSerializer.SerializeToDocument(value, Options);
        using var writer = new Utf8JsonWriter(target, new JsonWriterOptions { Indented = indented, Encoder = Options.Encoder, NewLine = "\n" });
        WriteSorted(writer, document.RootElement);
    }

    private static void WriteSorted(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    WriteSorted(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    WriteSorted(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
