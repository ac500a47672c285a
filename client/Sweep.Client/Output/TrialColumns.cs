using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>The columns of trials, alike in every command.</summary>
internal static class TrialColumns
{
    public static IReadOnlyList<Column<TrialResult>> All { get; } =
    [
        Text("trial", "trial", trial => trial.Id),
        Text("state", "state", trial => Words.Name(trial.State)) with { Markup = StateMarkup },
        .. Settings,
        .. Metrics,
        Text(null, "failure", trial => trial.Failure is { } failure ? $"{failure.Stage}: {failure.Failure.Message}" : ""),
        Text(null, "device", trial => trial.Device ?? ""),
    ];

    /// <summary>Complete trials only.</summary>
    public static IReadOnlyList<Column<TrialResult>> Front { get; } =
    [
        Text("trial", "trial", trial => trial.Id),
        .. Metrics,
        .. Settings,
    ];

    private static IEnumerable<Column<TrialResult>> Settings =>
    [
        Text("method", "method", trial => Words.Name(trial.Settings.Method)),
        Number("sparsity", "sparsity", trial => Words.Number(trial.Settings.Sparsity), trial => Words.Exact(trial.Settings.Sparsity)),
        Number("λ", "lambda", trial => Words.Penalty(trial.Settings.Lambda), trial => Words.Exact(trial.Settings.Lambda)),
        Number("ρ", "rho", trial => Words.Penalty(trial.Settings.Rho), trial => Words.Exact(trial.Settings.Rho)),
    ];

    private static IEnumerable<Column<TrialResult>> Metrics =>
    [
        Measured("accuracy", "accuracy", metrics => Words.Percent(metrics.Accuracy), metrics => Words.Exact(metrics.Accuracy)),
        Measured("test", "testAccuracy", metrics => Words.Percent(metrics.TestAccuracy), metrics => Words.Exact(metrics.TestAccuracy)),
        Measured("parameters", "parameters", metrics => Words.Count(metrics.Parameters), metrics => Words.Exact(metrics.Parameters)),
        Measured("FLOPs", "flops", metrics => Words.Magnitude(metrics.Flops), metrics => Words.Exact(metrics.Flops)),
    ];

    private static Column<TrialResult> Text(string? heading, string name, Func<TrialResult, string> text) => new(heading, name, text, text);

    private static Column<TrialResult> Number(
        string heading, string name, Func<TrialResult, string> text, Func<TrialResult, string> value) => new(heading, name, text, value, Right: true);

    private static Column<TrialResult> Measured(
        string heading, string name, Func<TrialMetrics, string> text, Func<TrialMetrics, string> value) => Number(
            heading, name, trial => trial.Metrics is { } metrics ? text(metrics) : "", trial => trial.Metrics is { } metrics ? value(metrics) : "");

    private static string StateMarkup(TrialResult trial) => trial.State switch
    {
        TrialState.Complete => "[green]complete[/]",
        TrialState.Running => "[blue]running[/]",
        TrialState.Failed => "[red]failed[/]",
        var other => Words.Name(other),
    };
}
