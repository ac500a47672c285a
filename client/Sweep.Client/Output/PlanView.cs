using Spectre.Console;
using Sweep.Client.Commands;
using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>What a sweep file asks for, and what sharing saves, before anything is paid.</summary>
internal static class PlanView
{
    /// <summary>Nobody reads more.</summary>
    private const int MostTreeLines = 200;

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

    /// <param name="spec">The sweep file.</param>
    /// <param name="outlook">Its trials.</param>
    /// <param name="rungs">What early stopping leaves of them.</param>
    /// <param name="survey">What a cluster said.</param>
    public static Answer Of(SweepSpec spec, TrialOutlook outlook, RungOutlook rungs, ClusterSurvey survey)
    {
        var predictor = new CostPredictor(spec);
        PredictedCosts[] costs = [.. outlook.Plan.Trials.Select(trial => predictor.Predict(trial.Settings!))];
        PlannedTrial[] known =
        [
            .. outlook.Known.Trials.Select((trial, number) => new PlannedTrial
            {
                Id = trial.Id,
                Settings = trial.Settings!,
                Predicted = costs[number],
                Stages = [.. trial.Stages.Select(stage => stage.Id)],
            }),
        ];
        var document = new PlanDocument
        {
            Experiment = spec.Name,
            Dense = predictor.Dense,
            Trials = known,
            TrialsAtMost = outlook.Trials,
            ChosenBy = outlook.Chooser,
            Choice = outlook.Choice,
            Estimate = Assumption(outlook),
            Constraints = RefusedPoints.Of(spec),
            Rungs = rungs.Rungs.Count == 0 ? null : rungs.Rungs,
            Stages = outlook.Plan.Stages,
            EpochsAsked = outlook.Plan.EpochsAsked,
            EpochsNeeded = outlook.Plan.EpochsNeeded,
            EpochsAtMost = outlook.IsExact ? null : outlook.EpochsAtMost,
            EpochsExpected = rungs.EpochsExpected,
            EndsSoonerBy = outlook.EndsSoonerBy.Count == 0 ? null : outlook.EndsSoonerBy,
            Finished = survey.Finished,
            Time = survey.Time,
            Disk = StoredBytes.Of(spec, outlook.Plan),
        };
        return Answer.Of(document, known, s_columns, console => Show(console, spec, outlook, document, costs));
    }

    /// <returns>Null where every trial is known.</returns>
    private static string? Assumption(TrialOutlook outlook)
    {
        var laidOut = outlook.Plan.Trials.Count;
        var stand = laidOut == outlook.Foreknown ? null
            : $"{TrialPlanner.IdOf(outlook.Foreknown)} to {TrialPlanner.IdOf(outlook.Trials - 1)} depend on what earlier trials find, and count as if they were spread evenly over the space";
        var cut = laidOut == outlook.Trials ? null : $"the figures are of the first {Words.Count(laidOut)} of {Words.Many(outlook.Trials, "trial")}";
        return stand is null || cut is null ? stand ?? cut : $"{stand}; {cut}";
    }

    private static void Show(IAnsiConsole console, SweepSpec spec, TrialOutlook outlook, PlanDocument document, IReadOnlyList<PredictedCosts> costs)
    {
        console.MarkupLine($"[bold]{Markup.Escape(spec.Name)}[/]: {Words.Trials(outlook)}{(outlook.Chooser is null ? "" : ",")} of {spec.Model.Preset} ({Words.Count(document.Dense.Parameters)} parameters, {Words.Magnitude(document.Dense.Flops)} FLOPs) on {spec.Data.Name}");
        console.WriteLine();
        WriteTree(console, outlook.Known);
        console.WriteLine();
        if (document.Choice is { } choice)
        {
            console.WriteLine($"Search: auto takes {choice}.");
        }

        RefusalLines.Write(console, document.Constraints);
        if (document.Estimate is { } assumption)
        {
            console.WriteLine($"Estimate: {assumption}. Whatever is chosen, at most {Words.Count(document.EpochsAtMost!.Value)} epochs are needed.");
        }

        WriteStages(console, outlook, document);
        WriteRungs(console, spec, document);
        if (document.EndsSoonerBy is { } ends)
        {
            console.WriteLine($"It may end before its last trial, by {string.Join(" or ", ends)}.");
        }

        WriteCosts(console, costs);
        console.WriteLine(document.Finished is { } finished
            ? $"Finished already: {Words.Many(finished.Stages, "stage")} with {Words.Many(finished.Epochs, "epoch")}, which do not run again; left are {Words.Count(document.Stages - finished.Stages)} with {Words.Count(document.EpochsNeeded - finished.Epochs)}."
            : "Finished already: not known, since no cluster told; stages that have run before are counted as if they had not.");
        console.WriteLine(TimeLine(document));
        console.WriteLine($"Disk: {Bytes(document.Disk.Artifacts)} of nets, and at most {Bytes(document.Disk.Checkpoints)} of checkpoints, the largest of {Bytes(document.Disk.LargestCheckpoint)}; nothing is collected.");
    }

