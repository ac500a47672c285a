namespace Sweep.Planning;

/// <summary>What can be said of an experiment's trials before it runs: all of a grid; of a search how many they are, and no settings.</summary>
public sealed record TrialOutlook
{
    /// <summary>Unpruned nets, and those trials whose settings are known.</summary>
    public required ExperimentPlan Plan { get; init; }

    /// <summary>How many there will be at most.</summary>
    public required int Trials { get; init; }

    /// <summary>Who chooses the settings while the experiment runs; null where they are known.</summary>
    public SearchAlgorithm? Chooser { get; init; }

    public static TrialOutlook Of(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var most = Math.Min(spec.Search.Trials ?? int.MaxValue, spec.Limits?.Trials ?? int.MaxValue);
        if (spec.Search.Algorithm != SearchAlgorithm.Grid)
        {
            // The combinations of a search may be without number: none is laid out.
            var none = spec with { Space = spec.Space with { Sparsity = new SpaceAxis<double>() } };
            return new TrialOutlook { Plan = ExperimentPlanner.Plan(none), Trials = most, Chooser = spec.Search.Algorithm };
        }

        var plan = ExperimentPlanner.Plan(spec);
        return new TrialOutlook { Plan = First(plan, most), Trials = Math.Min(plan.Trials.Count, most) };
    }

    private static ExperimentPlan First(ExperimentPlan plan, int count)
    {
        if (count >= plan.Trials.Count)
        {
            return plan;
        }

        var trials = plan.Trials.Take(count).ToList();
        var distinct = trials.Concat(plan.DenseSeeds).SelectMany(trial => trial.Stages).DistinctBy(stage => stage.Id).ToList();
        return plan with
        {
            Trials = trials,
            EpochsAsked = trials.Sum(trial => trial.Stages.Sum(stage => stage.Epochs)),
            EpochsNeeded = distinct.Sum(stage => stage.Epochs),
            Stages = distinct.Count,
        };
    }
}
