using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// How the hypervolume of an experiment grew, a point for each trial that raised it. Trials count in the order in which they ended, or where not all stages
/// were timed in the order of their numbers, in which they were opened. A stage that several need counts with the first; trials that were stopped count the
/// epochs up to their last rung.
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
        var ends = EndsOf(experiment.Result);
        foreach (var (trial, epochs) in Steps(experiment, ends))
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
                curve.Add(new AttainmentPoint { Trials = complete, Epochs = epochs, Seconds = ends?[trial.Id], Hypervolume = volume });
            }
        }

        return curve;
    }

    /// <summary>Each trial in its order, and the epochs spent when it had ended.</summary>
    private static IEnumerable<(TrialResult Trial, double? Epochs)> Steps(ComparedExperiment experiment, Dictionary<string, double>? ends)
    {
        var trials = experiment.Result.Trials
            .OrderBy(trial => ends?.GetValueOrDefault(trial.Id, double.PositiveInfinity))
            .ThenBy(trial => TrialPlanner.NumberOf(trial.Id) ?? int.MaxValue);
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

    /// <summary>When each trial's last stage that succeeded had ended, in seconds since the experiment was submitted, or since its first stage began.</summary>
    /// <returns>Null where some stage of a complete trial was not timed.</returns>
    private static Dictionary<string, double>? EndsOf(ExperimentResult result)
    {
        if (result.Timeline is not { Spans.Count: > 0 } timeline)
        {
            return null;
        }

        var ended = timeline.Spans.Where(span => span.Outcome == SpanEnd.Succeeded).GroupBy(span => span.Stage).ToDictionary(stage => stage.Key, stage => stage.Max(span => span.End));
        var start = timeline.SubmittedAt ?? timeline.Spans.Min(span => span.Start);
        return result.Trials.Any(trial => trial.Metrics is not null && !trial.Stages.All(ended.ContainsKey)) ? null : result.Trials
            .Where(trial => trial.Stages.Any(ended.ContainsKey))
            .ToDictionary(trial => trial.Id, trial => Math.Max(0, (trial.Stages.Where(ended.ContainsKey).Max(stage => ended[stage]) - start).TotalSeconds));
    }

    private static int StagesRun(TrialResult trial, TrialPlan plan) => trial.Metrics is not null || trial.Rungs is not [.., var last]
        ? plan.Stages.Count
        : plan.Rungs.Where(rung => rung.Epochs <= last.Epochs).Select(rung => rung.Place + 1).LastOrDefault();
}
