using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sweep.Grains;

/// <summary>SHA-256, in lower-case hexadecimal, of an artifact's manifest: the names and digests of its files.</summary>
[JsonConverter(typeof(ArtifactIdJsonConverter))]
public readonly record struct ArtifactId
{
    private readonly string? _value;

    /// <exception cref="FormatException">Not 64 lower-case hexadecimal digits.</exception>
    public ArtifactId(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length != 64 || value.Any(c => !char.IsAsciiHexDigitLower(c) && !char.IsAsciiDigit(c)))
        {
            throw new FormatException($"An artifact id is 64 lower-case hexadecimal digits, but got '{value}'.");
        }

        _value = value;
    }

    public string Value => _value ?? "";

    public override string ToString() => Value;
}

/// <summary>An <see cref="ArtifactId"/> is a JSON string.</summary>
public sealed class ArtifactIdJsonConverter : JsonConverter<ArtifactId>
{
    public override ArtifactId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return new ArtifactId(reader.GetString() ?? "");
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, ArtifactId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
