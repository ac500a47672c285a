using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Calls;

/// <summary>Takes calls to where the grains are.</summary>
internal interface ICallTransport
{
    /// <summary>Sends the call; its answer completes it. Failures complete it too.</summary>
    void Send(PendingCall call);

    /// <summary>Tells the callee that nobody waits any longer.</summary>
    /// <param name="call">The call.</param>
    /// <param name="signal">Whether a running callee's token is cancelled; a call that has not begun is dropped anyway.</param>
    void Abandon(PendingCall call, bool signal);

    /// <exception cref="ArgumentException">No class or more than one implements the interface.</exception>
    GrainType GrainTypeOf(Type grainInterface, string? classNamePrefix);
}

/// <summary>The caller's side of grain calls: copies arguments, keeps what is pending, and bounds the wait.</summary>
internal sealed class GrainCaller : IDisposable
{
    private readonly ConcurrentDictionary<long, PendingCall> _pending = new();
    private readonly ConcurrentDictionary<InterfacePlan, bool> _checked = new();
    private readonly CodecCatalog _codecs;
    private readonly ICallTransport _transport;
    private readonly MessagingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _sweep;
    private long _lastId;

    public GrainCaller(
        CodecCatalog codecs, ICallTransport transport, MessagingOptions options, TimeProvider time, ILogger<GrainCaller> logger)
    {
        _codecs = codecs;
        _transport = transport;
        _options = options;
        _time = time;
        _logger = logger;
        codecs.Bind(this);
        var period = options.ResponseTimeout < TimeSpan.FromSeconds(1) ? options.ResponseTimeout : TimeSpan.FromSeconds(1);
        period = period < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : period;
        using (ExecutionContext.SuppressFlow())
            _sweep = time.CreateTimer(_ => ExpireCalls(), null, period, period);
    }

    public int PendingCount => _pending.Count;

    public GrainType GrainTypeOf(Type grainInterface, string? classNamePrefix) => _transport.GrainTypeOf(grainInterface, classNamePrefix);

    /// <exception cref="CodecNotFoundException">A parameter of some method of the interface cannot be copied.</exception>
    public GrainReference MakeReference(GrainId id, Type grainInterface)
    {
        var plan = InterfacePlan.Of(grainInterface);
        if (!_checked.ContainsKey(plan))
        {
            foreach (var parameter in plan.Parameters)
                _codecs.Require(parameter);
            _checked.TryAdd(plan, true);
        }

        return GrainReference.Make(this, id, plan);
    }

    public object Cast(GrainReference reference, Type grainInterface) => MakeReference(reference.GrainId, grainInterface);

    /// <summary>Sends a call.</summary>
    /// <returns>The task of the method's declared type.</returns>
    public object Invoke(GrainReference reference, MethodPlan method, object?[] arguments)
    {
        var token = method.TokenIndex < 0 ? default : (CancellationToken)arguments[method.TokenIndex]!;
        if (token.IsCancellationRequested)
            return method.Return.Wrap(Task.FromCanceled<object?>(token));

        var copies = new object?[arguments.Length];
        for (var i = 0; i < copies.Length; i++)
            copies[i] = i == method.TokenIndex ? token : _codecs.Copy(method.Parameters[i], arguments[i]);

        var call = new PendingCall(
            Interlocked.Increment(ref _lastId), reference.GrainId, reference.Interface, method, copies,
            method.ResponseTimeout ?? _options.ResponseTimeout, _time.GetTimestamp())
        {
            RequestContext = (Dictionary<string, object>?)_codecs.Copy(typeof(object), RequestContext.Export()),
        };
        if (method.IsOneWay)
        {
            _transport.Send(call);
            return method.Return.Wrap(Task.FromResult<object?>(null));
        }

        call.Completed = completed => _pending.TryRemove(completed.Id, out _);
        _pending[call.Id] = call;
        _transport.Send(call);
        call.WatchToken(Cancel);
        return method.Return.Wrap(call.Completion);
    }

    /// <summary>Ends every pending call; the host is stopping.</summary>
    public void BreakAll()
    {
        foreach (var call in _pending.Values)
        {
            call.TrySetException(new SiloUnavailableException(
                $"The local Orleans host is shutting down and can no longer process the request: {call}."));
        }
    }

    public void Dispose() => _sweep.Dispose();

    private void Cancel(PendingCall call)
    {
        if (_options.WaitForCancellationAcknowledgement || call.TrySetException(new OperationCanceledException(call.CallerToken)))
            _transport.Abandon(call, signal: true);
    }

    private void ExpireCalls()
    {
        var now = _time.GetTimestamp();
        foreach (var call in _pending.Values)
        {
            if (_time.GetElapsedTime(call.Started, now) <= call.Timeout)
                continue;

            var expired = call.TrySetException(new TimeoutException($"Response did not arrive on time in {call.Timeout} for message: {call}."));
            if (expired)
            {
                _logger.LogWarning("Response did not arrive on time in {Timeout} for message: {Call}.", call.Timeout, call);
                _transport.Abandon(call, signal: _options.CancelRequestOnTimeout);
            }
        }
    }
}
