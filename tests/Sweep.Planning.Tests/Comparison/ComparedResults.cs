namespace Sweep.Planning;

/// <summary>Experiments with outcomes that a test says: trials of the sound spec's grid, in its order.</summary>
internal static class ComparedResults
{
    /// <param name="name">Of the experiment.</param>
    /// <param name="outcomes">Of the first trials: accuracy, parameters.</param>
    /// <param name="change">Of the spec.</param>
    public static ComparedExperiment Of(string name, IReadOnlyList<(double Accuracy, long Parameters)> outcomes, Func<SweepSpec, SweepSpec>? change = null)
    {
        var sound = SpecText.Spec with { Objectives = [new Objective { Metric = Metric.Accuracy, Goal = Goal.Maximize }, new Objective { Metric = Metric.Parameters, Goal = Goal.Minimize }] };
        var spec = (change?.Invoke(sound) ?? sound) with { Name = name };
        var plan = ExperimentPlanner.Plan(spec);
        var result = ResultBuilder.Build(spec, plan, ExperimentState.Complete, _ => null);
        TrialResult[] trials =
        [
            .. result.Trials.Take(outcomes.Count).Select((trial, i) => trial with { State = TrialState.Complete, Metrics = Net(outcomes[i].Accuracy, outcomes[i].Parameters), Device = "cpu" }),
        ];
        return new ComparedExperiment
        {
            Label = name,
            Spec = spec,
            Result = result with
            {
                Dense = Net(0.9, 1000),
                Trials = trials,
                Front = [.. ResultBuilder.FrontOf(trials, spec.Objectives).Select(trial => trial.Id)],
            },
        };
    }

    public static TrialMetrics Net(double accuracy, long parameters) =>
        new() { Accuracy = accuracy, TestAccuracy = accuracy - 0.01, Parameters = parameters, Flops = 20 * parameters };

    /// <summary>Two fronts that cross, and one that ended early.</summary>
    public static ExperimentComparison Three() => ExperimentComparer.Compare(
        [
            Of("first", [(0.80, 500), (0.70, 300), (0.60, 600)]),
            Of("second", [(0.85, 700), (0.65, 250), (0.50, 100)], spec => spec with { Finetune = spec.Finetune with { Epochs = 5 } }),
            Of("third<script>", [(0.75, 900)]) with { File = "third.json", Spec = null },
        ],
        new TargetVolume(0.95, OfBest: true));
}
