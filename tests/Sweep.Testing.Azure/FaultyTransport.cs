using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Sweep.Testing.Azure;

/// <summary>
/// A transport of the Azure SDK that misbehaves to order and writes down what passed. Faults wait in a queue; a request takes the first
/// that wants it, and each strikes once. Goes into any client's options: <c>options.Transport = faulty</c>.
/// </summary>
public sealed class FaultyTransport(HttpPipelineTransport? inner = null) : HttpPipelineTransport
{
    private readonly HttpPipelineTransport _inner = inner ?? new HttpClientTransport();
    private readonly Lock _gate = new();
    private readonly List<Fault> _faults = [];
    private readonly List<SentRequest> _sent = [];

    /// <summary>Every attempt, in the order in which they left, whatever became of it.</summary>
    public IReadOnlyList<SentRequest> Sent
    {
        get
        {
            lock (_gate)
            {
                return [.. _sent];
            }
        }
    }

    /// <summary>How many ordered faults have not struck yet.</summary>
    public int FaultsLeft
    {
        get
        {
            lock (_gate)
            {
                return _faults.Count;
            }
        }
    }

    /// <summary>Answers 503 ServerBusy without asking the server.</summary>
    public void Throttle(int times = 1, TimeSpan? retryAfter = null, Func<SentRequest, bool>? only = null) =>
        Answer(503, "ServerBusy", times, retryAfter, only);

    /// <summary>Answers this status and error code without asking the server.</summary>
    public void Answer(int status, string errorCode, int times = 1, TimeSpan? retryAfter = null, Func<SentRequest, bool>? only = null) =>
        Order(times, only, (message, _) =>
        {
            message.Response = new MadeUpResponse(status, errorCode, retryAfter) { ClientRequestId = message.Request.ClientRequestId };
            return ValueTask.CompletedTask;
        });

    /// <summary>The connection breaks before the server has seen anything.</summary>
    public void LoseRequest(int times = 1, Func<SentRequest, bool>? only = null) =>
        Order(times, only, (_, _) => throw Broken("before the request left"));

    /// <summary>The server does what it is asked; its answer never arrives.</summary>
    public void LoseAnswer(int times = 1, Func<SentRequest, bool>? only = null) =>
        Order(times, only, async (message, pass) =>
        {
            await pass(message);
            message.Response.Dispose();
            throw Broken("after the request was executed");
        });

    /// <summary>The connection breaks after this many bytes of the answer's body.</summary>
    public void CutBody(long afterBytes, int times = 1, Func<SentRequest, bool>? only = null) =>
        Order(times, only, async (message, pass) =>
        {
            await pass(message);
            message.Response.ContentStream = new CutStream(message.Response.ContentStream ?? Stream.Null, afterBytes);
        });

    /// <summary>Holds the next request until the caller lets it go or the client gives it up.</summary>
    public HeldRequest Hold(Func<SentRequest, bool>? only = null)
    {
        var held = new HeldRequest();
        Order(1, only, async (message, pass) =>
        {
            await held.ArriveAsync(message.CancellationToken);
            await pass(message);
        });
        return held;
    }

    public override Request CreateRequest() => _inner.CreateRequest();

    public override void Process(HttpMessage message) =>
        HandleAsync(message, passed =>
        {
            _inner.Process(passed);
            return ValueTask.CompletedTask;
        }).AsTask().GetAwaiter().GetResult();

    public override ValueTask ProcessAsync(HttpMessage message) => HandleAsync(message, _inner.ProcessAsync);

    private ValueTask HandleAsync(HttpMessage message, Func<HttpMessage, ValueTask> pass)
    {
        var sent = SentRequest.Of(message.Request);
        Fault? fault;
        lock (_gate)
        {
            _sent.Add(sent);
            fault = _faults.Find(ordered => ordered.Wants(sent));
            if (fault is not null)
            {
                _faults.Remove(fault);
            }
        }

        return fault is null ? pass(message) : fault.Strike(message, pass);
    }

    private void Order(int times, Func<SentRequest, bool>? only, Func<HttpMessage, Func<HttpMessage, ValueTask>, ValueTask> strike)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        lock (_gate)
        {
            _faults.AddRange(Enumerable.Range(0, times).Select(_ => new Fault(only ?? (_ => true), strike)));
        }
    }

    // What the SDK's own transport throws when a socket breaks: status 0.
    private static RequestFailedException Broken(string when)
    {
        var cause = new IOException($"The connection broke {when}.");
        return new RequestFailedException(cause.Message, cause);
    }

    private sealed class Fault(
        Func<SentRequest, bool> wants, Func<HttpMessage, Func<HttpMessage, ValueTask>, ValueTask> strike)
    {
        public bool Wants(SentRequest request) => wants(request);

        public ValueTask Strike(HttpMessage message, Func<HttpMessage, ValueTask> pass) => strike(message, pass);
    }
}
