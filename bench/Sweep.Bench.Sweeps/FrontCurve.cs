using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Bench.Sweeps;

/// <param name="Epochs">Spent by then, pretraining included.</param>
/// <param name="Complete">Hypervolume of the nets that were trained to the end by then.</param>
/// <param name="Measured">Hypervolume of all nets that were measured by then, at whatever rung.</param>
internal sealed record Moment(int Epochs, double Complete, double Measured);

/// <summary>How the front of a sweep grew with the epochs that it spent. The reference point is the spec's: accuracy 0, the dense net's costs.</summary>
internal static class FrontCurve
{
    /// <returns>One moment for each evaluation of a trial, in order; at least one.</returns>
    public static IReadOnlyList<Moment> Of(SweepSpec spec, RealRun run)
    {
        var planner = new TrialPlanner(spec);
        var recipes = planner.Dense.SelectMany(path => path.Stages).DistinctBy(stage => stage.Id).ToDictionary(stage => stage.Id);
        var measured = new Dictionary<StageId, (TrialMetrics Metrics, bool Complete)>();
        foreach (var (number, trial) in run.Result.Trials.Index())
        {
            var path = planner.Plan(number, trial.Settings);
            foreach (var stage in path.Stages)
            {
                recipes.TryAdd(stage.Id, stage);
            }

            foreach (var (rung, (place, _)) in path.Rungs.Index())
            {
                var last = rung == path.Rungs.Count - 1;
                if ((trial.Rungs?.ElementAtOrDefault(rung)?.Metrics ?? (last ? trial.Metrics : null)) is { } metrics)
                {
                    measured.Add(path.Stages[place].Id, (metrics, last));
                }
            }
        }

        var moments = new List<Moment>();
        var (all, complete) = (new List<IReadOnlyList<double>>(), new List<IReadOnlyList<double>>());
        var epochs = 0;
        foreach (var stage in run.Succeeded)
        {
            epochs += recipes[stage].Epochs;
            if (!measured.TryGetValue(stage, out var net))
            {
                continue;
            }

            var gains = ObjectiveValues.Gains(spec.Objectives, net.Metrics, run.Result.Dense!);
            all.Add(gains);
            if (net.Complete)
            {
                complete.Add(gains);
            }

            moments.Add(new Moment(epochs, Hypervolume.Of(complete), Hypervolume.Of(all)));
        }

        return moments;
    }
}
