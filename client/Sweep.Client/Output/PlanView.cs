using Spectre.Console;
using Sweep.Client.Commands;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Output;

/// <summary>What a sweep file asks for, and what sharing saves, before anything is paid.</summary>
internal static class PlanView
{
    /// <param name="spec">The sweep file.</param>
    /// <param name="outlook">Its trials.</param>
    /// <param name="time">Null where the trials are not known yet.</param>
    public static Answer Of(SweepSpec spec, TrialOutlook outlook, PlannedTime? time)
    {
        var plan = outlook.Plan;
        var predictor = new CostPredictor(spec);
        PlannedTrial[] trials =
        [
            .. plan.Trials.Select(trial => new PlannedTrial
            {
                Id = trial.Id,
                Settings = trial.Settings!,
                Predicted = predictor.Predict(trial.Settings!),
                Stages = [.. trial.Stages.Select(stage => stage.Id)],
            }),
        ];
        var document = new PlanDocument
        {
            Experiment = spec.Name,
            Dense = predictor.Dense,
            Trials = trials,
            TrialsAtMost = outlook.Trials,
            ChosenBy = outlook.Chooser,
            Constraints = outlook.Chooser is null ? RefusalTally.Of(spec, GridSearcher.Everything(spec)) : null,
            Rungs = Rungs(plan),
            Stages = plan.Stages,
            EpochsAsked = plan.EpochsAsked,
            EpochsNeeded = plan.EpochsNeeded,
            Time = time,
            Disk = outlook.Chooser is null ? StoredBytes.Of(spec, plan) : null,
        };
        return Answer.Of(document, trials, s_columns, console => Show(console, spec, outlook, document));
    }

    /// <returns>Null where fine-tuning runs in one piece.</returns>
    private static IReadOnlyList<PlannedRung>? Rungs(ExperimentPlan plan)
    {
        PlannedRung[] rungs =
        [
            .. plan.Trials.SelectMany(trial => trial.Stages.OfType<FineTuneRecipe>().Select(stage => stage.Training))
                .Where(training => training.From is not null || training.To is not null)
                .GroupBy(training => (From: training.From ?? 0, To: training.To ?? training.Epochs))
                .OrderBy(rung => rung.Key)
                .Select(rung => new PlannedRung { From = rung.Key.From, To = rung.Key.To, Trials = rung.Count() }),
        ];
        return rungs.Length == 0 ? null : rungs;
    }

    private static void Show(IAnsiConsole console, SweepSpec spec, TrialOutlook outlook, PlanDocument document)
    {
        var plan = outlook.Plan;
        console.MarkupLine($"[bold]{Markup.Escape(spec.Name)}[/]: {Words.Many(outlook.Trials, "trial")} of {spec.Model.Preset} ({Words.Count(document.Dense.Parameters)} parameters, {Words.Magnitude(document.Dense.Flops)} FLOPs) on {spec.Data.Name}");
        console.WriteLine();
        console.Write(new Text(StageTree.Of(plan).Render()));
        console.WriteLine();
        if (outlook.Chooser is not null)
        {
            console.WriteLine($"Trials: {Words.Trials(outlook)}; known before are the stages of the unpruned net alone, and neither time nor disk.");
            return;
        }

        var paths = plan.Paths.Sum(trial => trial.Stages.Count);
        var saved = plan.EpochsAsked - plan.EpochsNeeded;
        RefusalLines.Write(console, document.Constraints);
        console.WriteLine($"Stages: {Words.Count(plan.Stages)} instead of {Words.Count(paths)}. Epochs: {Words.Count(plan.EpochsNeeded)} instead of {Words.Count(plan.EpochsAsked)}"
            + (saved > 0 ? $"; sharing saves {Words.Number(Math.Round(100.0 * saved / plan.EpochsAsked))} %." : "."));
        if (document.Rungs is { } rungs)
        {
            console.WriteLine($"Rungs of fine-tuning: {string.Join(", ", rungs.Select(rung => FormattableString.Invariant($"[{rung.From}, {rung.To})")))}; a trial that is stopped at one runs no later one.");
        }

        WriteCosts(console, document.Trials);
        console.WriteLine(TimeLine(document.Time!, document.Rungs is not null));
        var disk = document.Disk!;
        console.WriteLine($"Disk: {Bytes(disk.Artifacts)} of nets, and at most {Bytes(disk.Checkpoints)} of checkpoints, the largest of {Bytes(disk.LargestCheckpoint)}; nothing is collected.");
    }

    private static void WriteCosts(IAnsiConsole console, IReadOnlyList<PlannedTrial> trials)
    {
        if (trials.Count > 0)
        {
            var costs = trials.Select(trial => trial.Predicted).ToList();
            console.WriteLine($"Nets: {Span(costs.Select(cost => cost.Parameters))} parameters, {Span(costs.Select(cost => cost.Flops))} FLOPs"
                + (costs.TrueForAll(cost => cost is { Parameters.IsExact: true, Flops.IsExact: true }) ? ", exactly." : "; bounds where training decides, see -o json."));
        }
    }

