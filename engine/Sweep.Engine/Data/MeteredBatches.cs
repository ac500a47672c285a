using Sweep.Recipes.Protocol;
using static TorchSharp.torch;

namespace Sweep.Engine.Data;

/// <summary>Counts an epoch's batches, one a step, and the time that training waits for them.</summary>
internal sealed class MeteredBatches(IBatchStream batches, TimeProvider time) : IBatchStream
{
    private long _since = time.GetTimestamp();
    private int _steps;
    private long _samples;
    private TimeSpan _waited;

    public bool Next(out Tensor images, out Tensor labels)
    {
        var asked = time.GetTimestamp();
        var more = batches.Next(out images, out labels);
        _waited += time.GetElapsedTime(asked);
        if (more)
        {
            _steps++;
            _samples += labels.shape[0];
        }

        return more;
    }

    /// <summary>The work since the last time this was asked, or since the start.</summary>
    public TrainingWork Take()
    {
        var now = time.GetTimestamp();
        var work = new TrainingWork
        {
            Steps = _steps,
            Samples = _samples,
            Seconds = time.GetElapsedTime(_since, now).TotalSeconds,
            LoaderSeconds = _waited.TotalSeconds,
        };
        (_since, _steps, _samples, _waited) = (now, 0, 0, TimeSpan.Zero);
        return work;
    }

    public void Dispose() => batches.Dispose();
}
