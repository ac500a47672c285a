using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Silo.Web;

/// <summary>How fast epochs pass, by what was seen in the last minutes; before enough was seen, since the experiment was submitted.</summary>
internal sealed class Pace
{
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_enough = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Queue<(DateTimeOffset At, double Epochs)> _seen = [];

    /// <returns>Time to the last epoch; null where nothing worth believing is known.</returns>
    public TimeSpan? Observe(ExperimentStatus status, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (status.State != ExperimentState.Running)
            {
                _seen.Clear();
                return null;
            }

            _seen.Enqueue((now, status.EpochsDone));
            while (now - _seen.Peek().At > s_window)
            {
                _seen.Dequeue();
            }

            var (since, before) = _seen.Peek();
            var isSeen = now - since >= s_enough && status.EpochsDone - before >= 0.5;
            var (elapsed, passed) = isSeen ? (now - since, status.EpochsDone - before) : (now - status.SubmittedAt, status.EpochsDone);
            var left = status.EpochsNeeded - status.EpochsDone;
            return passed < 0.5 || elapsed <= TimeSpan.Zero || left <= 0 ? null : elapsed * Math.Min(left / passed, 1e6);
        }
    }
}
