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

    /// <summary>A table leaves out what no trial has; csv has every column always.</summary>
    private static IEnumerable<Column<TrialResult>> Settings(IReadOnlyList<TrialResult> trials) =>
    [
        Text("method", "method", trial => Words.Name(trial.Settings.Method)),
        Number("sparsity", "sparsity", trial => Words.Number(trial.Settings.Sparsity), trial => Words.Exact(trial.Settings.Sparsity)),
        Number("λ", "lambda", trial => Words.Penalty(trial.Settings.Lambda), trial => Words.Exact(trial.Settings.Lambda)),
        Number("ρ", "rho", trial => Words.Penalty(trial.Settings.Rho), trial => Words.Exact(trial.Settings.Rho)),
        Text("of", "target", trial => Words.Name(trial.Settings.Target)).If(trials.Any(trial => trial.Settings.Target is not null)),
        Optional("seed", "seed", trials, settings => Words.Exact(settings.Seed)),
        Optional("fine-tune seed", "finetuneSeed", trials, settings => Words.Exact(settings.FinetuneSeed)),
        Optional("fine-tune epochs", "finetuneEpochs", trials, settings => Words.Exact((long?)settings.FinetuneEpochs)),
        Optional("fine-tune rate", "finetuneLearningRate", trials, settings => Words.Exact(settings.FinetuneLearningRate)),
    ];

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

    /// <summary>A setting that only some spaces have.</summary>
    private static Column<TrialResult> Optional(string heading, string name, IReadOnlyList<TrialResult> trials, Func<TrialSettings, string> of) =>
        Number(heading, name, trial => of(trial.Settings), trial => of(trial.Settings)).If(trials.Any(trial => of(trial.Settings).Length > 0));

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
