using Sweep.Grains;

namespace Sweep.Client.Watching;

/// <summary>
/// Time to the end, from the epochs that passed since watching began. Says nothing before it has seen enough to be worth
/// believing.
/// </summary>
internal sealed class TimeLeft(TimeProvider time)
{
    private static readonly TimeSpan s_learning = TimeSpan.FromSeconds(5);

    private long? _start;
    private double _epochsAtStart;

    public TimeSpan? Observe(ExperimentStatus status)
    {
        if (_start is not { } start)
        {
            (_start, _epochsAtStart) = (time.GetTimestamp(), status.EpochsDone);
            return null;
        }

        var elapsed = time.GetElapsedTime(start);
        var passed = status.EpochsDone - _epochsAtStart;
        var left = Math.Max(0, status.EpochsNeeded - status.EpochsDone);

        // Measuring follows the last epoch, and is not counted in epochs.
        return elapsed < s_learning || passed < 0.5 || left == 0 ? null : elapsed * (left / passed);
    }
}
