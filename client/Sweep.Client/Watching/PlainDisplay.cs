using Sweep.Client.Output;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Watching;

/// <summary>A line now and then, for logs and pipes: at a change worth telling, and else at most every half minute. A failed trial gets one with its reason.</summary>
internal sealed class PlainDisplay(TextWriter writer, TimeProvider time) : IProgressDisplay
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(30);

    public Task<T> While<T>(Func<Action<Sight>, Task<T>> work)
    {
        (ExperimentState, int, int)? told = null;
        var toldAt = 0L;
        var isOut = false;
        var failed = new HashSet<string>(StringComparer.Ordinal);
        return work(sight =>
        {
            var status = sight.Status;
            if (sight.Outage is { } outage)
            {
                if (!isOut)
                {
                    Say($"{status.Name}: no answer from the cluster, asking again: {outage}");
                }

                isOut = true;
                return;
            }

            foreach (var trial in (sight.Failures ?? []).Reverse().Where(trial => failed.Add(trial.Id)))
            {
                Say($"{status.Name}: {FailureLine(trial)}");
            }

            var now = (status.State, status.Trials.Complete, status.Trials.Failed);
            if (told == now && !isOut && (time.GetElapsedTime(toldAt) < s_quiet || ExperimentWatch.HasEnded(status.State)))
            {
                return;
            }

            (told, toldAt, isOut) = (now, time.GetTimestamp(), false);
            Say(Line(sight));
        });

        void Say(string line)
        {
            writer.WriteLine(VisibleText.OfLine(line));
            writer.Flush();
        }
    }

    public static string Line(Sight sight)
    {
        var status = sight.Status;
        var line = $"{status.Name}: {Words.Name(status.State)}, {Words.Number(Math.Round(status.EpochsDone, 1))} of {Words.Many(status.EpochsNeeded, "epoch")}, "
            + $"{Words.Count(status.Trials.Complete)} of {Words.Many(status.Trials.Total, "trial")}"
            + (status.Trials.Failed > 0 ? $" ({Words.Count(status.Trials.Failed)} failed)" : "")
            + $", {Words.Count(status.Front.Count)} on the front";
        if (ExperimentWatch.HasEnded(status.State))
        {
            return line;
        }

        return line
            + (sight.Left is { } left ? $", about {Words.Duration(left)} left" : "")
            + (status.Running.Count == 0 ? "" : $"; running {string.Join(", ", status.Running.Select(stage => $"{StatusView.ShortStage(stage)} on {stage.Worker}"))}");
    }

    private static string FailureLine(TrialResult trial) =>
        trial.Failure is { } failure ? $"{trial.Id} failed in {failure.Stage.Kind}: {Words.Name(failure.Failure.Reason)}: {failure.Failure.Message}" : $"{trial.Id} failed";
}
