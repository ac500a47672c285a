using Orleans;
using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>What a searcher may learn from the experiments that a spec names for a warm start: their complete trials, as far as they lie in its space.</summary>
internal sealed class EarlierTrials(IGrainFactory grains)
{
    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public async Task Check(SweepSpec spec)
    {
        foreach (var name in spec.Search.WarmStart ?? [])
        {
            if (name == spec.Name || await grains.GetGrain<IExperimentGrain>(name).GetStatus() is null)
            {
                throw new ExperimentNotFoundException($"search.warmStart must name earlier experiments, but there is none named '{name}'.");
            }
        }
    }

    /// <summary>With numbers from −1 downwards. An experiment that is gone by now teaches nothing.</summary>
    public async Task<IReadOnlyList<Observation>> Read(SweepSpec spec)
    {
        var space = new TrialSpace(spec);
        var observations = new List<Observation>();
        foreach (var name in spec.Search.WarmStart ?? [])
        {
            var earlier = grains.GetGrain<IExperimentGrain>(name);
            if (await earlier.GetStatus() is null)
            {
                continue;
            }

            foreach (var trial in (await earlier.GetResult()).Trials)
            {
                if (trial.Metrics is { } metrics && space.Contains(trial.Settings) && IsMeasured(spec, metrics))
                {
                    observations.Add(new Observation
                    {
                        Trial = -1 - observations.Count,
                        Values = space.Values(trial.Settings),
                        State = ObservationState.Complete,
                        Costs = ObjectiveValues.Costs(spec.Objectives, metrics),
                    });
                }
            }
        }

        return observations;
    }

    private static bool IsMeasured(SweepSpec spec, TrialMetrics metrics) =>
        metrics.Speedups is not null || spec.Objectives.All(objective => objective.Metric != Metric.Latency);
}
