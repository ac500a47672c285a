using Orleans.Runtime;
using Sweep.Client.Cluster;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Watching;

/// <summary>One look at an experiment.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Left">Time to the end; null when not known yet.</param>
/// <param name="Outage">Why the cluster does not answer now, since this was seen; null while it does.</param>
/// <param name="Failures">The trials that failed last, when some have failed since the look before; null else.</param>
internal sealed record Sight(ExperimentStatus Status, TimeSpan? Left, string? Outage = null, IReadOnlyList<TrialResult>? Failures = null);

/// <summary>How progress is shown while an experiment runs.</summary>
internal interface IProgressDisplay
{
    /// <summary>Shows what <paramref name="work"/> reports until it is done.</summary>
    Task<T> While<T>(Func<Action<Sight>, Task<T>> work);
}

/// <summary>Asks for an experiment's status until it has ended.</summary>
internal sealed class ExperimentWatch(ClusterSession session, TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    /// <summary>A cluster that restarts or elects is back within this time.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Of the trials that failed between two looks.</summary>
    private const int MostFailures = 5;

    /// <inheritdoc cref="Until"/>
    public Task<ExperimentStatus> UntilEnded(string experiment, IProgressDisplay display, TimeSpan? limit, CancellationToken cancellationToken) =>
        Until(experiment, display, limit, _ => false, cancellationToken);

    /// <param name="experiment">Its name.</param>
    /// <param name="display">Told of every look.</param>
    /// <param name="limit">How long at most; null for as long as it takes.</param>
    /// <param name="enough">Whether the waiting is over although the experiment has not ended.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ClientException">The cluster is gone, or the limit has passed.</exception>
    public Task<ExperimentStatus> Until(
        string experiment, IProgressDisplay display, TimeSpan? limit, Func<ExperimentStatus, bool> enough, CancellationToken cancellationToken) =>
        display.While(async show =>
        {
            var timeLeft = new TimeLeft(time);
            var begun = time.GetTimestamp();
            Sight? last = null;
            while (true)
            {
                var status = await Answer(() => session.Api.GetStatus(experiment, cancellationToken), Unanswered, cancellationToken);
                var failures = status.Trials.Failed > (last?.Status.Trials.Failed ?? 0) ? await Answer(() => Failures(experiment, cancellationToken), Unanswered, cancellationToken) : null;
                last = new Sight(status, timeLeft.Observe(status), Outage: null, failures);
                show(last);
                if (HasEnded(status.State) || enough(status))
                {
                    return status;
                }

                if (limit is { } most && time.GetElapsedTime(begun) >= most)
                {
                    throw ClientException.TimedOut(experiment, most);
                }

                await Task.Delay(s_interval, time, cancellationToken);
            }

            void Unanswered(Exception outage)
            {
                if (last is not null)
                {
                    show(last with { Outage = outage.Message, Failures = null });
                }
            }
        });

    public static bool HasEnded(ExperimentState state) => state is ExperimentState.Complete or ExperimentState.Cancelled or ExperimentState.Failed;

    private async Task<IReadOnlyList<TrialResult>> Failures(string experiment, CancellationToken cancellationToken) =>
        (await session.Api.FindTrials(experiment, new TrialQuery { State = TrialState.Failed, Descending = true, Limit = MostFailures }, cancellationToken)).Trials;

    private async Task<T> Answer<T>(Func<Task<T>> ask, Action<Exception> outage, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                // A cluster that has gone answers no call, and a call cannot be taken back.
                return await ask().WaitAsync(s_patience, time, cancellationToken);
            }
            catch (Exception e) when (IsOutage(e))
            {
                if (session.HasGone || time.GetElapsedTime(begun) >= s_patience)
                {
                    throw new ClientException(
                        ExitCode.Unreachable,
                        FormattableString.Invariant($"The cluster must answer within {s_patience.TotalSeconds:0} seconds, but does not: {e.Message}"),
                        "What has finished is kept; the experiment goes on when its silo does.");
                }

                outage(e);
                await Task.Delay(s_interval, time, cancellationToken);
            }
        }
    }

    /// <summary>Whether asking again may help.</summary>
    public static bool IsOutage(Exception e) => e is TimeoutException or OrleansException or System.Net.Sockets.SocketException or ClientException { Code: ExitCode.Unreachable };
}
