using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// How the hypervolume of an experiment grew, a point for each trial that raised it. Trials count in the order of their numbers, which is the order in
/// which they were opened; a stage that several need counts with the first. Trials that ended early count the epochs up to their last rung.
/// </summary>
public static class AttainmentCurve
{
    public static IReadOnlyList<AttainmentPoint> Of(ComparedExperiment experiment, CommonBox box)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(box);
        var objectives = experiment.Result.Objectives;
        var front = new IncrementalFront<TrialResult>(objectives.Goals());
        var curve = new List<AttainmentPoint>();
        var (complete, volume) = (0, 0.0);
        foreach (var (trial, epochs) in Steps(experiment))
        {
            if (trial.Metrics is not { } metrics)
            {
                continue;
            }

            complete++;
            var next = front.Add(trial, ObjectiveValues.Of(objectives, metrics));
            if (ReferenceEquals(next, front))
            {
                continue;
            }

            front = next;
            var now = Hypervolume.Of([.. front.Items.Select(member => box.Gains(member.Metrics!))]);
            if (now > volume)
            {
                volume = now;
                curve.Add(new AttainmentPoint { Trials = complete, Epochs = epochs, Hypervolume = volume });
            }
        }

        return curve;
    }

    /// <summary>Each trial in its order, and the epochs spent when it had ended.</summary>
    private static IEnumerable<(TrialResult Trial, double? Epochs)> Steps(ComparedExperiment experiment)
    {
        var trials = experiment.Result.Trials.OrderBy(trial => TrialPlanner.NumberOf(trial.Id) ?? int.MaxValue);
        if (experiment.Spec is not { } spec)
        {
            foreach (var trial in trials)
            {
                yield return (trial, null);
            }

            yield break;
        }

        var planner = new TrialPlanner(spec);
        var run = new HashSet<StageId>();
        var spent = planner.Dense.SelectMany(net => net.Stages).Where(stage => run.Add(stage.Id)).Sum(stage => stage.Epochs);
        foreach (var trial in trials)
        {
            if (trial.Metrics is not null || trial.Rungs is { Count: > 0 })
            {
                var plan = planner.Plan(TrialPlanner.NumberOf(trial.Id) ?? 0, trial.Settings);
                spent += plan.Stages.Take(StagesRun(trial, plan)).Where(stage => run.Add(stage.Id)).Sum(stage => stage.Epochs);
            }

            yield return (trial, spent);
        }
    }

    private static int StagesRun(TrialResult trial, TrialPlan plan) => trial.Metrics is not null || trial.Rungs is not [.., var last]
        ? plan.Stages.Count
        : plan.Rungs.Where(rung => rung.Epochs <= last.Epochs).Select(rung => rung.Place + 1).LastOrDefault();
}
