using System.Globalization;

namespace Sweep.Planning;

/// <summary>Turns a spec into the recipes of every stage of every trial. Pure: equal specs give equal ids.</summary>
public static class ExperimentPlanner
{
    /// <summary>The id of the first seed's unpruned net.</summary>
    public const string DenseId = "dense";

    public static ExperimentPlan Plan(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        IReadOnlyList<long> seeds = spec.Space.Seed?.Values ?? [spec.Seed];
        var chains = seeds.ToDictionary(seed => seed, seed => new StageChain(spec, seed));
        TrialPlan[] dense =
        [
            .. seeds.Select((seed, index) => new TrialPlan
            {
                Id = index == 0 ? DenseId : string.Create(CultureInfo.InvariantCulture, $"{DenseId}-seed-{seed}"),
                Seed = seed,
                Stages = chains[seed].ForDense(),
            }),
        ];
        TrialPlan[] trials =
        [
            .. GridSearcher.Propose(spec).Select((settings, index) => new TrialPlan
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"t{index + 1:0000}"),
                Settings = settings,
                Seed = settings.Seed ?? spec.Seed,
                Stages = chains[settings.Seed ?? spec.Seed].For(settings),
            }),
        ];
        var distinct = trials.Concat(dense).SelectMany(trial => trial.Stages).DistinctBy(stage => stage.Id).ToList();
        return new ExperimentPlan
        {
            Dense = dense[0],
            DenseSeeds = dense,
            Trials = trials,
            EpochsAsked = trials.Sum(trial => trial.Stages.Sum(stage => stage.Epochs)),
            EpochsNeeded = distinct.Sum(stage => stage.Epochs),
            Stages = distinct.Count,
        };
    }
}
