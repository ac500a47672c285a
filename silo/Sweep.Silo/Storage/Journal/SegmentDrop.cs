using System.Buffers;

namespace Sweep.Silo.Storage.Journal;

/// <summary>
/// Empties the oldest segment of a journal, a piece with each batch, so that no batch waits for a whole segment. Always the oldest: then nothing
/// older is left that a removal in it still has to outlive.
/// </summary>
internal sealed class SegmentDrop(JournalIndex index)
{
    /// <summary>Bytes that are read for each byte that is written: half of what is read may have to be kept, and more must go than comes.</summary>
    private const int Haste = 4;

    private const int LeastPiece = 256 * 1024;

    private SegmentReader? _reader;
    private long _offset;

    public bool HasBegun => _reader is not null;

    /// <summary>Everything that counts has been moved, and the journal says so: the segment may be deleted.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Moves what still counts of the next piece into the batch.</summary>
    /// <param name="oldest">Is emptied.</param>
    /// <param name="last">Takes the batch.</param>
    /// <param name="bytes">The batch so far.</param>
    /// <param name="batch">Where it will begin.</param>
    /// <param name="changed">States that the batch changes: their former records count no more.</param>
    /// <returns>Where the moved ones will be.</returns>
    public List<(RecordKey Key, RecordPlace Place)> Move(
        JournalSegment oldest, JournalSegment last, ArrayBufferWriter<byte> bytes, long batch, Dictionary<RecordKey, Guid?> changed)
    {
        var moved = new List<(RecordKey, RecordPlace)>();
        if (IsDone)
        {
            return moved;
        }

        if (_reader is null)
        {
            _reader = new SegmentReader(oldest.File, oldest.Length);
            _offset = oldest.Begin;
        }

        var end = Math.Min(oldest.Length, _offset + Math.Max(LeastPiece, Haste * (long)bytes.WrittenCount));
        while (_offset < end)
        {
            if (_reader.Read(_offset) is not { } record)
            {
                throw new JournalDamagedException(oldest.Path, _offset, "a sound record must stand, because it was there when the journal was opened");
            }

            if (record.Kind == RecordKind.Put && !changed.ContainsKey(record.Key)
                && index.Find(record.Key) is { } place && place.Segment == oldest && place.Offset == _offset)
            {
                var offset = batch + bytes.WrittenCount;
                var length = JournalRecord.Rewrite(bytes, record, batch, _reader.ContentOf(record, _offset));
                moved.Add((record.Key, new RecordPlace(last, offset, length, record.ETag)));
            }

            _offset += record.Length;
        }

        if (_offset >= oldest.Length)
        {
            JournalRecord.WriteDrop(bytes, oldest.Number, batch);
            IsDone = true;
        }

        return moved;
    }

    /// <summary>After a fault, or for the next segment.</summary>
    public void Restart()
    {
        _reader = null;
        IsDone = false;
    }
}
