using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>How an experiment stood at a moment.</summary>
public sealed record ExperimentGauges
{
    public required ExperimentState State { get; init; }

    public required TrialCounts Trials { get; init; }

    /// <summary>In [0, 1].</summary>
    public required double Progress { get; init; }

    /// <summary>The front and what is computed of it, when a scrape asks first: for most states of an experiment none does.</summary>
    public required Lazy<FrontGauges> Front { get; init; }

    public int TrialsOf(TrialState state) => state switch
    {
        TrialState.Waiting => Trials.Waiting,
        TrialState.Running => Trials.Running,
        TrialState.Complete => Trials.Complete,
        TrialState.Stopped => Trials.Stopped,
        TrialState.Failed => Trials.Failed,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "There is no such state of a trial."),
    };
}

/// <param name="Size">Trials.</param>
/// <param name="Hypervolume">Null without a front or an unpruned net.</param>
/// <param name="BestAccuracy">Null without a front.</param>
/// <param name="Points">The best accuracy first; at most <see cref="GrainMetrics.PointLimit"/>.</param>
public sealed record FrontGauges(int Size, double? Hypervolume, double? BestAccuracy, IReadOnlyList<TrialMetrics> Points)
{
    /// <param name="front">So far.</param>
    /// <param name="dense">The unpruned net, if it is measured.</param>
    public static FrontGauges Of(IReadOnlyList<TrialMetrics> front, TrialMetrics? dense, IReadOnlyList<Objective> objectives)
    {
        ArgumentNullException.ThrowIfNull(front);
        return new FrontGauges(
            front.Count,
            dense is null || front.Count == 0 ? null : Planning.Hypervolume.Of([.. front.Select(trial => ObjectiveValues.Gains(objectives, trial, dense))]),
            front.Count == 0 ? null : front.Max(trial => trial.Accuracy),
            Shown([.. front.OrderByDescending(trial => trial.Accuracy).ThenBy(trial => trial.Parameters)]));
    }

    private static IReadOnlyList<TrialMetrics> Shown(IReadOnlyList<TrialMetrics> ordered) => ordered.Count <= GrainMetrics.PointLimit
        ? ordered
        : [.. Enumerable.Range(0, GrainMetrics.PointLimit).Select(rank => ordered[rank * (ordered.Count - 1) / (GrainMetrics.PointLimit - 1)])];
}
