using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
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
    public static string Serialize<T>(T value) => Write(JsonSerializer.SerializeToNode(value, Options), indented: false);

    /// <summary>The same with line breaks, for files that people open.</summary>
    public static string SerializeIndented<T>(T value) => Write(JsonSerializer.SerializeToNode(value, Options), indented: true);

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

    private static string Write(JsonNode? node, bool indented)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = indented, Encoder = Options.Encoder, NewLine = "\n" }))
        {
            WriteSorted(writer, node);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteSorted(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                writer.WriteStartObject();
                foreach (var (name, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    WriteSorted(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    WriteSorted(writer, item);
                }

                writer.WriteEndArray();
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
