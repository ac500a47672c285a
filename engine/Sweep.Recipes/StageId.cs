using System.Buffers;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sweep.Recipes;

/// <summary>
/// The name of a stage: <c>kind-version-hash</c>. The hash is the first 128 bits of SHA-256 over the canonical JSON of the
/// recipe, which holds its parent's id, so an id is known before anything runs and names everything above it.
/// </summary>
[JsonConverter(typeof(StageIdJsonConverter))]
public readonly record struct StageId : IComparable<StageId>
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32: no i, l, o, u
    private const int HashLength = 26;                                   // 128 bits in base 32

    private static readonly SearchValues<char> s_alphabet = SearchValues.Create(Alphabet);

    private static readonly FrozenDictionary<string, StageKind>.AlternateLookup<ReadOnlySpan<char>> s_kinds =
        Enum.GetValues<StageKind>().ToFrozenDictionary(kind => kind.ToString().ToLowerInvariant()).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly string? _value;

    private StageId(string value) => _value = value;

    public string Value => _value ?? "";

    public StageKind Kind => s_kinds[Value.AsSpan(0, Value.IndexOf('-'))];

    /// <summary>The id of a recipe.</summary>
    public static StageId Of(StageRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var json = new ArrayBufferWriter<byte>();
        CanonicalJson.Serialize<StageRecipe>(json, recipe);
        var digest = SHA256.HashData(json.WrittenSpan);
        var kind = recipe.Kind.ToString().ToLowerInvariant();
        return new StageId(string.Create(CultureInfo.InvariantCulture, $"{kind}-{recipe.Version}-{Base32(digest.AsSpan(0, 16))}"));
    }

    /// <exception cref="FormatException">The text is not <c>kind-version-hash</c>.</exception>
    public static StageId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException($"A stage id is kind-version-hash, for example pretrain-1-{new string('0', HashLength)}, but got '{text}'.");

    public static bool TryParse([NotNullWhen(true)] string? text, out StageId id)
    {
        id = default;
        Span<Range> parts = stackalloc Range[4];
        var span = text.AsSpan();
        if (span.Split(parts, '-') != 3
            || !s_kinds.ContainsKey(span[parts[0]])
            || !int.TryParse(span[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            || span[parts[2]].Length != HashLength
            || span[parts[2]].ContainsAnyExcept(s_alphabet))
        {
            return false;
        }

        id = new StageId(text!);
        return true;
    }

    public int CompareTo(StageId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    private static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(HashLength);
        var buffer = 0;
        var bits = 0;
        foreach (var b in bytes)
        {
            buffer = (buffer << 8) | b;
            bits += 8;
            while (bits >= 5)
            {
                text.Append(Alphabet[(buffer >> (bits - 5)) & 31]);
                bits -= 5;
            }

            buffer &= (1 << bits) - 1;
        }

        if (bits > 0)
        {
            text.Append(Alphabet[(buffer << (5 - bits)) & 31]);
        }

        return text.ToString();
    }
}

/// <summary>Reads and writes a <see cref="StageId"/> as a JSON string, and as a property name.</summary>
public sealed class StageIdJsonConverter : JsonConverter<StageId>
{
    public override StageId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    public override void Write(Utf8JsonWriter writer, StageId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    public override StageId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, StageId value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Value);

    private static StageId Parse(string? text) => StageId.TryParse(text, out var id)
        ? id
        : throw new JsonException($"A stage id is kind-version-hash, but got '{text}'.");
}
