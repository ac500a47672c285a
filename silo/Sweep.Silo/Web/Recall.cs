namespace Sweep.Silo.Web;

/// <summary>
/// Answers that are asked for once whoever wants them: one question on its way per key, and none while the last answer is fresh. Answers that take long
/// stay fresh for longer, so that asking never takes more than a set share of the time of whoever is asked.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="least">How long an answer is fresh at least.</param>
/// <param name="factor">How long it is fresh for the time that it took.</param>
/// <param name="most">Answers kept; beyond, the oldest are forgotten.</param>
internal sealed class Recall<TKey, TValue>(TimeProvider time, TimeSpan least, double factor, int most)
    where TKey : notnull
{
    private const long Unanswered = long.MinValue;

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Entry> _entries = [];

    /// <param name="key">What is asked.</param>
    /// <param name="ask">Asks; it is not cancelled when one of those who wait goes away.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<TValue> Get(TKey key, Func<Task<TValue>> ask, CancellationToken cancellationToken)
    {
        Entry entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out entry!) || !IsFresh(entry))
            {
                Forget();
                entry = new Entry { Asked = time.GetTimestamp() };
                entry.Answer = Ask(entry, ask);
                _entries[key] = entry;
            }
        }

        return entry.Answer.WaitAsync(cancellationToken);
    }

    /// <summary>What was changed by a command is asked for anew.</summary>
    public void Drop(TKey key)
    {
        lock (_gate)
        {
            _entries.Remove(key);
        }
    }

    private async Task<TValue> Ask(Entry entry, Func<Task<TValue>> ask)
    {
        await Task.Yield();
        try
        {
            return await ask();
        }
        finally
        {
            Volatile.Write(ref entry.Ended, time.GetTimestamp());
        }
    }

    private bool IsFresh(Entry entry)
    {
        var ended = Volatile.Read(ref entry.Ended);
        if (ended == Unanswered)
        {
            return true;
        }

        var took = time.GetElapsedTime(entry.Asked, ended) * factor;
        return time.GetElapsedTime(ended) < (took > least ? took : least);
    }

    private void Forget()
    {
        while (_entries.Count >= most)
        {
            _entries.Remove(_entries.MinBy(entry => entry.Value.Asked).Key);
        }
    }

    private sealed class Entry
    {
        public long Ended = Unanswered;

        public required long Asked { get; init; }

        public Task<TValue> Answer { get; set; } = null!;
    }
}
