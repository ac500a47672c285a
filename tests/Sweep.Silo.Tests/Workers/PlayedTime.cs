using System.Threading.Channels;

namespace Sweep.Silo.Tests.Workers;

/// <summary>Time that stands still, until a test moves it. A test lets one wait of an expected length pass, once somebody waits for it.</summary>
public sealed class PlayedTime : TimeProvider
{
    private readonly Channel<Wait> _waits = Channel.CreateUnbounded<Wait>();

    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    /// <summary>Moves the clock; waits end by <see cref="PassOnce"/> only.</summary>
    public void Move(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var wait = new Wait(() => callback(state), dueTime);
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            _waits.Writer.TryWrite(wait);
        }

        return wait;
    }

    /// <summary>Ends the next wait of this length; waits that were given up in the meantime are passed over.</summary>
    public async Task<bool> PassOnce(TimeSpan length)
    {
        while (true)
        {
            var wait = await _waits.Reader.ReadAsync();
            if (wait.Length == length && wait.Fire())
            {
                return true;
            }
        }
    }

    private sealed class Wait(Action fire, TimeSpan length) : ITimer
    {
        private int _over;

        public TimeSpan Length { get; } = length;

        public bool Fire()
        {
            var first = Interlocked.Exchange(ref _over, 1) == 0;
            if (first)
            {
                fire();
            }

            return first;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => Interlocked.Exchange(ref _over, 1);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
