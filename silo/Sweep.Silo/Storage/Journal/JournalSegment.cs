using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sweep.Silo.Storage.Journal;

/// <summary>
/// One file of a journal. Its first line is <c>sweep-journal 1 NUMBER BEFORE CRC</c>: BEFORE is how long the segment before it is, and whatever
/// that has beyond was never acknowledged.
/// </summary>
internal sealed class JournalSegment : IDisposable
{
    private const string Magic = "sweep-journal 1";
    private const string Extension = ".journal";
    private const int LongestHeader = 128;

    private JournalSegment(long number, string path, SafeFileHandle file, long begin, long before)
    {
        Number = number;
        Path = path;
        File = file;
        Begin = begin;
        Before = before;
        Length = begin;
    }

    /// <summary>From 1, without a gap.</summary>
    public long Number { get; }

    public string Path { get; }

    public SafeFileHandle File { get; }

    /// <summary>Where records begin.</summary>
    public long Begin { get; }

    /// <summary>Length of the segment before, in bytes; 0 for the first.</summary>
    public long Before { get; }

    /// <summary>Bytes that are known to be on the disk.</summary>
    public long Length { get; set; }

    /// <summary>Bytes of records that still say how a state is.</summary>
    public long Live { get; set; }

    public static string PathOf(string folder, long number) => System.IO.Path.Combine(folder, number.ToString("D8", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The segments of a folder, the oldest first.</summary>
    public static IReadOnlyList<(long Number, string Path)> In(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*" + Extension)
            .Select(path => (Number: long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0, Path: path))
            .Where(segment => segment.Number > 0)
            .OrderBy(segment => segment.Number),
    ];

    /// <summary>Makes the next segment; it is there whole or not at all.</summary>
    /// <exception cref="IOException"/>
    public static JournalSegment Create(string folder, long number, long before, JournalFiles files)
    {
        var path = PathOf(folder, number);
        var fresh = path + ".tmp";
        var header = Header(number, before);
        using (var file = System.IO.File.OpenHandle(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            files.Write(file, header, 0);
            files.Flush(file);
        }

        files.Rename(fresh, path);
        return new JournalSegment(number, path, OpenFile(path), header.Length, before);
    }

    /// <exception cref="JournalDamagedException">Its first line is none.</exception>
    public static JournalSegment Open(long number, string path)
    {
        var file = OpenFile(path);
        Span<byte> bytes = stackalloc byte[LongestHeader];
        bytes = bytes[..RandomAccess.Read(file, bytes, 0)];
        var end = bytes.IndexOf((byte)'\n') + 1;
        var fields = Encoding.UTF8.GetString(bytes[..end]).Split(' ');
        if (fields is [_, _, _, var beforeText, _]
            && long.TryParse(beforeText, NumberStyles.None, CultureInfo.InvariantCulture, out var before)
            && bytes[..end].SequenceEqual(Header(number, before)))
        {
            return new JournalSegment(number, path, file, end, before);
        }

        file.Dispose();
        throw new JournalDamagedException(path, 0, FormattableString.Invariant($"the first line must be that of segment {number}"));
    }

    public void Dispose() => File.Dispose();

    private static SafeFileHandle OpenFile(string path) =>
        System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private static byte[] Header(long number, long before)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Magic} {number} {before} ");
        var crc = JournalRecord.Crc(Encoding.UTF8.GetBytes(text));
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text}{crc:x8}\n"));
    }
}

/// <summary>Reads the records of a segment from one place on, a piece of the file at a time.</summary>
internal sealed class SegmentReader(SafeFileHandle file, long end)
{
    private const int Piece = 1 << 20;

    private byte[] _bytes = new byte[(int)Math.Clamp(end, JournalRecord.LongestLine * 2, Piece)];
    private long _at;
    private int _count;

    /// <summary>Of the record that was read last.</summary>
    public ReadOnlySpan<byte> ContentOf(in JournalRecord record, long offset) => _bytes.AsSpan((int)(offset - _at), record.Length)[record.Content];

    /// <returns>Null when there is no sound record.</returns>
    public JournalRecord? Read(long offset)
    {
        var length = JournalRecord.LengthAt(Bytes(offset, JournalRecord.LongestLine));
        return length is not ({ } known and > 0) || known > end - offset ? null : JournalRecord.Read(Bytes(offset, (int)known));
    }

    /// <summary>The sound record that begins first at or after an offset, wherever that is: what lies before it may be anything.</summary>
    public (long Offset, JournalRecord Record)? Next(long offset)
    {
        for (; offset < end; offset++)
        {
            if (Read(offset) is { } record)
            {
                return (offset, record);
            }
        }

        return null;
    }

    /// <summary>As many as are wanted, or as there are.</summary>
    private ReadOnlySpan<byte> Bytes(long offset, int wanted)
    {
        wanted = (int)Math.Min(wanted, end - offset);
        if (offset < _at || offset + wanted > _at + _count)
        {
            if (wanted > _bytes.Length)
            {
                _bytes = new byte[wanted];
            }

            (_at, _count) = (offset, 0);
            var limit = (int)Math.Min(_bytes.Length, end - offset);
            while (_count < limit && RandomAccess.Read(file, _bytes.AsSpan(_count, limit - _count), offset + _count) is var read and > 0)
            {
                _count += read;
            }
        }

        return _bytes.AsSpan((int)(offset - _at), Math.Min(wanted, _count - (int)(offset - _at)));
    }
}

/// <summary>A journal is not what was written.</summary>
public sealed class JournalDamagedException(string path, long offset, string rule) : Exception(FormattableString.Invariant(
    $"The journal of grain state is damaged: in '{path}', at byte {offset}, {rule}. Put back a copy of the whole folder, or move it away to lose this state and have it computed again."));
