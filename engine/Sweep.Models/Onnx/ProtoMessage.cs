using System.Buffers.Binary;
using System.Text;

namespace Sweep.Models.Onnx;

/// <summary>
/// Writes one protobuf message: each field is a varint of (number &lt;&lt; 3 | wire type), then its value. Fields at their default are absent,
/// as proto3 wants.
/// </summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private readonly MemoryStream _bytes = new();

    public ProtoMessage Integer(int field, long value)
    {
        if (value != 0)
        {
            Tag(field, Varint);
            WriteVarint((ulong)value);
        }

        return this;
    }

    /// <summary>Repeated integers, packed.</summary>
    public ProtoMessage Integers(int field, IReadOnlyList<long> values)
    {
        var packed = new ProtoMessage();
        foreach (var value in values)
        {
            packed.WriteVarint((ulong)value);
        }

        return values.Count == 0 ? this : Message(field, packed);
    }

    /// <summary>Written even when 0: an attribute's value is meant, not absent.</summary>
    public ProtoMessage Float(int field, float value)
    {
        Tag(field, Fixed32);
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        _bytes.Write(four);
        return this;
    }

    public ProtoMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, LengthDelimited);
        WriteVarint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public ProtoMessage Message(int field, ProtoMessage value) => Bytes(field, value._bytes.GetBuffer().AsSpan(0, (int)value._bytes.Length));

    public void WriteTo(Stream stream) => _bytes.WriteTo(stream);

    private void Tag(int field, int wireType) => WriteVarint((ulong)(field << 3 | wireType));

    private void WriteVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.WriteByte((byte)(value | 0x80));
        }

        _bytes.WriteByte((byte)value);
    }
}
