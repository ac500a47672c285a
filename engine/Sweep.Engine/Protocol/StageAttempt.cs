using Sweep.Data;
using Sweep.Engine.Stages;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Recipes.Protocol;
using static TorchSharp.torch;

namespace Sweep.Engine.Protocol;

/// <summary>One attempt at a stage: runs it on the calling thread and turns every end into one last event.</summary>
public sealed class StageAttempt(RunRequest request, IDataSource data, TimeProvider time, TextWriter log, FaultInjection fault) : IDisposable
{
    /// <summary>More than any machine has cores: libtorch makes as many as it is told.</summary>
    private const int MostThreads = 4096;

    private readonly CancellationTokenSource _cancelled = new();
    private volatile bool _draining;

    public void Drain() => _draining = true;

    public void Cancel() => _cancelled.Cancel();

    /// <summary>Never throws. Torch's scopes are thread-static, so everything happens on this thread.</summary>
    /// <returns>The last event of the attempt; it is not sent.</returns>
    public EngineEvent Run(Action<EngineEvent> send)
    {
        var stage = request.Recipe.Id;
        try
        {
            using var scope = NewDisposeScope();
            set_num_threads(Math.Clamp(request.Execution.Threads, 1, MostThreads));
            var context = new StageContext
            {
                Request = request,
                Device = FindDevice(request.Execution.Device),
                Data = data,
                Events = new StageEvents(stage, send, time, TimeSpan.FromMilliseconds(request.Execution.ProgressMilliseconds)),
                Cancelled = _cancelled.Token,
                Draining = () => _draining,
                Time = time,
                Log = log,
                Fault = fault,
            };
            context.Begin();
            return new CompletedEvent { Stage = stage, Result = StageCatalog.For(request.Recipe).Run(context) };
        }
        catch (StageStoppedException stopped)
        {
            return new StoppedEvent { Stage = stage, Reason = stopped.Reason };
        }
        catch (OperationCanceledException)
        {
            return new StoppedEvent { Stage = stage, Reason = StopReason.Cancelled };
        }
        catch (Exception e)
        {
            log.WriteLine($"{stage}: {e}");
            return new FailedEvent { Stage = stage, Failure = FailureOf.Exception(e) };
        }
    }

    public void Dispose() => _cancelled.Dispose();

    private static Device FindDevice(string name)
    {
        if (name != "cpu" && !name.StartsWith("cuda", StringComparison.Ordinal))
        {
            throw StageFaultException.InvalidRecipe($"A device must be cpu or cuda:N, but is '{name}'.");
        }

        return name == "cpu" || cuda.is_available()
            ? device(name)
            : throw new InvalidOperationException($"The device '{name}' must exist here, but libtorch sees no CUDA device.");
    }
}
