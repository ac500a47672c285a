using System.Buffers;
using Microsoft.Extensions.Logging;

namespace Sweep.Silo.Storage.Journal;

/// <summary>How large things may become.</summary>
internal sealed record JournalLimits
{
    /// <summary>A segment that is longer is followed by another, in bytes.</summary>
    public long Segment { get; init; } = 16 << 20;

    /// <summary>Bytes that may lie unused beside as many as the states themselves have.</summary>
    public long Slack { get; init; } = 32 << 20;

    /// <summary>A batch takes no further write once it is longer, in bytes.</summary>
    public int Batch { get; init; } = 8 << 20;
}

/// <summary>
/// States in an append-only journal. Writes that come while the disk is busy make one batch, with one flush. The journal is a chain of segments;
/// when more of it is out of date than not, its oldest segment is read piece by piece, what still counts of it is written again at the end with
/// the next batches, and then it is deleted.
/// </summary>
/// <remarks>
/// After a write or flush that failed nobody knows what the disk holds behind the last flush, so nothing more is written there: a new segment says
/// where the former one ends. That is why <see cref="JournalSegment.Before"/> exists.
/// </remarks>
internal sealed class GrainJournal : IDisposable
{
    private readonly string _folder;
    private readonly JournalFiles _files;
    private readonly JournalLimits _limits;
    private readonly ILogger _log;
    private readonly JournalIndex _index = new();
    private readonly List<JournalSegment> _segments;
    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 16);
    private readonly Dictionary<RecordKey, Guid?> _changed = [];
    private readonly object _gate = new();
    private readonly Thread _thread;
    private readonly SegmentDrop _drop;
    private Queue<JournalWrite> _queue = new();
    private bool _isClosed;

    /// <summary>The last segment must not be written to again.</summary>
    private bool _isBroken;

    /// <summary>The oldest segment cannot be read through.</summary>
    private bool _keepsAll;

    private GrainJournal(string folder, JournalFiles files, JournalLimits limits, ILogger log)
    {
        _folder = folder;
        _files = files;
        _limits = limits;
        _log = log;
        _segments = JournalRecovery.Read(folder, _index, files);
        _drop = new SegmentDrop(_index);
        if (_segments.Count == 0)
        {
            _segments.Add(JournalSegment.Create(folder, 1, 0, files));
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "grain journal" };
    }

    /// <summary>States that it holds.</summary>
    public int Count => _index.Count;

    private JournalSegment Last => _segments[^1];

    /// <summary>Reads the journal of a folder, which is there and belongs to this process alone, or begins one.</summary>
    /// <exception cref="JournalDamagedException"/>
    /// <exception cref="IOException"/>
    public static GrainJournal Open(string folder, JournalFiles files, JournalLimits limits, ILogger log)
    {
        var journal = new GrainJournal(folder, files, limits, log);
        journal._thread.Start();
        return journal;
    }

    public bool Contains(RecordKey key) => _index.Find(key) is not null;

    /// <returns>The ETag and the content in UTF-8; null when there is no such state.</returns>
    /// <exception cref="JournalDamagedException"/>
    public (Guid ETag, byte[] Content)? Read(RecordKey key)
    {
        while (_index.Find(key) is { } place)
        {
            var bytes = new byte[place.Length];
            try
            {
                var count = RandomAccess.Read(place.Segment.File, bytes, place.Offset);
                return JournalRecord.Read(bytes.AsSpan(0, count)) is { Kind: RecordKind.Put } record && record.Key == key
                    ? (record.ETag, bytes[record.Content])
                    : throw new JournalDamagedException(place.Segment.Path, place.Offset, $"the state {key} must stand");
            }
            catch (ObjectDisposedException) when (_index.Find(key) != place)
            {
                // Its segment has just been dropped, and the state lies elsewhere.
            }
        }

        return null;
    }

    /// <summary>Takes a change into the next batch.</summary>
    /// <exception cref="ObjectDisposedException"/>
    public Task<Guid?> Write(JournalWrite write)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _queue.Enqueue(write);
            Monitor.Pulse(_gate);
        }

        return write.End;
    }

    /// <summary>What has been taken is written first.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        _segments.ForEach(segment => segment.Dispose());
    }

    private void Run()
    {
        while (true)
        {
            Queue<JournalWrite> queue;
            lock (_gate)
            {
                while (_queue.Count == 0 && !_isClosed)
                {
                    Monitor.Wait(_gate);
                }

                if (_queue.Count == 0)
                {
                    return;
                }

                (queue, _queue) = (_queue, new Queue<JournalWrite>());
            }

            while (queue.Count > 0)
            {
                Commit(queue);
            }
        }
    }

    /// <summary>Writes one batch, and tells everybody in it how it went.</summary>
    private void Commit(Queue<JournalWrite> queue)
    {
        var accepted = new List<(JournalWrite Write, long Offset, int Length)>();
        var refused = new List<(JournalWrite Write, Guid? Stored)>();
        var taken = new List<JournalWrite>();
        try
        {
            Mend();
            var batch = Last.Length;
            _bytes.ResetWrittenCount();
            _changed.Clear();
            while (_bytes.WrittenCount < _limits.Batch && queue.TryDequeue(out var write))
            {
                taken.Add(write);
                var stored = _changed.TryGetValue(write.Key, out var changed) ? changed : _index.Find(write.Key)?.ETag;
                if (!write.Expects(stored))
                {
                    refused.Add((write, stored));
                }
                else if (write.Content is not null || stored is not null)
                {
                    _changed[write.Key] = write.Content is null ? null : write.ETag;
                    var kind = write.Content is null ? RecordKind.Del : RecordKind.Put;
                    var offset = batch + _bytes.WrittenCount;
                    accepted.Add((write, offset, JournalRecord.Write(_bytes, kind, write.Key, write.ETag, batch, write.Content)));
                }
            }

            var moved = MoveFromOldest(batch);
            Append(batch);
            foreach (var (write, offset, length) in accepted)
            {
                if (write.Content is null)
                {
                    _index.Remove(write.Key);
                }
                else
                {
                    _index.Put(write.Key, new RecordPlace(Last, offset, length, write.ETag));
                }
            }

            foreach (var (key, place) in moved)
            {
                _index.Put(key, place);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever comes after the first fault waits for the next batch, which begins with mending.
            _drop.Restart();
            taken.ForEach(write => write.Fail(e));
            if (taken.Count == 0 && queue.TryDequeue(out var first))
            {
                first.Fail(e);
            }

            return;
        }

        refused.ForEach(write => write.Write.Refuse(write.Stored));
        taken.ForEach(write => write.Done());
        Tidy();
    }

    /// <summary>Goes on in a new segment after a fault.</summary>
    private void Mend()
    {
        if (_isBroken)
        {
            AddSegment();
        }
    }

    private void Append(long offset)
    {
        if (_bytes.WrittenCount == 0)
        {
            return;
        }

        _isBroken = true;
        _files.Write(Last.File, _bytes.WrittenSpan, offset);
        _files.Flush(Last.File);
        _isBroken = false;
        Last.Length = offset + _bytes.WrittenCount;
    }

    /// <remarks>Once it may be there, its first line has said how long the last segment is: that must not grow any more.</remarks>
    private void AddSegment()
    {
        _isBroken = true;
        _segments.Add(JournalSegment.Create(_folder, Last.Number + 1, Last.Length, _files));
        _isBroken = false;
    }

    private List<(RecordKey Key, RecordPlace Place)> MoveFromOldest(long batch)
    {
        var total = _segments.Sum(segment => segment.Length);
        var live = _segments.Sum(segment => segment.Live);
        if (_keepsAll || _segments.Count == 1 || (!_drop.HasBegun && total - live <= live + _limits.Slack))
        {
            return [];
        }

        try
        {
            return _drop.Move(_segments[0], Last, _bytes, batch, _changed);
        }
        catch (JournalDamagedException e)
        {
            // The states are read from elsewhere, or their readers will be told: no reason to refuse what is to be written.
            _log.LogError(e, "The journal of grain state in '{Folder}' can no longer be made shorter.", _folder);
            _keepsAll = true;
            return [];
        }
    }

    /// <summary>What is not for the sake of a write: a fault here fails none.</summary>
    private void Tidy()
    {
        try
        {
            if (_drop.IsDone)
            {
                _files.Delete(_segments[0].Path);
                _segments[0].Dispose();
                _segments.RemoveAt(0);
                _drop.Restart();
            }

            if (Last.Length >= _limits.Segment)
            {
                AddSegment();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.LogWarning(e, "The journal of grain state in '{Folder}' could not be tidied up; it will be tried again.", _folder);
        }
    }
}
