using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Drives the stages of a lifecycle.</summary>
public abstract class LifecycleSubject : ILifecycleSubject
{
    protected readonly ILogger Logger;

    private readonly Lock _lock = new();
    private readonly List<Subscription> _subscriptions = [];
    private int? _highestStarted;

    protected LifecycleSubject(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        Logger = logger;
    }

    public virtual IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        lock (_lock)
        {
            if (_highestStarted is not null)
                throw new InvalidOperationException("Lifecycle has already been started.");

            var subscription = new Subscription(this, observerName, stage, observer);
            _subscriptions.Add(subscription);
            return subscription;
        }
    }

    /// <summary>Starts the stages in ascending order.</summary>
    /// <exception cref="OrleansLifecycleCanceledException">The token was cancelled between two stages.</exception>
    public virtual async Task OnStart(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_highestStarted is not null)
                throw new InvalidOperationException("Lifecycle has already been started.");
        }

        foreach (var stage in Stages(descending: false))
        {
            if (cancellationToken.IsCancellationRequested)
                throw new OrleansLifecycleCanceledException($"Lifecycle start canceled at stage '{stage.Key}' by request.");

            _highestStarted = stage.Key;
            await Task.WhenAll(stage.Select(subscription => Guarded(subscription.Observer.OnStart, cancellationToken)));
            OnStartStageCompleted(stage.Key);
        }
    }

    /// <summary>Stops the stages that were started, in descending order; failures are logged and do not stop the others.</summary>
    public virtual async Task OnStop(CancellationToken cancellationToken = default)
    {
        if (_highestStarted is not { } highest)
            return;

        foreach (var stage in Stages(descending: true).Where(stage => stage.Key <= highest))
        {
            try
            {
                await Task.WhenAll(stage.Select(subscription => Guarded(subscription.Observer.OnStop, cancellationToken)));
            }
            catch (Exception exception)
            {
                Logger.LogError(exception, "Lifecycle stage {Stage} failed to stop.", stage.Key);
            }

            OnStopStageCompleted(stage.Key);
        }
    }

    protected virtual void OnStartStageCompleted(int stage)
    {
    }

    protected virtual void OnStopStageCompleted(int stage)
    {
    }

    private static async Task Guarded(Func<CancellationToken, Task> call, CancellationToken cancellationToken) =>
        await call(cancellationToken);

    private List<IGrouping<int, Subscription>> Stages(bool descending)
    {
        lock (_lock)
        {
            var stages = _subscriptions.ToList().GroupBy(subscription => subscription.Stage);
            return [.. descending ? stages.OrderByDescending(stage => stage.Key) : stages.OrderBy(stage => stage.Key)];
        }
    }

    private sealed class Subscription(LifecycleSubject subject, string name, int stage, ILifecycleObserver observer) : IDisposable
    {
        public int Stage => stage;

        public ILifecycleObserver Observer => observer;

        public void Dispose()
        {
            lock (subject._lock)
                subject._subscriptions.Remove(this);
        }

        public override string ToString() => $"{name} at {stage}";
    }
}
