using System.Buffers.Binary;
using System.Text;

namespace Sweep.Planning;

/// <summary>Reads what the Parquet and Thrift compact specifications say of files without nesting, compression and dictionaries; knows nothing of the writer.</summary>
internal sealed class ParquetReader
{
    private readonly byte[] _file;
    private int _at;

    private ParquetReader(byte[] file, int at) => (_file, _at) = (file, at);

    public static (Dictionary<string, List<object?>> Columns, Dictionary<string, string> Notes) Read(byte[] file)
    {
        Assert.Equal("PAR1", Encoding.ASCII.GetString(file, 0, 4));
        Assert.Equal("PAR1", Encoding.ASCII.GetString(file, file.Length - 4, 4));
        var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8));
        var metadata = new ParquetReader(file, file.Length - 8 - length).Struct();
        var schema = List(metadata[2]);
        var columns = schema.Skip(1).ToDictionary(column => (string)column[4], _ => new List<object?>());
        Assert.Equal((long)columns.Count, schema[0][5]);
        foreach (var group in List(metadata[4]))
        {
            foreach (var chunk in List(group[1]).Select(column => (Dictionary<int, object>)column[3]))
            {
                var name = (string)((List<object>)chunk[3])[0];
                var reader = new ParquetReader(file, (int)(long)chunk[9]);
                while (columns[name].Count < (long)chunk[5])
                {
                    reader.Page((int)(long)chunk[1], columns[name]);
                }

                Assert.Equal((long)chunk[7], reader._at - (long)chunk[9]);
                Assert.Equal((long)group[3], columns[name].Count);
            }
        }

        return (columns, List(metadata[5]).ToDictionary(note => (string)note[1], note => (string)note[2]));
    }

    private static List<Dictionary<int, object>> List(object list) => [.. ((List<object>)list).Cast<Dictionary<int, object>>()];

    private void Page(int type, List<object?> values)
    {
        var header = Struct();
        var rows = (int)(long)((Dictionary<int, object>)header[5])[1];
        var end = _at + (int)(long)header[2];
        var levels = _at + 4 + Int32();
        var present = new List<bool>();
        while (_at < levels)
        {
            var run = VarInt();
            Assert.Equal(0UL, run & 1);
            present.AddRange(Enumerable.Repeat(_file[_at++] == 1, (int)(run >> 1)));
        }

        Assert.Equal(rows, present.Count);
        var flags = _at;
        for (var row = 0; row < rows; row++)
        {
            values.Add(!present[row] ? null : type switch
            {
                0 => (_file[flags + row / 8] >> row % 8 & 1) == 1,
                2 => BinaryPrimitives.ReadInt64LittleEndian(Take(8)),
                5 => BinaryPrimitives.ReadDoubleLittleEndian(Take(8)),
                _ => Encoding.UTF8.GetString(Take(Int32())),
            });
        }

        _at = end;
    }

    private int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    private ReadOnlySpan<byte> Take(int count) => _file.AsSpan((_at += count) - count, count);

    private ulong VarInt()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = _file[_at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    private long ZigZag() => VarInt() is var value ? (long)(value >> 1) ^ -(long)(value & 1) : 0;

    private Dictionary<int, object> Struct()
    {
        var fields = new Dictionary<int, object>();
        for (var id = 0; _file[_at++] is var head and not 0;)
        {
            id = head >> 4 == 0 ? (int)ZigZag() : id + (head >> 4);
            fields[id] = Value(head & 15);
        }

        return fields;
    }

    private object Value(int type)
    {
        switch (type)
        {
            case 5 or 6:
                return ZigZag();
            case 8:
                return Encoding.UTF8.GetString(Take((int)VarInt()));
            case 12:
                return Struct();
            case 9:
                var head = _file[_at++];
                var count = head >> 4 == 15 ? (int)VarInt() : head >> 4;
                return Enumerable.Range(0, count).Select(_ => Value(head & 15)).ToList();
            default:
                throw new InvalidDataException($"There is no reading of Thrift's type {type}.");
        }
    }
}
