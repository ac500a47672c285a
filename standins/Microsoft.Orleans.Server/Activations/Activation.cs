using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Calls;
using Orleans.Runtime;

namespace Orleans.Activations;

/// <summary>One activation of a grain: its object, its waiting and running work, and the way from first call to deactivation.</summary>
internal sealed partial class Activation : IGrainContext
{
    private readonly Lock _lock = new();
    private readonly LinkedList<ActivationWork> _waiting = new();
    private readonly HashSet<ActivationWork> _running = [];
    private readonly HashSet<GrainTimer> _timers = [];
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActivationScheduler _scheduler;
    private readonly ActivationDirectory _directory;
    private readonly GrainClass _class;
    private readonly AsyncServiceScope _scope;
    private readonly GrainLifecycle _lifecycle;
    private readonly ILogger _logger;
    private State _state = State.Creating;
    private ActivationWork? _blocking;
    private DeactivationReason _reason;
    private CancellationToken _deactivationToken;
    private long _lastUse;
    private long _keepUntil = long.MinValue;
    private bool _isFinishing;

    public Activation(GrainId id, GrainClass grainClass, ActivationDirectory directory, IServiceProvider services, ILogger logger)
    {
        GrainId = id;
        _class = grainClass;
        _directory = directory;
        _logger = logger;
        _scope = services.CreateAsyncScope();
        _scheduler = new(this);
        _lifecycle = new(logger);
        _lastUse = directory.Time.GetTimestamp();
        GrainReference = GrainReference.Make(directory.Caller, id, InterfacePlan.Of(typeof(IGrain)));
    }

    private enum State
    {
        Creating,
        Valid,
        Deactivating,
        Invalid,
    }

    public GrainId GrainId { get; }

    public GrainReference GrainReference { get; }

    public object? GrainInstance { get; private set; }

    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    public IGrainLifecycle ObservableLifecycle => _lifecycle;

    public Task Deactivated => _deactivated.Task;

    public GrainClass Class => _class;

    public ActivationScheduler Scheduler => _scheduler;

    /// <summary>Begins to activate; the directory knows this activation already.</summary>
    public void Start()
    {
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            _ = _scheduler.Run(ActivateAsync);
    }

    /// <returns>False if this activation takes no more work; the work belongs to the next one.</returns>
    public bool TryReceive(ActivationWork work)
    {
        lock (_lock)
        {
            if (_state is State.Invalid)
                return false;

            _waiting.AddLast(work);
            BeginWaiting();
        }

        return true;
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_state is State.Deactivating or State.Invalid)
                return;

            // While it is being created, ActivateAsync sees the reason and goes on to deactivate.
            _reason = deactivationReason;
            _deactivationToken = cancellationToken;
            if (_state is State.Valid)
            {
                _state = State.Deactivating;
                FinishWhenIdle();
            }
        }
    }

    /// <summary>Keeps from idle collection; zero or less takes it back.</summary>
    public void DelayDeactivation(TimeSpan span)
    {
        var now = _directory.Time.GetTimestamp();
        lock (_lock)
        {
            _keepUntil = span <= TimeSpan.Zero ? long.MinValue
                : span.TotalSeconds * _directory.Time.TimestampFrequency > long.MaxValue / 2 ? long.MaxValue
                : now + (long)(span.TotalSeconds * _directory.Time.TimestampFrequency);
        }
    }

    /// <summary>Deactivates if nothing runs or waits and the last use is at least <paramref name="age"/> ago.</summary>
    public void DeactivateIfIdle(TimeSpan age)
    {
        lock (_lock)
        {
            var now = _directory.Time.GetTimestamp();
            var isIdle = _state is State.Valid && _waiting.Count == 0 && _running.All(work => !work.KeepsAlive)
                && _keepUntil <= now && _directory.Time.GetElapsedTime(_lastUse, now) >= age;
            if (!isIdle)
                return;
        }

        Deactivate(new(DeactivationReasonCode.ActivationIdle, $"The activation was idle for {age}."));
    }

    public void AddTimer(GrainTimer timer)
    {
        lock (_lock)
            _timers.Add(timer);
    }

    public void RemoveTimer(GrainTimer timer)
    {
        lock (_lock)
            _timers.Remove(timer);
    }

    public override string ToString() => GrainId.ToString();

    /// <summary>Starts whatever may run beside what runs already. Held: the lock.</summary>
    private void BeginWaiting()
    {
        if (_state is not State.Valid)
            return;

        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            var work = node.Value;
            if (work.IsAbandoned)
            {
                _waiting.Remove(node);
            }
            else if (MayBegin(work))
            {
                _waiting.Remove(node);
                Begin(work);
            }

            node = next;
        }
    }

    private bool MayBegin(ActivationWork work) => _running.Count == 0 || work.IsAlwaysInterleave || _class.IsReentrant
        || _blocking is null || (_blocking.IsReadOnly && work.IsReadOnly);

    private void Begin(ActivationWork work)
    {
        _running.Add(work);
        if (_blocking is null && !work.IsAlwaysInterleave)
            _blocking = work;
        if (work.KeepsAlive)
            _lastUse = _directory.Time.GetTimestamp();
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            _ = _scheduler.Run(() => RunAsync(work));
    }

    private async Task RunAsync(ActivationWork work)
    {
        await work.RunAsync(this);
        lock (_lock)
        {
            _running.Remove(work);
            if (_blocking == work)
                _blocking = null;
            if (work.KeepsAlive)
                _lastUse = _directory.Time.GetTimestamp();
            BeginWaiting();
            if (_state is State.Deactivating)
                FinishWhenIdle();
        }
    }
}
