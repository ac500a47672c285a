using System.Text;

namespace Sweep.Planning;

/// <summary>Thrift's compact protocol, as far as Parquet's metadata needs it: structs of whole numbers, text, lists and structs.</summary>
internal sealed class ThriftWriter(Stream output)
{
    private const byte Int32Type = 5;
    private const byte Int64Type = 6;
    private const byte BinaryType = 8;
    private const byte ListType = 9;
    private const byte StructType = 12;

    private readonly Stack<short> _outer = [];
    private short _last;

    /// <summary>A struct that stands by itself, or in a list.</summary>
    public void Struct(Action fields)
    {
        _outer.Push(_last);
        _last = 0;
        fields();
        output.WriteByte(0);
        _last = _outer.Pop();
    }

    public void Field(short id, int value)
    {
        Header(id, Int32Type);
        ZigZag(value);
    }

    public void Field(short id, long value)
    {
        Header(id, Int64Type);
        ZigZag(value);
    }

    public void Field(short id, string value)
    {
        Header(id, BinaryType);
        Text(value);
    }

    public void Field(short id, Action fields)
    {
        Header(id, StructType);
        Struct(fields);
    }

    public void Structs<T>(short id, IReadOnlyCollection<T> items, Action<T> fields)
    {
        ListHeader(id, items.Count, StructType);
        foreach (var item in items)
        {
            Struct(() => fields(item));
        }
    }

    public void Numbers(short id, params int[] items)
    {
        ListHeader(id, items.Length, Int32Type);
        foreach (var item in items)
        {
            ZigZag(item);
        }
    }

    public void Texts(short id, params string[] items)
    {
        ListHeader(id, items.Length, BinaryType);
        foreach (var item in items)
        {
            Text(item);
        }
    }

    /// <summary>Seven bits a byte, the lowest first.</summary>
    public static void VarInt(Stream output, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output.WriteByte((byte)(value | 0x80));
        }

        output.WriteByte((byte)value);
    }

    private void ListHeader(short id, int count, byte type)
    {
        Header(id, ListType);
        output.WriteByte((byte)((Math.Min(count, 15) << 4) | type));
        if (count >= 15)
        {
            VarInt(output, (ulong)count);
        }
    }

    private void Header(short id, byte type)
    {
        if (id - _last is > 0 and <= 15 and var step)
        {
            output.WriteByte((byte)((step << 4) | type));
        }
        else
        {
            output.WriteByte(type);
            ZigZag(id);
        }

        _last = id;
    }

    private void ZigZag(long value) => VarInt(output, (ulong)((value << 1) ^ (value >> 63)));

    private void Text(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        VarInt(output, (ulong)bytes.Length);
        output.Write(bytes);
    }
}
