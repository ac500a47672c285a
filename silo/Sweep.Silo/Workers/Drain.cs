namespace Sweep.Silo.Workers;

/// <summary>
/// The end of a silo's work, seen by its workers: asked to stop, they take nothing more and finish their epochs, until the time is up. It may
/// be asked twice, by a spot notice and then by SIGTERM; the earlier end counts.
/// </summary>
public sealed class Drain(TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _begun = new();
    private readonly CancellationTokenSource _over = new();
    private ITimer? _timer;
    private long? _end;

    /// <summary>Take no more work; finish the epoch, commit its checkpoint, hand the stage back, leave.</summary>
    public CancellationToken Begun => _begun.Token;

    /// <summary>Time is up: stop the engine, hand back what is committed, leave even if nobody answers.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Time that is left to finish; null before it has begun.</summary>
    public TimeSpan? Left
    {
        get
        {
            lock (_gate)
            {
                var now = time.GetTimestamp();
                return _end is not { } end ? null : end <= now ? TimeSpan.Zero : time.GetElapsedTime(now, end);
            }
        }
    }

    /// <returns>Whether that is the end that counts.</returns>
    public bool Begin(TimeSpan limit)
    {
        lock (_gate)
        {
            var end = time.GetTimestamp() + (long)(limit.TotalSeconds * time.TimestampFrequency);
            if (_end <= end)
            {
                return false;
            }

            _end = end;
            _timer?.Dispose();
            _timer = limit > TimeSpan.Zero ? time.CreateTimer(_ => _over.Cancel(), null, limit, Timeout.InfiniteTimeSpan) : null;
        }

        _begun.Cancel();
        if (limit <= TimeSpan.Zero)
        {
            _over.Cancel();
        }

        return true;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
        }
    }
}