    private static string Span(IEnumerable<PredictedCost> costs)
    {
        var (lowest, highest) = (costs.Min(cost => cost.Lowest), costs.Max(cost => cost.Highest));
        return lowest == highest ? Words.Count(lowest) : $"{Words.Magnitude(lowest)} to {Words.Magnitude(highest)}";
    }

    private static string TimeLine(PlannedTime time, bool stopsEarly)
    {
        if (time.Unknown is { } reason)
        {
            return $"Time: not known; {reason.TrimEnd('.')}.";
        }

        return $"Time: {(time.Unmeasured > 0 ? "more than " : "")}{Words.Duration(TimeSpan.FromSeconds(time.Seconds!.Value))} on {Words.Many(time.Devices, "worker")}, "
            + $"{Words.Duration(TimeSpan.FromSeconds(time.DeviceSeconds!.Value))} of work, as stages of {Words.Many(time.Experiments, "experiment")} took"
            + (stopsEarly ? ", if no trial is stopped early" : "")
            + (time.Unmeasured == 0 ? "."
                : $"; {Words.Many(time.Unmeasured, "stage")} ({string.Join(", ", time.UnmeasuredKinds.Select(Words.Name))}) never ran on such a device and count nothing.");
    }

    private static string Bytes(long bytes) => $"{Words.Magnitude(bytes)}{(bytes < 1000 ? " " : "")}B";

    private static readonly IReadOnlyList<Column<PlannedTrial>> s_columns =
    [
        new("trial", "trial", trial => trial.Id, trial => trial.Id),
        new("method", "method", trial => Words.Name(trial.Settings.Method), trial => Words.Name(trial.Settings.Method)),
        new("sparsity", "sparsity", trial => Words.Number(trial.Settings.Sparsity), trial => Words.Exact(trial.Settings.Sparsity)),
        new("λ", "lambda", trial => Words.Penalty(trial.Settings.Lambda), trial => Words.Exact(trial.Settings.Lambda)),
        new("ρ", "rho", trial => Words.Penalty(trial.Settings.Rho), trial => Words.Exact(trial.Settings.Rho)),
        new("target", "target", trial => Words.Name(trial.Settings.Target), trial => Words.Name(trial.Settings.Target)),
        new("seed", "seed", trial => Words.Exact(trial.Settings.Seed), trial => Words.Exact(trial.Settings.Seed)),
        new("parameters", "parameters", trial => Words.Count(trial.Predicted.Parameters.Value), trial => Words.Exact(trial.Predicted.Parameters.Value), Right: true),
        new("FLOPs", "flops", trial => Words.Magnitude(trial.Predicted.Flops.Value), trial => Words.Exact(trial.Predicted.Flops.Value), Right: true),
        new("stages", "stages", trial => Words.Count(trial.Stages.Count), trial => string.Join(' ', trial.Stages)),
    ];

    /// <summary>The plan as a document: its cost, and every trial with its path.</summary>
    private sealed record PlanDocument
    {
        public string ApiVersion { get; init; } = "sweep/v1";

        public required string Experiment { get; init; }

        public required DenseCosts Dense { get; init; }

        /// <summary>Those whose settings are known before the experiment runs: all of a grid.</summary>
        public required IReadOnlyList<PlannedTrial> Trials { get; init; }

        public required int TrialsAtMost { get; init; }

        /// <summary>Who chooses the trials while the experiment runs; null for a grid.</summary>
        public SearchAlgorithm? ChosenBy { get; init; }

        /// <summary>What constraints refuse; null without any.</summary>
        public RefusalTally? Constraints { get; init; }

        /// <summary>Null where fine-tuning runs in one piece.</summary>
        public IReadOnlyList<PlannedRung>? Rungs { get; init; }

        public required int Stages { get; init; }

        public required int EpochsAsked { get; init; }

        public required int EpochsNeeded { get; init; }

        /// <summary>Null where the trials are not known yet.</summary>
        public PlannedTime? Time { get; init; }

        /// <summary>In bytes; null where the trials are not known yet.</summary>
        public StoredBytes? Disk { get; init; }
    }

    private sealed record PlannedRung
    {
        /// <summary>First epoch.</summary>
        public required int From { get; init; }

        /// <summary>End, exclusive.</summary>
        public required int To { get; init; }

        /// <summary>Trials that have it.</summary>
        public required int Trials { get; init; }
    }

    private sealed record PlannedTrial
    {
        public required string Id { get; init; }

        public required TrialSettings Settings { get; init; }

        public required PredictedCosts Predicted { get; init; }

        public required IReadOnlyList<StageId> Stages { get; init; }
    }
}
