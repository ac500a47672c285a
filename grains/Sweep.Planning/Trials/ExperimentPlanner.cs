namespace Sweep.Planning;

/// <summary>Lays out every trial of a grid with the recipes of all its stages, for who wants to see the whole before it is paid.</summary>
public static class ExperimentPlanner
{
    /// <summary>The id of the first seed's unpruned net.</summary>
    public const string DenseId = TrialPlanner.DenseId;

    public static ExperimentPlan Plan(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Plan(spec, GridSearcher.Propose(spec));
    }

    /// <param name="spec">The experiment.</param>
    /// <param name="settings">Of each trial, in the order of their numbers.</param>
    public static ExperimentPlan Plan(SweepSpec spec, IReadOnlyList<TrialSettings> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var planner = new TrialPlanner(spec);
        TrialPlan[] trials = [.. settings.Select((point, number) => planner.Plan(number, point))];
        var distinct = trials.Concat(planner.Dense).SelectMany(trial => trial.Stages).DistinctBy(stage => stage.Id).ToList();
        return new ExperimentPlan
        {
            Dense = planner.Dense[0],
            DenseSeeds = planner.Dense,
            Trials = trials,
            EpochsAsked = trials.Sum(trial => trial.Stages.Sum(stage => stage.Epochs)),
            EpochsNeeded = distinct.Sum(stage => stage.Epochs),
            Stages = distinct.Count,
        };
    }
}
