using System.Globalization;

namespace Sweep.Planning;

/// <summary>Turns a spec into the recipes of every stage of every trial. Pure: equal specs give equal ids.</summary>
public static class ExperimentPlanner
{
    /// <summary>The id of the unpruned net's trial.</summary>
    public const string DenseId = "dense";

    public static ExperimentPlan Plan(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var stages = new StageChain(spec);
        TrialPlan dense = new() { Id = DenseId, Stages = stages.ForDense() };
        TrialPlan[] trials =
        [
            .. GridSearcher.Propose(spec).Select((settings, index) => new TrialPlan
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"t{index + 1:0000}"),
                Settings = settings,
                Stages = stages.For(settings),
            }),
        ];
        var distinct = trials.Append(dense).SelectMany(trial => trial.Stages).DistinctBy(stage => stage.Id).ToList();
        return new ExperimentPlan
        {
            Dense = dense,
            Trials = trials,
            EpochsAsked = trials.Sum(trial => trial.Stages.Sum(stage => stage.Epochs)),
            EpochsNeeded = distinct.Sum(stage => stage.Epochs),
            Stages = distinct.Count,
        };
    }
}
