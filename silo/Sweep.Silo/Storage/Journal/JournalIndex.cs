namespace Sweep.Silo.Storage.Journal;

/// <summary>Where the record of a state lies.</summary>
internal readonly record struct RecordPlace(JournalSegment Segment, long Offset, int Length, Guid ETag);

/// <summary>Which record says how each state is. One thread changes it, any may ask.</summary>
internal sealed class JournalIndex
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RecordKey, RecordPlace> _places = [];

    /// <summary>States.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _places.Count;
            }
        }
    }

    public RecordPlace? Find(RecordKey key)
    {
        lock (_lock)
        {
            return _places.TryGetValue(key, out var place) ? place : null;
        }
    }

    public void Put(RecordKey key, RecordPlace place)
    {
        lock (_lock)
        {
            Forget(key);
            _places[key] = place;
            place.Segment.Live += place.Length;
        }
    }

    public void Remove(RecordKey key)
    {
        lock (_lock)
        {
            Forget(key);
            _places.Remove(key);
        }
    }

    private void Forget(RecordKey key)
    {
        if (_places.TryGetValue(key, out var former))
        {
            former.Segment.Live -= former.Length;
        }
    }
}
