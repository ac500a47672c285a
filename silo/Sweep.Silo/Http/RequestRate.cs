namespace Sweep.Silo.Http;

/// <summary>
/// Counts requests in windows of a minute. One that begins forgets all counts, so memory is bounded by what came in a minute, whoever it
/// came from.
/// </summary>
/// <param name="most">Requests a minute that each may make.</param>
internal sealed class RequestRate(int most, TimeProvider time)
{
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private long _began = time.GetTimestamp();

    /// <param name="who">A token's name, or an address.</param>
    /// <returns>Null when the request may go on, else how long to wait.</returns>
    public TimeSpan? Take(string who)
    {
        lock (_gate)
        {
            var passed = time.GetElapsedTime(_began);
            if (passed >= s_window)
            {
                _counts.Clear();
                _began = time.GetTimestamp();
                passed = TimeSpan.Zero;
            }

            var count = _counts.GetValueOrDefault(who);
            if (count >= most)
            {
                return s_window - passed;
            }

            _counts[who] = count + 1;
            return null;
        }
    }
}
