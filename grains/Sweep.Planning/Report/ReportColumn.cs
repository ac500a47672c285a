using Sweep.Recipes;

namespace Sweep.Planning.Report;

/// <summary>How a value is written. The page's script knows the same forms by the same names.</summary>
internal enum ColumnForm
{
    Word,

    /// <summary>A word with the method's form and colour before it.</summary>
    Method,
    State,

    /// <summary>A fraction as a percentage with two decimals.</summary>
    Percent,

    /// <summary>A fraction as a percentage without decimals.</summary>
    Share,
    Coefficient,
    Whole,

    /// <summary>A count with separators, and the change against the dense net's.</summary>
    Count,
    Times,

    /// <summary>Seconds, written in milliseconds.</summary>
    Milliseconds,
}

/// <summary>One thing that the page knows of every trial: a column of the table, of the document inside the page, or of both.</summary>
internal sealed record ReportColumn
{
    /// <summary>As the result document calls it, for example <c>accuracy</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Above the column.</summary>
    public required string Title { get; init; }

    public required ColumnForm Form { get; init; }

    /// <summary>Where the values come from, in one sentence.</summary>
    public string? From { get; init; }

    /// <summary>Whether the table has it.</summary>
    public bool Listed { get; init; } = true;

    /// <summary>Whether it is a setting of the trial, and nothing that came of it.</summary>
    public bool IsSetting { get; init; }

    /// <summary>Null itself for words.</summary>
    public Func<TrialResult, double?>? Number { get; init; }

    /// <summary>Null itself for numbers.</summary>
    public Func<TrialResult, string?>? Word { get; init; }

    /// <summary>Of an unpruned net; null where it has none.</summary>
    public Func<DenseResult, double?>? Dense { get; init; }

    /// <summary>All columns of an experiment: settings, speed and seeds where any trial has them.</summary>
    public static IReadOnlyList<ReportColumn> Of(ExperimentResult result)
    {
        var trials = result.Trials;
        var batches = trials.SelectMany(trial => trial.Metrics?.Speedups ?? []).Select(speed => speed.Batch).Distinct().Order().ToList();
        return
        [
            new() { Key = "trial", Title = "Trial", Form = ColumnForm.Word, Word = trial => trial.Id },
            .. TrialSetting.All.Where(setting => IsUsual(setting) || trials.Any(trial => setting.Number?.Invoke(trial.Settings) is not null || setting.Word?.Invoke(trial.Settings) is not null)).Select(Setting),
            new()
            {
                Key = "accuracy", Title = "Accuracy", Form = ColumnForm.Percent, Number = trial => Finite(trial.Metrics?.Accuracy), Dense = net => net.Metrics?.Accuracy,
                From = $"Measured: top-1 on {Words.Count(result.Scope.ValidationImages)} validation images of {result.Scope.Data}. Selection uses this.",
            },
            new()
            {
                Key = "testAccuracy", Title = "Test", Form = ColumnForm.Percent, Number = trial => Finite(trial.Metrics?.TestAccuracy), Dense = net => net.Metrics?.TestAccuracy,
                From = $"Measured: top-1 on {Words.Count(result.Scope.TestImages)} test images of {result.Scope.Data}. Never selected on.",
            },
            new()
            {
                Key = "parameters", Title = "Parameters", Form = ColumnForm.Count, Number = trial => trial.Metrics?.Parameters, Dense = net => net.Metrics?.Parameters,
                From = "Counted on the net that was cut, not asked for.",
            },
            new()
            {
                Key = "flops", Title = "FLOPs", Form = ColumnForm.Count, Number = trial => trial.Metrics?.Flops, Dense = net => net.Metrics?.Flops,
                From = "Counted on the net that was cut: multiply-accumulates of one image.",
            },
            .. trials.Any(trial => trial.Metrics?.Zeros is not null)
                ? new ReportColumn[]
                {
                    new() { Key = "zeros", Title = "Zeros", Form = ColumnForm.Whole, Listed = false, Number = trial => trial.Metrics?.Zeros, From = "Counted: parameters that are 0. Zeros, not savings." },
                }
                : [],
            .. batches.Count > 0
                ? new ReportColumn[]
                {
                    new() { Key = "flopsRatio", Title = "FLOPs ratio", Form = ColumnForm.Times, Number = trial => trial.Metrics?.FlopsRatio, From = "Counted: dense FLOPs over this net's, what a speed-up would be if FLOPs were time." },
                }
                : [],
            .. batches.SelectMany((batch, i) => Speed(batch, i == 0)),
            new() { Key = "state", Title = "State", Form = ColumnForm.State, Word = trial => trial.State.ToString() },
            new() { Key = "device", Title = "Device", Form = ColumnForm.Word, Listed = false, Word = trial => trial.Device, From = "Where the Evaluate stage ran." },
            new() { Key = "stage", Title = "Last stage", Form = ColumnForm.Word, Listed = false, Word = trial => trial.Stages.Count > 0 ? Named(trial.Stages[^1], trials.Count) : null, From = "Its id stands for the whole path before it; of more than 500 trials the first twelve digits, the front's as a whole in the cards." },
        ];
    }

