using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>One rung of early stopping, as a plan foretells it.</summary>
public sealed record PlannedRung
{
    /// <summary>First epoch.</summary>
    public required int From { get; init; }

    /// <summary>End, exclusive.</summary>
    public required int To { get; init; }

    /// <summary>Trials that have it, all of which run it when nothing is stopped.</summary>
    public required int Trials { get; init; }

    /// <summary>Trials that are expected to run it; null where the rule does not tell.</summary>
    public double? TrialsExpected { get; init; }

    /// <summary>Epochs if every trial ran by itself and none was stopped.</summary>
    public required int EpochsAsked { get; init; }

    /// <summary>Epochs of its distinct stages: at most so many run.</summary>
    public required int EpochsAtMost { get; init; }

    /// <summary>Epochs that are expected to run; null where the rule does not tell.</summary>
    public double? EpochsExpected { get; init; }
}

/// <summary>
/// What early stopping leaves of a plan. Successive halving lets one trial in η go on at each rung, so that of n trials n / ηᵏ are expected at rung k, at
/// least one; a stage that m of them share runs as soon as one of the m goes on, as if each did by itself. How many the median rule stops depends on
/// what they find: nothing is expected of it.
/// </summary>
public sealed class RungOutlook
{
    private readonly Dictionary<StageId, double> _shares = [];

    private RungOutlook(IReadOnlyList<PlannedRung> rungs) => Rungs = rungs;

    /// <summary>Empty where fine-tuning runs in one piece.</summary>
    public IReadOnlyList<PlannedRung> Rungs { get; private init; }

    /// <summary>Epochs of the plan that are expected to run; null where the rule does not tell.</summary>
    public double? EpochsExpected { get; private init; }

    public static RungOutlook Of(SweepSpec spec, ExperimentPlan plan)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(plan);
        if (spec.Stopping?.Algorithm is not { } algorithm || plan.Trials.Count == 0)
        {
            return new RungOutlook([]);
        }

        var reduction = algorithm == StoppingAlgorithm.Asha ? spec.Stopping.Reduction : 1;
        var pieces = plan.Trials.SelectMany(Pieces).GroupBy(piece => (piece.Rung, piece.From, piece.To)).OrderBy(group => group.Key.From).ThenBy(group => group.Key.To).ToList();
        var reached = plan.Trials.SelectMany(Pieces).GroupBy(piece => piece.Rung).ToDictionary(
            group => group.Key,
            group => Math.Max(1 / (double)group.Count(), Math.Pow(reduction, -group.Key)));
        var idle = new Dictionary<StageId, double>();
        foreach (var (stage, rung) in plan.Trials.SelectMany(Reached))
        {
            idle[stage] = idle.GetValueOrDefault(stage, 1) * (1 - (rung < 0 ? 1 : reached[rung]));
        }

        var known = algorithm == StoppingAlgorithm.Asha;
        var outlook = new RungOutlook(
        [
            .. pieces.Select(group =>
            {
                var stages = group.Select(piece => piece.Stage).DistinctBy(stage => stage.Id).ToList();
                return new PlannedRung
                {
                    From = group.Key.From,
                    To = group.Key.To,
                    Trials = group.Count(),
                    TrialsExpected = known ? Rounded(group.Count() * reached[group.Key.Rung]) : null,
                    EpochsAsked = group.Sum(piece => piece.Stage.Epochs),
                    EpochsAtMost = stages.Sum(stage => stage.Epochs),
                    EpochsExpected = known ? Rounded(stages.Sum(stage => stage.Epochs * (1 - idle[stage.Id]))) : null,
                };
            }),
        ])
        {
            EpochsExpected = known
                ? Rounded(plan.Paths.SelectMany(path => path.Stages).DistinctBy(stage => stage.Id).Sum(stage => stage.Epochs * (1 - idle.GetValueOrDefault(stage.Id, 0))))
                : null,
        };
        foreach (var (stage, unused) in idle)
        {
            outlook._shares.Add(stage, known ? 1 - unused : 1);
        }

        return outlook;
    }

    /// <summary>How likely a stage of the plan is to run, in (0, 1]; 1 where nothing stops it, and where the rule does not tell.</summary>
    public double Likelihood(StageId stage) => _shares.GetValueOrDefault(stage, 1);

    /// <summary>Powers differ in their last bits between machines.</summary>
    private static double Rounded(double value) => Math.Round(value, 6);

    private static IEnumerable<(int Rung, int From, int To, StageRecipe Stage)> Pieces(TrialPlan trial) => trial.Stages.OfType<FineTuneRecipe>()
        .Select((tune, rung) => (rung, tune.Training.From ?? 0, tune.Training.To ?? tune.Training.Epochs, (StageRecipe)tune));

    /// <summary>Every stage with the rung that it belongs to; below 0 for those before the first.</summary>
    private static IEnumerable<(StageId Stage, int Rung)> Reached(TrialPlan trial)
    {
        var rung = -1;
        foreach (var stage in trial.Stages)
        {
            rung += stage is FineTuneRecipe ? 1 : 0;
            yield return (stage.Id, rung);
        }
    }
}
