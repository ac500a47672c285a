namespace Orleans.Conformance.Tests;

/// <summary>A clock that moves when a test says so.</summary>
public sealed class FakeClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Armed)> _waiting = [];
    private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes when some timer is, or becomes, armed to fire in exactly <paramref name="due"/> from now.</summary>
    public Task ArmedAsync(TimeSpan due)
    {
        lock (_lock)
        {
            if (_timers.Any(timer => timer.Next == _now + due))
                return Task.CompletedTask;

            var armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((due, armed));
            return armed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    public bool HasTimers
    {
        get
        {
            lock (_lock)
                return _timers.Count > 0;
        }
    }

    /// <summary>Moves the clock and fires what becomes due, in order.</summary>
    public void Advance(TimeSpan span)
    {
        DateTimeOffset target;
        lock (_lock)
            target = _now + span;

        while (true)
        {
            FakeTimer? due;
            lock (_lock)
            {
                due = _timers.Where(timer => timer.Next <= target).MinBy(timer => timer.Next);
                _now = due?.Next ?? target;
                due?.Rearm();
            }

            if (due is null)
                return;
            due.Fire();
        }
    }

    private sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset? Next { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    Next = null;
                    clock._timers.Remove(this);
                    return true;
                }

                Next = clock._now + dueTime;
                if (!clock._timers.Contains(this))
                    clock._timers.Add(this);
                foreach (var waiting in clock._waiting.Where(waiting => waiting.Due == dueTime).ToArray())
                {
                    clock._waiting.Remove(waiting);
                    waiting.Armed.SetResult();
                }

                return true;
            }
        }

        public void Rearm()
        {
            if (_period > TimeSpan.Zero)
            {
                Next += _period;
                return;
            }

            Next = null;
            clock._timers.Remove(this);
        }

        public void Fire() => callback(state);

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
