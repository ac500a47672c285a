using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Orleans.Runtime;

namespace Sweep.Silo.Storage.Journal;

/// <summary>Which state of which grain.</summary>
internal readonly record struct RecordKey(string State, GrainId Grain)
{
    public override string ToString() => $"'{State}' of {Grain}";
}

internal enum RecordKind
{
    /// <summary>The state is this from here on.</summary>
    Put,

    /// <summary>The state is gone.</summary>
    Del,

    /// <summary>A whole segment is: what still counted of it has been written again, further up.</summary>
    Drop,
}

/// <summary>
/// One record, as it lies in a segment: a line <c>KIND CRC BATCH LENGTH ETAG STATE GRAIN</c>, the content of LENGTH bytes and a line feed. CRC is the
/// CRC-32C, 8 hexadecimal digits, of everything behind it and the space after it. BATCH is where the batch begins that the record was written
/// with: everything before that place was on the disk when this record was written. A drop's GRAIN is the segment's number.
/// </summary>
/// <param name="Kind">What it does.</param>
/// <param name="Key">Nobody's, of a drop.</param>
/// <param name="ETag">Zeros, of a drop.</param>
/// <param name="Batch">In bytes from the segment's begin.</param>
/// <param name="Segment">That is dropped; 0 otherwise.</param>
/// <param name="Content">Where in the bytes that were read.</param>
/// <param name="Length">Of the whole record, in bytes.</param>
internal readonly record struct JournalRecord(
    RecordKind Kind, RecordKey Key, Guid ETag, long Batch, long Segment, Range Content, int Length)
{
    /// <summary>Longer lines are none: grain keys are names, not documents.</summary>
    public const int LongestLine = 64 * 1024;

    private const int CrcAt = 4;        // after the kind, which "drop" makes one longer
    private const int CrcDigits = 8;
    private const int LongestNumbers = 128; // with what is between them
    private const string NoName = "-";

    private static ReadOnlySpan<byte> PutWord => "put "u8;

    private static ReadOnlySpan<byte> DelWord => "del "u8;

    private static ReadOnlySpan<byte> DropWord => "drop "u8;

    /// <returns>The length of what was written.</returns>
    public static int Write(ArrayBufferWriter<byte> target, RecordKind kind, RecordKey key, Guid etag, long batch, ReadOnlySpan<byte> content) =>
        Write(target, kind, key.State, key.Grain.ToString(), etag, batch, content);

    public static int WriteDrop(ArrayBufferWriter<byte> target, long segment, long batch) =>
        Write(target, RecordKind.Drop, NoName, segment.ToString(CultureInfo.InvariantCulture), Guid.Empty, batch, []);

    /// <summary>The same record in another batch.</summary>
    public static int Rewrite(ArrayBufferWriter<byte> target, in JournalRecord record, long batch, ReadOnlySpan<byte> content) =>
        Write(target, record.Kind, record.Key, record.ETag, batch, content);

    /// <summary>The length of the record that begins here, as its line says; null when that is no line, -1 when it is not whole.</summary>
    public static long? LengthAt(ReadOnlySpan<byte> bytes)
    {
        var kind = KindOf(bytes);
        if (kind is null)
        {
            return bytes.Length < DropWord.Length && (PutWord.StartsWith(bytes) || DelWord.StartsWith(bytes) || DropWord.StartsWith(bytes)) ? -1 : null;
        }

        var end = bytes[..Math.Min(bytes.Length, LongestLine)].IndexOf((byte)'\n');
        if (end < 0)
        {
            return bytes.Length < LongestLine ? -1 : null;
        }

        var fields = bytes[..end];
        return Skip(ref fields) && Skip(ref fields) && Skip(ref fields)
            && Utf8Parser.TryParse(fields, out int length, out _) && length >= 0
                ? end + 1L + length + 1
                : null;
    }

    /// <summary>Reads the whole record that begins here.</summary>
    /// <returns>Null when what stands here is none, or is not what was written.</returns>
    public static JournalRecord? Read(ReadOnlySpan<byte> bytes)
    {
        if (LengthAt(bytes) is not ({ } length and > 0) || length > bytes.Length || KindOf(bytes) is not { } kind)
        {
            return null;
        }

        bytes = bytes[..(int)length];
        var line = bytes.IndexOf((byte)'\n');
        var crcAt = kind == RecordKind.Drop ? CrcAt + 1 : CrcAt;
        var summedAt = crcAt + CrcDigits + 1;
        if (line < summedAt
            || bytes[summedAt - 1] != (byte)' ' // the only byte that no sum covers
            || !Utf8Parser.TryParse(bytes.Slice(crcAt, CrcDigits), out uint crc, out var digits, 'x') || digits != CrcDigits
            || crc != Crc(bytes[summedAt..]))
        {
            return null;
        }

        var fields = Encoding.UTF8.GetString(bytes[summedAt..line]).Split(' ');
        if (fields is not [var batchText, _, var etagText, var state, var grain]
            || !long.TryParse(batchText, NumberStyles.None, CultureInfo.InvariantCulture, out var batch)
            || !Guid.TryParseExact(etagText, "N", out var etag)
            || bytes[^1] != (byte)'\n')
        {
            return null;
        }

        var content = (line + 1)..((int)length - 1);
        if (kind == RecordKind.Drop)
        {
            return long.TryParse(grain, NumberStyles.None, CultureInfo.InvariantCulture, out var segment)
                ? new JournalRecord(kind, default, etag, batch, segment, content, (int)length)
                : null;
        }

        return GrainId.TryParse(Unescape(grain), out var id)
            ? new JournalRecord(kind, new RecordKey(string.Intern(Unescape(state)), id), etag, batch, 0, content, (int)length)
            : null;
    }

    /// <summary>CRC-32C (Castagnoli), as iSCSI and ext4 use it.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, eight);
        }

        foreach (var one in bytes[(bytes.Length & ~7)..])
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }

    private static int Write(
        ArrayBufferWriter<byte> target, RecordKind kind, string state, string grain, Guid etag, long batch, ReadOnlySpan<byte> content)
    {
        var word = kind switch
        {
            RecordKind.Put => PutWord,
            RecordKind.Del => DelWord,
            _ => DropWord,
        };
        var start = target.WrittenCount;
        target.Write(word);
        target.Write("00000000 "u8);
        var summedAt = target.WrittenCount;
        var (name, owner) = (Escape(state), Escape(grain));
        Utf8.TryWrite(
            target.GetSpan(LongestNumbers + name.Length + owner.Length),
            CultureInfo.InvariantCulture,
            $"{batch} {content.Length} {etag:N} {name} {owner}\n",
            out var written);
        target.Advance(written);
        target.Write(content);
        target.Write("\n"u8);
        var record = MemoryMarshal.AsMemory(target.WrittenMemory).Span;
        var crc = Crc(record[summedAt..]);
        _ = crc.TryFormat(record.Slice(summedAt - CrcDigits - 1, CrcDigits), out _, "x8", CultureInfo.InvariantCulture);
        return target.WrittenCount - start;
    }

    private static RecordKind? KindOf(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(PutWord) ? RecordKind.Put : bytes.StartsWith(DelWord) ? RecordKind.Del : bytes.StartsWith(DropWord) ? RecordKind.Drop : null;

    private static bool Skip(ref ReadOnlySpan<byte> fields)
    {
        var space = fields.IndexOf((byte)' ');
        if (space < 0)
        {
            return false;
        }

        fields = fields[(space + 1)..];
        return true;
    }

    /// <summary>So that a name is one field of one line.</summary>
    private static string Escape(string name)
    {
        if (!name.AsSpan().ContainsAnyExceptInRange('!', '~') && !name.Contains('%', StringComparison.Ordinal))
        {
            return name;
        }

        var escaped = new StringBuilder(name.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            _ = (char)b is > ' ' and < '\u007F' and not '%' ? escaped.Append((char)b) : escaped.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }

    private static string Unescape(string name) => name.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(name) : name;
}