    private static void WriteTree(IAnsiConsole console, ExperimentPlan known)
    {
        var lines = StageTree.Of(known).Render().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        console.Write(new Text(string.Join('\n', lines.Take(MostTreeLines)) + "\n"));
        if (lines.Length > MostTreeLines)
        {
            console.WriteLine($"… and {Words.Many(lines.Length - MostTreeLines, "line")} more; -o json has all.");
        }
    }

    private static void WriteStages(IAnsiConsole console, TrialOutlook outlook, PlanDocument document)
    {
        var paths = outlook.Plan.Paths.Sum(trial => trial.Stages.Count);
        var saved = document.EpochsAsked - document.EpochsNeeded;
        var about = outlook.IsExact ? "" : "about ";
        console.WriteLine($"Stages: {about}{Words.Count(document.Stages)} instead of {Words.Count(paths)}. Epochs: {about}{Words.Count(document.EpochsNeeded)} instead of {Words.Count(document.EpochsAsked)}"
            + (saved > 0 ? $"; sharing saves {Words.Number(Math.Round(100.0 * saved / document.EpochsAsked))} %." : "."));
    }

    private static void WriteRungs(IAnsiConsole console, SweepSpec spec, PlanDocument document)
    {
        if (document.Rungs is not { } rungs)
        {
            return;
        }

        console.WriteLine("Rungs of fine-tuning, in epochs; a trial that is stopped at the end of one runs no later one:");
        foreach (var rung in rungs)
        {
            console.WriteLine(FormattableString.Invariant($"  [{rung.From}, {rung.To}): ")
                + $"{Words.Many(rung.Trials, "trial")} at most, {Words.Many(rung.EpochsAsked, "epoch")} asked, {Words.Count(rung.EpochsAtMost)} at most"
                + (rung is { TrialsExpected: { } trials, EpochsExpected: { } epochs } ? $"; expected {About(trials)}, with {Words.Count((long)Math.Round(epochs))}" : "")
                + ".");
        }

        console.WriteLine(document.EpochsExpected is { } expected
            ? FormattableString.Invariant($"Expected, as one trial in {spec.Stopping!.Reduction} goes on at each rung: ") + $"{Words.Count((long)Math.Round(expected))} of {Words.Many(document.EpochsNeeded, "epoch")}."
            : "How many the median rule stops depends on what they find: nothing is expected of it here.");
    }

    private static string About(double trials) => trials < 10 && trials != Math.Round(trials)
        ? $"about {Words.Number(Math.Round(trials, 1))} trials"
        : Words.Many((long)Math.Round(trials), "trial");

    private static void WriteCosts(IAnsiConsole console, IReadOnlyList<PredictedCosts> costs)
    {
        if (costs.Count > 0)
        {
            console.WriteLine($"Nets: {Span(costs.Select(cost => cost.Parameters))} parameters, {Span(costs.Select(cost => cost.Flops))} FLOPs"
                + (costs.All(cost => cost is { Parameters.IsExact: true, Flops.IsExact: true }) ? ", exactly." : "; bounds where training decides, see -o json."));
        }
    }

    private static string Span(IEnumerable<PredictedCost> costs)
    {
        var (lowest, highest) = (costs.Min(cost => cost.Lowest), costs.Max(cost => cost.Highest));
        return lowest == highest ? Words.Count(lowest) : $"{Words.Magnitude(lowest)} to {Words.Magnitude(highest)}";
    }

    private static string TimeLine(PlanDocument document)
    {
        var time = document.Time;
        if (time.Unknown is { } reason)
        {
            return $"Time: not known; {reason.TrimEnd('.')}.";
        }

        return $"Time: {(time.Unmeasured > 0 ? "more than " : "")}{Long(time.Seconds!.Value)} on {Words.Many(time.Devices, "worker")}, "
            + $"{Long(time.DeviceSeconds!.Value)} of work, as stages of {Words.Many(time.Experiments, "experiment")} took"
            + (document.Rungs is null ? "" : ", if no trial is stopped early")
            + (time.DeviceSecondsExpected is { } expected ? $"; {Long(expected)} of work are expected" : "")
            + (time.OtherModels > 0 ? $"; {Words.Many(time.OtherModels, "stage")} as measured on other models of device" : "")
            + (time.Unmeasured == 0 ? "."
                : $"; {Words.Many(time.Unmeasured, "stage")} ({string.Join(", ", time.UnmeasuredKinds.Select(Words.Name))}) never ran on such a device and count nothing.");
    }

    private static string Long(double seconds) => Words.Duration(TimeSpan.FromSeconds(seconds));

    private static string Bytes(long bytes) => $"{Words.Magnitude(bytes)}{(bytes < 1000 ? " " : "")}B";
}
