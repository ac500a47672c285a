using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>The columns of trials, alike in every command.</summary>
internal static class TrialColumns
{
    public static IReadOnlyList<Column<TrialResult>> All(IReadOnlyList<TrialResult> trials) =>
    [
        Text("trial", "trial", trial => trial.Id),
        new("state", "state", DecisionView.State, trial => Words.Name(trial.State)) { Markup = StateMarkup },
        .. Settings(trials),
        .. Metrics,
        .. Measured(trials),
        Text(null, "failure", trial => trial.Failure is { } failure ? $"{failure.Stage}: {failure.Failure.Message}" : ""),
        Text(null, "device", trial => trial.Device ?? ""),
        .. DecisionView.ForPrograms,
    ];

    /// <summary>Complete trials only.</summary>
    public static IReadOnlyList<Column<TrialResult>> Front(IReadOnlyList<TrialResult> trials) =>
    [
        Text("trial", "trial", trial => trial.Id),
        .. Metrics,
        .. Settings(trials),
        .. Measured(trials),
    ];

    private static IEnumerable<Column<TrialResult>> Settings(IReadOnlyList<TrialResult> trials) => Settings(trials, trial => trial.Settings);

    /// <summary>A table leaves out what no trial has; csv has every column always.</summary>
    /// <param name="rows">What stands in the rows.</param>
    /// <param name="of">The settings of one.</param>
    public static IEnumerable<Column<T>> Settings<T>(IReadOnlyList<T> rows, Func<T, TrialSettings> of)
    {
        return
        [
            new("method", "method", row => Words.Name(of(row).Method), row => Words.Name(of(row).Method)),
            new("sparsity", "sparsity", row => Words.Number(of(row).Sparsity), row => Words.Exact(of(row).Sparsity), Right: true),
            new("λ", "lambda", row => Words.Penalty(of(row).Lambda), row => Words.Exact(of(row).Lambda), Right: true),
            new("ρ", "rho", row => Words.Penalty(of(row).Rho), row => Words.Exact(of(row).Rho), Right: true),
            new Column<T>("of", "target", row => Words.Name(of(row).Target), row => Words.Name(of(row).Target)).If(rows.Any(row => of(row).Target is not null)),
            Optional("seed", "seed", settings => Words.Exact(settings.Seed)),
            Optional("fine-tune seed", "finetuneSeed", settings => Words.Exact(settings.FinetuneSeed)),
            Optional("fine-tune epochs", "finetuneEpochs", settings => Words.Exact((long?)settings.FinetuneEpochs)),
            Optional("fine-tune rate", "finetuneLearningRate", settings => Words.Exact(settings.FinetuneLearningRate)),
        ];

        // A setting that only some spaces have.
        Column<T> Optional(string heading, string name, Func<TrialSettings, string> text) =>
            new Column<T>(heading, name, row => text(of(row)), row => text(of(row)), Right: true).If(rows.Any(row => text(of(row)).Length > 0));
    }

    /// <summary>Zeros of unstructured methods, and speed where it was measured: at the first batch size.</summary>
    private static IEnumerable<Column<TrialResult>> Measured(IReadOnlyList<TrialResult> trials) =>
    [
        Metric("zeros", "zeros", metrics => metrics.Zeros is { } zeros ? Words.Count(zeros) : "", metrics => Words.Exact(metrics.Zeros))
            .If(trials.Any(trial => trial.Metrics?.Zeros is not null)),
        Metric("FLOPs ratio", "flopsRatio", metrics => Words.Times(metrics.FlopsRatio), metrics => Words.Exact(metrics.FlopsRatio))
            .If(trials.Any(trial => trial.Metrics?.FlopsRatio is not null)),
        Metric("speed-up", "speedUp", metrics => Words.Times(FirstSpeedUp(metrics)), metrics => Words.Exact(FirstSpeedUp(metrics)))
            .If(trials.Any(trial => trial.Metrics?.Speedups is not null)),
    ];

    private static double? FirstSpeedUp(TrialMetrics metrics) => metrics.Speedups is [var first, ..] ? first.SpeedUp : null;

    private static IEnumerable<Column<TrialResult>> Metrics =>
    [
        Metric("accuracy", "accuracy", metrics => Words.Percent(metrics.Accuracy), metrics => Words.Exact(metrics.Accuracy)),
        Metric("test", "testAccuracy", metrics => Words.Percent(metrics.TestAccuracy), metrics => Words.Exact(metrics.TestAccuracy)),
        Metric("parameters", "parameters", metrics => Words.Count(metrics.Parameters), metrics => Words.Exact(metrics.Parameters)),
        Metric("FLOPs", "flops", metrics => Words.Magnitude(metrics.Flops), metrics => Words.Exact(metrics.Flops)),
    ];

    private static Column<TrialResult> Text(string? heading, string name, Func<TrialResult, string> text) => new(heading, name, text, text);

    private static Column<TrialResult> Number(
        string heading, string name, Func<TrialResult, string> text, Func<TrialResult, string> value) => new(heading, name, text, value, Right: true);

    private static Column<TrialResult> Metric(
        string heading, string name, Func<TrialMetrics, string> text, Func<TrialMetrics, string> value) => Number(
            heading, name, trial => trial.Metrics is { } metrics ? text(metrics) : "", trial => trial.Metrics is { } metrics ? value(metrics) : "");

    private static string StateMarkup(TrialResult trial) => trial.State switch
    {
        TrialState.Complete => "[green]complete[/]",
        TrialState.Running => "[blue]running[/]",
        TrialState.Failed => "[red]failed[/]",
        _ => DecisionView.State(trial),
    };
}
