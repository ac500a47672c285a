namespace Sweep.Silo.Storage.Journal;

/// <summary>Reads a journal's folder as the last process left it, whichever way that ended.</summary>
internal static class JournalRecovery
{
    /// <summary>Fills the index, cuts off what the last batch left half-written, and answers with the segments, the oldest first.</summary>
    /// <exception cref="JournalDamagedException">Something that was acknowledged is not there.</exception>
    public static List<JournalSegment> Read(string folder, JournalIndex index, JournalFiles files)
    {
        foreach (var unfinished in Directory.EnumerateFiles(folder, "*.tmp"))
        {
            File.Delete(unfinished);
        }

        var segments = new List<JournalSegment>();
        try
        {
            foreach (var (number, path) in JournalSegment.In(folder))
            {
                if (segments.LastOrDefault() is { } last && last.Number != number - 1)
                {
                    throw new JournalDamagedException(path, 0, FormattableString.Invariant($"segment {number - 1} must lie beside it, but does not"));
                }

                segments.Add(JournalSegment.Open(number, path));
            }

            var dropped = 0L;
            for (var i = 0; i < segments.Count; i++)
            {
                dropped = Math.Max(dropped, i + 1 < segments.Count
                    ? ReadSealed(segments[i], segments[i + 1].Before, index)
                    : ReadLast(segments[i], index, files));
            }

            if (segments.FirstOrDefault() is { } oldest && oldest.Number > dropped + 1)
            {
                throw new JournalDamagedException(oldest.Path, 0, FormattableString.Invariant($"segment {oldest.Number - 1} must lie beside it, for nothing says that it was dropped"));
            }

            while (segments.Count > 0 && segments[0].Number <= dropped)
            {
                segments[0].Dispose();
                files.Delete(segments[0].Path);
                segments.RemoveAt(0);
            }

            return segments;
        }
        catch
        {
            segments.ForEach(segment => segment.Dispose());
            throw;
        }
    }

    /// <returns>The last segment that it says is dropped.</returns>
    private static long ReadSealed(JournalSegment segment, long length, JournalIndex index)
    {
        var present = RandomAccess.GetLength(segment.File);
        var (end, dropped) = ReadRecords(segment, Math.Min(length, present), index);
        return end == length
            ? dropped
            : throw new JournalDamagedException(segment.Path, end, FormattableString.Invariant($"a sound record must stand, because the segment has {length} bytes"));
    }

    /// <returns>The last segment that it says is dropped.</returns>
    private static long ReadLast(JournalSegment segment, JournalIndex index, JournalFiles files)
    {
        var length = RandomAccess.GetLength(segment.File);
        var (end, dropped) = ReadRecords(segment, length, index);
        if (end == length)
        {
            return dropped;
        }

        // A batch that was being written may have reached the disk in part, and in any order: none of it was acknowledged. But
        // what was written after it had been acknowledged says so.
        var reader = new SegmentReader(segment.File, length);
        for (var next = reader.Next(end); next is { } later; next = reader.Next(later.Offset + 1))
        {
            if (later.Record.Batch > end)
            {
                throw new JournalDamagedException(segment.Path, end, FormattableString.Invariant($"a sound record must stand, because one at {later.Offset} was written after it"));
            }
        }

        files.Truncate(segment.File, end);
        files.Flush(segment.File);
        return dropped;
    }

    private static (long End, long Dropped) ReadRecords(JournalSegment segment, long length, JournalIndex index)
    {
        var (offset, dropped) = (segment.Begin, 0L);
        var reader = new SegmentReader(segment.File, length);
        while (offset < length && reader.Read(offset) is { } record)
        {
            switch (record.Kind)
            {
                case RecordKind.Put:
                    index.Put(record.Key, new RecordPlace(segment, offset, record.Length, record.ETag));
                    break;
                case RecordKind.Del:
                    index.Remove(record.Key);
                    break;
                default:
                    dropped = Math.Max(dropped, record.Segment);
                    break;
            }

            offset += record.Length;
        }

        segment.Length = offset;
        return (offset, dropped);
    }
}
