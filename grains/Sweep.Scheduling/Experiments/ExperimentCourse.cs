using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>What becomes of an experiment as it stands: the same for one that runs and for one that is simulated.</summary>
internal static class ExperimentCourse
{
    /// <summary>Ends a running experiment when a limit is reached, or its front grows no longer.</summary>
    public static ExperimentRecord CutShort(this ExperimentRecord record, ExperimentProgress progress, DateTimeOffset now) =>
        record.State == ExperimentState.Running && !progress.AllEnded && progress.EndReason(now - record.SubmittedAt) is { } reason
            ? record.CutShort(now, reason)
            : record;

    /// <summary>What follows once every stage has been told what is wanted of it.</summary>
    /// <param name="record">The experiment.</param>
    /// <param name="progress">How far it has come.</param>
    /// <param name="retried">Whether every failed stage that is to be tried again has heard of it.</param>
    /// <param name="now">The time.</param>
    public static ExperimentRecord Settled(this ExperimentRecord record, ExperimentProgress progress, bool retried, DateTimeOffset now) => record.State switch
    {
        ExperimentState.Cancelled => record.Withdrawn(),
        ExperimentState.Complete => record.Withdrawn(),
        _ when progress.AllEnded => record.Finished(now, progress.Failure(), progress.LimitReason),
        _ when retried => record.Retried(),
        _ => record,
    };

    /// <summary>Its trials, as they count once it has ended.</summary>
    public static TrialCounts CountsOf(this ExperimentRecord record, ExperimentProgress progress) =>
        record.IsCutShort ? progress.Counts.WithUnfinishedStopped() : progress.Counts;
}
