namespace Sweep.Planning;

/// <summary>One net that several experiments have: trials of which every stage is the same, and which a cluster computes once.</summary>
public sealed record DuplicateTrial
{
    /// <summary>In the order of the experiments, the trial's id; null where an experiment does not have it.</summary>
    public required IReadOnlyList<string?> Trials { get; init; }

    /// <summary>Whether all that are complete measured the same accuracies, parameters and FLOPs.</summary>
    public required bool Agree { get; init; }
}

public static class DuplicateTrials
{
    /// <summary>Trials are the same when their stages have the same ids: ids are hashes of all that decides the outcome.</summary>
    public static IReadOnlyList<DuplicateTrial> Of(IReadOnlyList<ExperimentResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return
        [
            .. results.SelectMany((result, place) => result.Trials.Where(trial => trial.Stages.Count > 0).Select(trial => (trial, place)))
                .GroupBy(one => string.Join(' ', one.trial.Stages))
                .Where(group => group.Select(one => one.place).Distinct().Skip(1).Any())
                .Select(group => new DuplicateTrial
                {
                    Trials = [.. results.Select((_, place) => group.Where(one => one.place == place).Select(one => one.trial.Id).FirstOrDefault())],
                    Agree = group.Select(one => one.trial.Metrics).OfType<TrialMetrics>()
                        .Select(metrics => (metrics.Accuracy, metrics.TestAccuracy, metrics.Parameters, metrics.Flops)).Distinct().Take(2).Count() < 2,
                }),
        ];
    }
}
