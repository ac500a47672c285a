namespace Sweep.Silo.Workers;

/// <summary>
/// How fast a stage trains, from what its engine has told, and so how long its epoch will take. There is no checkpoint inside an epoch: a
/// bitwise equal resumption needs the epoch's own order of images.
/// </summary>
internal sealed class EpochPace(TimeProvider time)
{
    /// <summary>An epoch's checkpoint is written and committed after it.</summary>
    private static readonly TimeSpan s_commit = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private bool _begun;
    private (double Epochs, long At)? _first;
    private (double Epochs, long At)? _last;

    /// <param name="epochsDone">The first call only says where the run starts: data is read before the first step, which is no pace.</param>
    public void Add(double epochsDone)
    {
        lock (_gate)
        {
            if (!_begun)
            {
                _begun = true;
                return;
            }

            var sample = (epochsDone, time.GetTimestamp());
            _first ??= sample;
            _last = sample;
        }
    }

    /// <summary>Until the running epoch's checkpoint is committed; null while there is no pace to tell it by, or no epoch runs.</summary>
    public TimeSpan? ToCheckpoint()
    {
        lock (_gate)
        {
            if (_first is not { } first || _last is not { } last || last.Epochs <= first.Epochs || last.At <= first.At)
            {
                return null;
            }

            var left = Math.Ceiling(last.Epochs) - last.Epochs;
            return left == 0 ? null : (left / (last.Epochs - first.Epochs) * time.GetElapsedTime(first.At, last.At)) + s_commit - time.GetElapsedTime(last.At);
        }
    }
}