    /// <summary>Twelve digits of thirty-two letters tell apart what any experiment has.</summary>
    private static string Named(StageId stage, int trials) =>
        trials <= ReportDetail.MostTrials ? stage.Value : stage.Value[..Math.Min(stage.Value.Length, stage.Value.LastIndexOf('-') + 13)];

    private static bool IsUsual(TrialSetting setting) => setting.Name is "method" or "sparsity" or "lambda" or "rho";

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static ReportColumn Setting(TrialSetting setting) => new()
    {
        Key = setting.Name,
        Title = setting.Name switch
        {
            "lambda" => "λ",
            "rho" => "ρ",
            "finetuneSeed" => "Fine-tune seed",
            "finetuneEpochs" => "Fine-tune epochs",
            "finetuneLearningRate" => "Fine-tune rate",
            var name => char.ToUpperInvariant(name[0]) + name[1..],
        },
        Form = setting.Name switch
        {
            "method" => ColumnForm.Method,
            "sparsity" => ColumnForm.Share,
            "seed" or "finetuneSeed" or "finetuneEpochs" => ColumnForm.Whole,
            _ => setting.Word is null ? ColumnForm.Coefficient : ColumnForm.Word,
        },
        Number = setting.Number is { } number ? trial => number(trial.Settings) : null,
        Word = setting.Word is { } word ? trial => word(trial.Settings) : null,
        Dense = setting.Name switch
        {
            "sparsity" => _ => 0,
            "seed" => net => net.Seed,
            _ => null,
        },
        IsSetting = true,
        From = "A setting of the search space, or the method's default.",
    };

    /// <summary>What was measured at one batch size. The first is the one that latency as an objective means.</summary>
    private static IEnumerable<ReportColumn> Speed(int batch, bool first)
    {
        BatchBenchmark? At(TrialResult trial) => trial.Metrics?.Speedups?.FirstOrDefault(speed => speed.Batch == batch);
        var suffix = first ? "" : batch.ToString(System.Globalization.CultureInfo.InvariantCulture);
        yield return new ReportColumn
        {
            Key = "latency" + suffix,
            Title = FormattableString.Invariant($"Latency, batch {batch}"),
            Form = ColumnForm.Milliseconds,
            Number = trial => At(trial)?.Net.P50,
            From = FormattableString.Invariant($"Measured by the trial's Benchmark stage: median of one forward pass at batch {batch}."),
        };
        yield return new ReportColumn
        {
            Key = "speedUp" + suffix,
            Title = FormattableString.Invariant($"Speed-up, batch {batch}"),
            Form = ColumnForm.Times,
            Number = trial => At(trial)?.SpeedUp,
            From = FormattableString.Invariant($"Measured by the trial's Benchmark stage: median over pairs of the dense net's time over this net's, run beside each other at batch {batch}."),
        };
    }
}
