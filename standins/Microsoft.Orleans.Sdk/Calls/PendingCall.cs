using Orleans.Runtime;

namespace Orleans.Calls;

/// <summary>A call that waits for its answer; the first of answer, timeout, cancellation and loss completes it.</summary>
internal sealed class PendingCall(
    long id, GrainId target, InterfacePlan @interface, MethodPlan method, object?[] arguments, TimeSpan timeout, long started)
{
    private readonly TaskCompletionSource<object?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;
    private int _completed;

    public long Id => id;

    public GrainId Target => target;

    public InterfacePlan Interface => @interface;

    public MethodPlan Method => method;

    /// <summary>Copies of the caller's arguments.</summary>
    public object?[] Arguments => arguments;

    public TimeSpan Timeout => timeout;

    /// <summary>A timestamp of the messaging clock.</summary>
    public long Started => started;

    public Dictionary<string, object>? RequestContext { get; init; }

    public CancellationToken CallerToken => method.TokenIndex < 0 ? default : (CancellationToken)arguments[method.TokenIndex]!;

    public Task<object?> Completion => _completion.Task;

    /// <summary>Held by whoever sends the call, to find it again when it is cancelled.</summary>
    public object? Route { get; set; }

    /// <summary>Called once, when the call is complete.</summary>
    public Action<PendingCall>? Completed { get; set; }

    public bool TrySetResult(object? result)
    {
        if (!TryComplete())
            return false;

        _completion.TrySetResult(result);
        return true;
    }

    public bool TrySetException(Exception exception)
    {
        if (!TryComplete())
            return false;

        if (exception is OperationCanceledException canceled && canceled.CancellationToken.IsCancellationRequested)
            _completion.TrySetCanceled(canceled.CancellationToken);
        else
            _completion.TrySetException(exception);
        return true;
    }

    /// <summary>Calls <paramref name="canceled"/> when the caller's token is cancelled before the call is complete.</summary>
    public void WatchToken(Action<PendingCall> canceled)
    {
        if (!CallerToken.CanBeCanceled)
            return;

        _registration = CallerToken.UnsafeRegister(
            static state =>
            {
                var (call, action) = ((PendingCall, Action<PendingCall>))state!;
                action(call);
            },
            (this, canceled));
        if (Volatile.Read(ref _completed) != 0)
            _registration.Dispose();
    }

    public override string ToString() => $"request {id} {target} {@interface.Name}.{method.Name}";

    private bool TryComplete()
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
            return false;

        _registration.Unregister();
        Completed?.Invoke(this);
        return true;
    }
}
