namespace Sweep.Testing;

/// <summary>
/// A clock that one driver moves. Timers that fall due fire inside <see cref="Advance"/>, in the order of their times; one that is due at
/// once fires on the thread pool, for whoever set it may hold what its callback needs. Grain timers are set anew when their callback has
/// ended, so the driver can wait (<see cref="WhenIdle"/>) until everything that time has set off is done, and move on then only.
/// </summary>
public sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private readonly HashSet<FakeTimer> _fired = [];
    private TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that are set.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, firing on the way what falls due.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        var end = GetUtcNow() + time;
        while (NextUntil(end) is { } timer)
        {
            timer.Fire();
        }

        lock (_gate)
        {
            _now = end;
        }
    }

    /// <summary>Waits until every timer that has fired is set anew or disposed of.</summary>
    /// <exception cref="TimeoutException">A callback hangs.</exception>
    public async Task WhenIdle()
    {
        while (true)
        {
            Task idle;
            lock (_gate)
            {
                if (_fired.Count == 0)
                {
                    return;
                }

                idle = _idle.Task;
            }

            await idle.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>Whoever set the timers is gone.</summary>
    public void DropTimers()
    {
        lock (_gate)
        {
            _timers.Clear();
            _fired.Clear();
            Settle();
        }
    }

    private void Settle()
    {
        if (_fired.Count == 0)
        {
            _idle.TrySetResult();
            _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private FakeTimer? NextUntil(DateTimeOffset end)
    {
        lock (_gate)
        {
            var timer = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            if (timer is null)
            {
                return null;
            }

            _now = timer.Due > _now ? timer.Due : _now;
            timer.Rearm();
            return timer;
        }
    }

    private sealed class FakeTimer(FakeTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;
        private bool _disposed;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                Forget();
                if (_disposed)
                {
                    return false;
                }

                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._now + dueTime;
                    clock._timers.Add(this);
                }

                if (dueTime == TimeSpan.Zero)
                {
                    Rearm();
                }

                clock.Settle();
                if (dueTime != TimeSpan.Zero)
                {
                    return true;
                }
            }

            ThreadPool.QueueUserWorkItem(_ => Fire());
            return true;
        }

        public void Fire() => callback(state);

        /// <summary>It is about to fire.</summary>
        public void Rearm()
        {
            if (_period > TimeSpan.Zero)
            {
                Due += _period;
            }
            else
            {
                clock._timers.Remove(this);
                clock._fired.Add(this);
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                Forget();
                clock.Settle();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Forget()
        {
            clock._timers.Remove(this);
            clock._fired.Remove(this);
        }
    }
}
