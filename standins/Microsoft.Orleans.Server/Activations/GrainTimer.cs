using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans.Activations;

/// <summary>A timer of an activation; each tick is work like a call.</summary>
internal abstract class GrainTimer : IGrainTimer
{
    private const long LongestMilliseconds = 0xfffffffe;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Activation _activation;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Tick _tick;
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _isFiring;
    private bool _isChanged;

    protected GrainTimer(Activation activation, bool interleave, bool keepAlive, TimeProvider time, ILogger logger)
    {
        _activation = activation;
        _logger = logger;
        _tick = new(this, interleave, keepAlive);
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        lock (_lock)
        {
            _isChanged = true;
            _dueTime = dueTime;
            _period = period;
            if (!_isFiring && !_disposed.IsCancellationRequested)
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed.IsCancellationRequested)
                return;

            try
            {
                _disposed.Cancel();
            }
            catch (AggregateException exception)
            {
                _logger.LogError(exception, "A timer of {Grain} is disposed, and a callback's cancellation failed.", _activation);
            }

            _timer.Dispose();
        }

        _activation.RemoveTimer(this);
    }

    protected abstract Task CallbackAsync(CancellationToken cancellationToken);

    private static void Check(TimeSpan span, string name)
    {
        var milliseconds = (long)span.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, LongestMilliseconds, name);
    }

    private void Fire()
    {
        lock (_lock)
        {
            if (_disposed.IsCancellationRequested)
                return;

            _isFiring = true;
        }

        _activation.TryReceive(_tick);
    }

    private async Task RunAsync()
    {
        if (_disposed.IsCancellationRequested)
            return;

        _isChanged = false;
        try
        {
            await CallbackAsync(_disposed.Token);
        }
        catch (Exception exception)
        {
            _logger.LogWarning(exception, "A timer's callback of {Grain} failed.", _activation);
        }

        lock (_lock)
        {
            _isFiring = false;
            if (!_disposed.IsCancellationRequested)
                _timer.Change(_isChanged ? _dueTime : _period, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Tick(GrainTimer timer, bool interleave, bool keepAlive) : ActivationWork
    {
        public override bool IsAlwaysInterleave => interleave;

        public override bool IsReadOnly => false;

        public override bool KeepsAlive => keepAlive;

        public override bool OutlivesActivation => false;

        public override bool IsAbandoned => timer._disposed.IsCancellationRequested;

        public override Task RunAsync(Activation activation) => timer.RunAsync();

        public override void Reject(Exception exception)
        {
        }
    }
}

/// <inheritdoc/>
internal sealed class GrainTimer<TState>(
    Activation activation,
    Func<TState, CancellationToken, Task> callback,
    TState state,
    bool interleave,
    bool keepAlive,
    TimeProvider time,
    ILogger logger) : GrainTimer(activation, interleave, keepAlive, time, logger)
{
    protected override Task CallbackAsync(CancellationToken cancellationToken) => callback(state, cancellationToken);
}

/// <summary>Makes grain timers on the clock of grains.</summary>
internal sealed class TimerRegistry(
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time, ILogger<TimerRegistry> logger) : ITimerRegistry
{
    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ArgumentNullException.ThrowIfNull(grainContext);
        var activation = (Activation)grainContext;
        var timer = new GrainTimer<TState>(activation, callback, state, options.Interleave, options.KeepAlive, time, logger);
        activation.AddTimer(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }
}
