using Sweep.Engine.Stages;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Engine.Protocol;

/// <summary>Sends a running stage's events, progress no more often than asked for.</summary>
public sealed class StageEvents(StageId stage, Action<EngineEvent> send, TimeProvider time, TimeSpan interval) : IStageEvents
{
    private long _last = time.GetTimestamp();

    public bool ProgressDue => time.GetElapsedTime(_last) >= interval;

    public void Started(int epochsResumed) => send(new StartedEvent { Stage = stage, EpochsResumed = epochsResumed });

    public void Progress(double epochsDone, int epochs, double? loss, TrainingWork? work = null)
    {
        _last = time.GetTimestamp();
        send(new ProgressEvent { Stage = stage, EpochsDone = epochsDone, Epochs = epochs, Loss = loss, Work = work });
    }

    public void Checkpoint(int epochs, string folder, IReadOnlyList<EpochRecord> curve, IReadOnlyList<EpochTime> times)
    {
        ArgumentNullException.ThrowIfNull(curve);
        var kept = StageHistory.Thinned(curve);
        send(new CheckpointEvent { Stage = stage, Epochs = epochs, Folder = folder, Curve = kept, Times = StageHistory.Thinned(times, kept) });
    }
}
