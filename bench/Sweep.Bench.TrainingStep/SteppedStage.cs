using System.Runtime.ExceptionServices;
using Sweep.Engine.Stages;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Bench.TrainingStep;

/// <summary>
/// A training stage of the engine, just as it runs in an engine process, held still while it is not its turn: the loop asks after every step
/// whether progress is due, and there it waits.
/// </summary>
internal sealed class SteppedStage : IStageEvents, IDisposable
{
    private readonly SemaphoreSlim _go = new(0);
    private readonly SemaphoreSlim _held = new(0);
    private readonly CancellationTokenSource _over = new();
    private readonly Thread _thread;
    private Exception? _fault;
    private long _left = long.MaxValue;

    /// <param name="images">In the data set; enough for all steps that will be asked for.</param>
    public SteppedStage(Stages stages, StageRecipe recipe, int images)
    {
        _thread = new Thread(() => Run(stages, recipe, images)) { IsBackground = true, Name = recipe.Id.Value };
        _thread.Start();
        Wait();
    }

    public bool ProgressDue
    {
        get
        {
            if (--_left == 0)
            {
                Hold();
            }

            return false;
        }
    }

    /// <summary>So many steps.</summary>
    public void Steps(int count)
    {
        _left = count;
        _go.Release();
        Wait();
    }

    public void Started(int epochsResumed) => Hold();

    public void Progress(double epochsDone, int epochs, double? loss, TrainingWork? work = null)
    {
    }

    public void Checkpoint(int epochs, string folder, IReadOnlyList<EpochRecord> curve, IReadOnlyList<EpochTime> times)
    {
    }

    public void Dispose()
    {
        _over.Cancel();
        _left = long.MaxValue;
        _go.Release();
        _thread.Join();
        _go.Dispose();
        _held.Dispose();
        _over.Dispose();
    }

    private void Hold()
    {
        _held.Release();
        _go.Wait();
    }

    private void Wait()
    {
        _held.Wait();
        if (_fault is not null)
        {
            ExceptionDispatchInfo.Throw(_fault);
        }
    }

    private void Run(Stages stages, StageRecipe recipe, int images)
    {
        try
        {
            stages.Run(recipe, images, this, _over.Token);
            throw new InvalidOperationException($"{recipe.Id} must have as many steps as it is asked for, but it ended.");
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // the end of the measurement
        }
        catch (Exception e)
        {
            _fault = e;
            _held.Release();
        }
    }
}
