namespace Sweep.Planning;

/// <summary>Compares experiments. Pure: the same documents give the same comparison.</summary>
public static class ExperimentComparer
{
    /// <summary>As many as can be told apart in a plot.</summary>
    public const int MostExperiments = 8;

    /// <param name="experiments">Two at least, <see cref="MostExperiments"/> at most, which <see cref="ComparisonRules.Refusals"/> does not refuse.</param>
    /// <param name="target">The hypervolume to time them to.</param>
    /// <exception cref="ArgumentException">They are too few, too many, or not comparable.</exception>
    public static ExperimentComparison Compare(IReadOnlyList<ComparedExperiment> experiments, TargetVolume target)
    {
        ArgumentNullException.ThrowIfNull(experiments);
        if (experiments.Count is < 2 or > MostExperiments || ComparisonRules.Refusals(experiments).Count > 0)
        {
            throw new ArgumentException(FormattableString.Invariant($"2 to {MostExperiments} comparable experiments can be compared, but these are {experiments.Count}, or not comparable."), nameof(experiments));
        }

        var results = experiments.Select(one => one.Result).ToList();
        var objectives = results[0].Objectives;
        var box = CommonBox.Of(results);
        var fronts = results.Select(result => ResultBuilder.FrontOf(result.Trials, objectives)).ToList();
        var costs = fronts.ConvertAll(front => front.Select(trial => ObjectiveValues.Costs(objectives, trial.Metrics!)).ToList());
        var common = ParetoFront.Of([.. costs.SelectMany(front => front)], point => point, [.. objectives.Select(_ => Goal.Minimize)]).ToHashSet(ReferenceEqualityComparer.Instance);
        var volumes = fronts.ConvertAll(front => Hypervolume.Of([.. front.Select(trial => box.Gains(trial.Metrics!))]));
        var goal = target.In(volumes.Max());
        var labels = experiments.Select(one => one.Label).ToList();
        return new ExperimentComparison
        {
            Experiments = [.. experiments.Select((one, i) => OutcomeOf(one, box, goal, volumes[i],
                [.. fronts[i].Zip(costs[i], (trial, point) => new ComparedPoint
                {
                    Trial = trial.Id,
                    Settings = trial.Settings,
                    Metrics = trial.Metrics!,
                    OnCommonFront = common.Contains(point),
                })]))],
            Box = box,
            Target = goal,
            Coverage = [.. costs.Select(a => (IReadOnlyList<double?>)[.. costs.Select(b => FrontCoverage.Of(a, b))])],
            SpecDifferences = SpecDifferences.Of([.. experiments.Select(one => one.Spec)]),
            Duplicates = DuplicateTrials.Of(results),
            Warnings = [.. ComparisonRules.Warnings(experiments).Select(warning => warning.Sentence(labels))],
        };
    }

    private static ComparedOutcome OutcomeOf(ComparedExperiment one, CommonBox box, double goal, double volume, IReadOnlyList<ComparedPoint> front)
    {
        var curve = AttainmentCurve.Of(one, box);
        return new ComparedOutcome
        {
            Label = one.Label,
            Experiment = one.Result.Experiment,
            File = one.File,
            State = one.Result.State,
            Trials = one.Result.Trials.Count,
            Complete = one.Result.Trials.Count(trial => trial.State == TrialState.Complete),
            Dense = one.Result.Dense,
            Front = front,
            Hypervolume = volume,
            EpochsNeeded = one.Result.Sharing.EpochsNeeded,
            Reached = volume > 0 ? curve.FirstOrDefault(point => point.Hypervolume >= goal * (1 - 1e-12)) : null,
            Curve = curve,
        };
    }
}
