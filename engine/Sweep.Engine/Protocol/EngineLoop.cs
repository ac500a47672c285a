using System.Text.Json;
using Sweep.Data;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Engine.Protocol;

/// <summary>
/// Serves requests from a stream until it ends. Requests are read on the calling thread; stages run one after another on a thread of
/// their own. The end of the stream means that the parent is gone: the running stage is dropped.
/// </summary>
public sealed class EngineLoop : IDisposable
{
    /// <summary>In characters: a reason may quote the request.</summary>
    private const int LongestReason = 1000;

    private readonly RequestLines _requests;
    private readonly EventLines _events;
    private readonly IDataSource _data;
    private readonly TimeProvider _time;
    private readonly TextWriter _log;
    private readonly FaultInjection _fault;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _offered = new(0);
    private StageAttempt? _running;

    public EngineLoop(Stream requests, Stream events, IDataSource data, TimeProvider time, TextWriter log, FaultInjection fault)
    {
        _requests = new RequestLines(requests);
        _events = new EventLines(events);
        _data = data;
        _time = time;
        _log = log;
        _fault = fault;
    }

    /// <summary>Returns when the requests end; a stage that still runs has been cancelled, and its thread is a background thread.</summary>
    public void Serve(ReadyEvent ready)
    {
        new Thread(RunStages) { IsBackground = true, Name = "stages" }.Start();
        _events.Write(ready);
        while (_requests.Read(out var line))
        {
            if (line is null)
            {
                Refuse($"A request must have at most {RequestLines.DefaultLongest} bytes on its line, but one had more.");
            }
            else if (!string.IsNullOrWhiteSpace(line))
            {
                Take(line);
            }
        }

        lock (_gate)
        {
            _running?.Cancel();
        }
    }

    public void Dispose() => _offered.Dispose();

    private void Take(string line)
    {
        EngineRequest request;
        try
        {
            request = CanonicalJson.Deserialize<EngineRequest>(line);
            RequireWhole(request);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or FormatException)
        {
            var reason = e.Message.Length <= LongestReason ? e.Message : e.Message[..LongestReason] + "…";
            Refuse($"A request must be one line of JSON as the engine protocol has it. {reason}");
            return;
        }

        lock (_gate)
        {
            switch (request)
            {
                case DrainRequest:
                    _running?.Drain();
                    break;
                case CancelRequest:
                    _running?.Cancel();
                    break;
                case RunRequest run when _running is null:
                    _running = new StageAttempt(run, _data, _time, _log, _fault);
                    _offered.Release();
                    break;
                case RunRequest run:
                    Refuse("An engine runs one stage at a time, and one is running.", run.Recipe.Id);
                    break;
            }
        }
    }

    private void RunStages()
    {
        while (true)
        {
            _offered.Wait();
            var attempt = _running!;
            var last = attempt.Run(_events.Write);
            lock (_gate)
            {
                // Whoever reads the last event may send the next request at once: it must find the place free.
                _running = null;
                _events.Write(last);
            }

            attempt.Dispose();
        }
    }

    /// <summary>JSON's null gets past the types: a request that has it where it may not be is no request.</summary>
    private static void RequireWhole(EngineRequest request)
    {
        if (request is RunRequest { Recipe: null } or RunRequest { Inputs: null } or RunRequest { Output: null }
            or RunRequest { Checkpoints: null } or RunRequest { Execution: null } or RunRequest { Execution.DataRoots: null })
        {
            throw new JsonException("recipe, inputs, output, checkpoints, execution and its dataRoots must not be null.");
        }
    }

    private void Refuse(string message, StageId? stage = null) => _events.Write(new FailedEvent
    {
        Stage = stage,
        Failure = new StageFailure { Reason = FailureReason.InvalidRecipe, Message = message },
    });
}
