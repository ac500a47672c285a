using System.Buffers.Binary;
using System.Text;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// Trials as an Apache Parquet file (format 1.0 of parquet-format): one row group, data pages of version 1, plain encoding, uncompressed, every column
/// optional. The simplest file that every reader reads; a hundred thousand trials are some fifty megabytes. The spec and the objectives go along as metadata
/// of the file, under <c>sweep.spec</c> and <c>sweep.objectives</c>.
/// </summary>
public static class ParquetTrials
{
    private const int RowsPerPage = 20_000;

    private const int Optional = 1;
    private const int Utf8 = 0;
    private const int Plain = 0;
    private const int RunLength = 3;
    private const int Uncompressed = 0;
    private const int DataPage = 0;

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    private sealed record Chunk(TrialField Field, long Offset, long Size);

    public static byte[] Write(ExportedResult exported)
    {
        ArgumentNullException.ThrowIfNull(exported);
        var result = exported.Result;
        using var file = new MemoryStream();
        file.Write(Magic);
        var chunks = new List<Chunk>();
        foreach (var field in TrialField.All(result))
        {
            var offset = file.Position;
            foreach (var rows in result.Trials.Chunk(RowsPerPage))
            {
                WritePage(file, field, rows);
            }

            chunks.Add(new Chunk(field, offset, file.Position - offset));
        }

        var footer = file.Position;
        WriteFooter(new ThriftWriter(file), exported, chunks);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, checked((int)(file.Position - footer)));
        file.Write(length);
        file.Write(Magic);
        return file.ToArray();
    }

    private static void WritePage(Stream file, TrialField field, TrialResult[] rows)
    {
        using var levels = new MemoryStream();
        using var values = new MemoryStream();
        WriteValues(levels, values, field, rows);
        var size = checked((int)(sizeof(int) + levels.Length + values.Length));
        var thrift = new ThriftWriter(file);
        thrift.Struct(() =>
        {
            thrift.Field(1, DataPage);
            thrift.Field(2, size);
            thrift.Field(3, size);
            thrift.Field(5, () =>
            {
                thrift.Field(1, rows.Length);
                thrift.Field(2, Plain);
                thrift.Field(3, RunLength);
                thrift.Field(4, RunLength);
            });
        });
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, (int)levels.Length);
        file.Write(length);
        file.Write(levels.GetBuffer(), 0, (int)levels.Length);
        file.Write(values.GetBuffer(), 0, (int)values.Length);
    }

    /// <summary>Which rows have a value, as runs; and the values of those that have.</summary>
    private static void WriteValues(MemoryStream levels, MemoryStream values, TrialField field, TrialResult[] rows)
    {
        var present = field switch
        {
            TextField text => Array.ConvertAll(rows, row => Write(values, text.Of(row))),
            NumberField number => Array.ConvertAll(rows, row => Write(values, number.Of(row) is { } value ? BitConverter.DoubleToInt64Bits(value) : null)),
            CountField count => Array.ConvertAll(rows, row => Write(values, count.Of(row))),
            FlagField flag => Write(values, Array.ConvertAll(rows, row => flag.Of(row))),
            _ => throw new ArgumentOutOfRangeException(nameof(field), field, "There is no such column."),
        };
        for (var from = 0; from < present.Length;)
        {
            var to = from;
            while (to < present.Length && present[to] == present[from])
            {
                to++;
            }

            ThriftWriter.VarInt(levels, (ulong)(to - from) << 1);
            levels.WriteByte(present[from] ? (byte)1 : (byte)0);
            from = to;
        }
    }

    private static bool Write(Stream values, string? text)
    {
        if (text is null)
        {
            return false;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        values.Write(length);
        values.Write(bytes);
        return true;
    }

    private static bool Write(Stream values, long? number)
    {
        if (number is not { } value)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        values.Write(bytes);
        return true;
    }

    /// <summary>Eight to a byte, the first in the lowest bit.</summary>
    private static bool[] Write(Stream values, bool[] flags)
    {
        foreach (var eight in flags.Chunk(8))
        {
            values.WriteByte((byte)eight.Select((flag, bit) => flag ? 1 << bit : 0).Sum());
        }

        return Array.ConvertAll(flags, _ => true);
    }

    private static int TypeOf(TrialField field) => field switch
    {
        FlagField => 0,
        CountField => 2,
        NumberField => 5,
        _ => 6,
    };

    private static void WriteFooter(ThriftWriter thrift, ExportedResult exported, List<Chunk> chunks)
    {
        long rows = exported.Result.Trials.Count;
        List<(string Key, string Value)> notes = [("sweep.experiment", exported.Result.Experiment), ("sweep.objectives", CanonicalJson.Serialize(exported.Result.Objectives))];
        if (exported.Spec is { } spec)
        {
            notes.Add(("sweep.spec", CanonicalJson.Serialize(spec)));
        }

        thrift.Struct(() =>
        {
            thrift.Field(1, 1);
            thrift.Structs<TrialField?>(2, [null, .. chunks.Select(chunk => chunk.Field)], field => WriteSchema(thrift, field, chunks.Count));
            thrift.Field(3, rows);
            if (rows > 0)
            {
                thrift.Structs(4, [chunks], group => WriteGroup(thrift, group, rows));
            }
            else
            {
                thrift.Structs<Chunk>(4, [], _ => { });
            }

            thrift.Structs(5, notes, note =>
            {
                thrift.Field(1, note.Key);
                thrift.Field(2, note.Value);
            });
            thrift.Field(6, "Sweep");
        });
    }

    /// <param name="thrift">Where to.</param>
    /// <param name="field">Null for the root.</param>
    /// <param name="columns">Children of the root.</param>
    private static void WriteSchema(ThriftWriter thrift, TrialField? field, int columns)
    {
        if (field is null)
        {
            thrift.Field(4, "trial");
            thrift.Field(5, columns);
            return;
        }

        thrift.Field(1, TypeOf(field));
        thrift.Field(3, Optional);
        thrift.Field(4, field.Name);
        if (field is TextField)
        {
            thrift.Field(6, Utf8);
            thrift.Field(10, () => thrift.Field(1, () => { }));
        }
    }

    private static void WriteGroup(ThriftWriter thrift, List<Chunk> chunks, long rows)
    {
        thrift.Structs(1, chunks, chunk =>
        {
            thrift.Field(2, chunk.Offset);
            thrift.Field(3, () =>
            {
                thrift.Field(1, TypeOf(chunk.Field));
                thrift.Numbers(2, Plain, RunLength);
                thrift.Texts(3, chunk.Field.Name);
                thrift.Field(4, Uncompressed);
                thrift.Field(5, rows);
                thrift.Field(6, chunk.Size);
                thrift.Field(7, chunk.Size);
                thrift.Field(9, chunk.Offset);
            });
        });
        thrift.Field(2, chunks.Sum(chunk => chunk.Size));
        thrift.Field(3, rows);
    }
}
