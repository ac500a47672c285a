using Orleans.Calls;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.Wire;

namespace Orleans.Activations;

/// <summary>Something an activation runs in its turns: a call or a timer's tick.</summary>
internal abstract class ActivationWork
{
    public abstract bool IsAlwaysInterleave { get; }

    public abstract bool IsReadOnly { get; }

    /// <summary>Whether running it counts as use for idle collection.</summary>
    public abstract bool KeepsAlive { get; }

    /// <summary>Whether it goes to the next activation if this one ends before it has begun.</summary>
    public abstract bool OutlivesActivation { get; }

    /// <summary>Nobody waits any longer; what has not begun does not begin.</summary>
    public abstract bool IsAbandoned { get; }

    /// <summary>Never throws.</summary>
    public abstract Task RunAsync(Activation activation);

    /// <summary>It will not run.</summary>
    public abstract void Reject(Exception exception);
}

/// <summary>A call of a grain's method.</summary>
internal sealed class GrainCallWork(ReceivedCall call, CodecCatalog codecs, TimeProvider time, Action<object?, Exception?> complete)
    : ActivationWork
{
    private readonly MethodPlan _method = call.Method;
    private readonly long _received = time.GetTimestamp();
    private readonly CancellationTokenSource? _cancellation = call.Method.TokenIndex < 0 ? null : new();
    private volatile bool _isAbandoned;
    private int _completed;

    public GrainId Target => call.Target;

    public override bool IsAbandoned => _isAbandoned || time.GetElapsedTime(_received) > call.TimeToLive;

    public override bool IsAlwaysInterleave => _method.IsAlwaysInterleave;

    public override bool IsReadOnly => _method.IsReadOnly;

    public override bool KeepsAlive => true;

    public override bool OutlivesActivation => true;

    /// <param name="signal">Whether the method's token is cancelled if it has begun.</param>
    public void Abandon(bool signal)
    {
        _isAbandoned = true;
        if (signal)
            _cancellation?.Cancel();
    }

    public override async Task RunAsync(Activation activation)
    {
        object? result = null;
        Exception? failure = null;
        try
        {
            RequestContext.Import(call.Context);
            if (!_method.Method.DeclaringType!.IsInstanceOfType(activation.GrainInstance))
                throw new InvalidCastException($"{activation.GrainInstance!.GetType()} does not implement {call.Interface.Name}.");

            if (_cancellation is not null)
                call.Arguments[_method.TokenIndex] = _cancellation.Token;
            result = await _method.InvokeAsync(activation.GrainInstance, call.Arguments);
            if (_method.Return.Result is { } type)
                result = codecs.Copy(type, result);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (failure is InconsistentStateException { IsSourceActivation: true } inconsistent)
        {
            inconsistent.IsSourceActivation = false;
            activation.Deactivate(new(DeactivationReasonCode.ApplicationError, failure, failure.Message));
        }

        if (Interlocked.Exchange(ref _completed, 1) == 0)
            complete(result, failure);
    }

    public override void Reject(Exception exception)
    {
        if (Interlocked.Exchange(ref _completed, 1) == 0)
            complete(null, exception);
    }

    public override string ToString() => $"{call.Target} {call.Interface.Name}.{_method.Name}";
}
