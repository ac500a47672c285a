using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Sweep.Models.Formats;

/// <summary>One tensor of a safetensors file: row-major, little-endian.</summary>
/// <param name="Type">The format's name, for example <c>F32</c>, <c>BF16</c> or <c>I64</c>.</param>
public sealed record StoredTensor(string Name, string Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes)
{
    public static StoredTensor Of(string name, ReadOnlySpan<float> values, params long[] shape) =>
        new(name, "F32", shape, MemoryMarshal.AsBytes(values).ToArray());

    public static StoredTensor Of(string name, ReadOnlySpan<long> values, params long[] shape) =>
        new(name, "I64", shape, MemoryMarshal.AsBytes(values).ToArray());

    public static StoredTensor Of(string name, ReadOnlySpan<byte> values, params long[] shape) => new(name, "U8", shape, values.ToArray());

    /// <summary>Half precision is widened, which is exact.</summary>
    /// <exception cref="InvalidDataException">The type is no float of 32 or 16 bits.</exception>
    public float[] Floats() => Type switch
    {
        "F32" => MemoryMarshal.Cast<byte, float>(Bytes.Span).ToArray(),
        "F16" => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(Bytes.Span).ToArray(), value => (float)value),
        "BF16" => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(Bytes.Span).ToArray(), value => BitConverter.UInt32BitsToSingle((uint)value << 16)),
        _ => throw new InvalidDataException($"Tensor '{Name}' must have type F32, F16 or BF16, but has {Type}."),
    };

    public long[] Longs() => Type == "I64"
        ? MemoryMarshal.Cast<byte, long>(Bytes.Span).ToArray()
        : throw new InvalidDataException($"Tensor '{Name}' must have type I64, but has {Type}.");

    public byte[] Octets() => Type == "U8"
        ? Bytes.ToArray()
        : throw new InvalidDataException($"Tensor '{Name}' must have type U8, but has {Type}.");

    /// <returns>0 for a type that is not read.</returns>
    internal static int ElementBytes(string type) => type switch
    {
        "F64" or "I64" => 8,
        "F32" or "I32" => 4,
        "F16" or "BF16" or "I16" => 2,
        "I8" or "U8" or "BOOL" => 1,
        _ => 0,
    };
}

/// <summary>
/// The safetensors format: 8 bytes with the header's length, a JSON header {name: {dtype, shape, data_offsets}}, then the bytes;
/// offsets count from the end of the header.
/// </summary>
public static class SafeTensors
{
    private const int Alignment = 8;
    private const long LongestHeader = 100_000_000;

    /// <summary>Writes the tensors in the given order and flushes them to the disk.</summary>
    public static void Write(string path, IReadOnlyList<StoredTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            long offset = 0;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type);
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (header.Length % Alignment != 0)
        {
            header.WriteByte((byte)' ');
        }

        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Write(length);
        file.Write(header.GetBuffer(), 0, (int)header.Length);
        foreach (var tensor in tensors)
        {
            file.Write(tensor.Bytes.Span);
        }

        file.Flush(flushToDisk: true);
    }

    /// <exception cref="InvalidDataException">The file breaks a rule of the format; the message names file, rule and values.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Read(string path) => Read(path, File.ReadAllBytes(path));

    /// <param name="path">For messages.</param>
    /// <exception cref="InvalidDataException">The file breaks a rule of the format; the message names file, rule and values.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Read(string path, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length < 8)
        {
            throw Broken(path, $"a safetensors file has at least 8 bytes, but this one has {bytes.Length}");
        }

        var headerLength = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        if (headerLength < 2 || headerLength > LongestHeader || headerLength > bytes.Length - 8)
        {
            throw Broken(path, $"the header of {headerLength} bytes at offset 8 must fit in the file of {bytes.Length} bytes");
        }

        var data = bytes.AsMemory(8 + (int)headerLength);
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        try
        {
            using var header = JsonDocument.Parse(bytes.AsMemory(8, (int)headerLength));
            foreach (var member in header.RootElement.EnumerateObject().Where(member => member.Name != "__metadata__"))
            {
                tensors.Add(member.Name, ReadEntry(path, member, data));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"{path}: the header at offset 8 must be a safetensors header. {e.Message}", e);
        }

        return tensors;
    }

    private static StoredTensor ReadEntry(string path, JsonProperty member, ReadOnlyMemory<byte> data)
    {
        var type = member.Value.GetProperty("dtype").GetString() ?? "";
        var shape = member.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64()).ToArray();
        var offsets = member.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()).ToArray();
        if (StoredTensor.ElementBytes(type) is var size && size == 0)
        {
            throw Broken(path, $"tensor '{member.Name}' must be of floats with 16, 32 or 64 bits, of integers or of BOOL, but is of '{type}'");
        }

        var expected = shape.Aggregate((long)size, (product, length) => checked(product * length));
        if (shape.Any(length => length < 0) || offsets.Length != 2 || offsets[0] < 0 || offsets[1] > data.Length || offsets[1] - offsets[0] != expected)
        {
            throw Broken(path, string.Create(
                CultureInfo.InvariantCulture,
                $"tensor '{member.Name}' of {expected} bytes must lie inside the {data.Length} bytes of data, but its offsets are [{string.Join(", ", offsets)}]"));
        }

        return new StoredTensor(member.Name, type, shape, data[(int)offsets[0]..(int)offsets[1]]);
    }

    private static InvalidDataException Broken(string path, string rule) => new($"{path}: {rule}.");
}
