using Spectre.Console;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>What was decided on trials, and why.</summary>
internal static class DecisionView
{
    /// <summary>In place of what was measured: why each trial is there, how far it came, and why no further.</summary>
    public static IReadOnlyList<Column<TrialResult>> Columns { get; } =
    [
        new("trial", "trial", trial => trial.Id, trial => trial.Id),
        new("state", "state", State, trial => Words.Name(trial.State)),
        new("decided", null, Verdict, _ => ""),
        new("proposed because", null, trial => trial.Reason ?? "", _ => ""),
    ];

    /// <summary>In csv, beside what was measured.</summary>
    public static IReadOnlyList<Column<TrialResult>> ForPrograms { get; } =
    [
        Field("rungs", trial => Words.Exact((long?)trial.Rungs?.Count)),
        Field("rungEpochs", trial => Words.Exact((long?)Last(trial)?.Epochs)),
        Field("verdict", trial => Words.Name(Last(trial)?.Verdict)),
        Field("rank", trial => Words.Exact((long?)Last(trial)?.Rank)),
        Field("rankOf", trial => Words.Exact((long?)Last(trial)?.Of)),
        Field("verdictReason", trial => Last(trial)?.Reason ?? ""),
        Field("stopReason", trial => trial.StopReason ?? ""),
        Field("proposedBecause", trial => trial.Reason ?? ""),
    ];

    /// <summary>With the rung that a trial stopped or waits at, for example <c>stopped at 3 epochs</c>.</summary>
    public static string State(TrialResult trial) => Words.Name(trial.State)
        + (trial.State is TrialState.Stopped or TrialState.Waiting && Last(trial) is { } rung ? $" at {Words.Many(rung.Epochs, "epoch")}" : "");

    /// <summary>What became of trials at each rung, a line each; nothing without early stopping.</summary>
    public static IEnumerable<string> Rungs(IReadOnlyList<TrialResult> trials) => RungTally.Of(trials).Select(rung =>
        $"After {Words.Many(rung.Epochs, "epoch")}: {Words.Count(rung.Came)} came"
        + Part(rung.WentOn, "went on") + Part(rung.Stopped, "stopped") + Part(rung.Waiting, "waiting") + Part(rung.Ended, "at their end") + ".");

    /// <summary>One trial: its path through the decisions, and what came of it.</summary>
    public static Answer Trial(string experiment, TrialResult trial) => Answer.Of(trial, [trial], TrialColumns.All([trial]), console => Show(console, experiment, trial));

    private static void Show(IAnsiConsole console, string experiment, TrialResult trial)
    {
        console.MarkupLine($"[bold]{Markup.Escape(VisibleText.OfLine(experiment))}/{Markup.Escape(trial.Id)}[/]: {Words.Name(trial.State)}");
        Line($"Settings: {Words.Settings(trial.Settings)}");
        if (trial.Reason is { } reason)
        {
            Line($"Proposed because: {reason}");
        }

        foreach (var rung in trial.Rungs ?? [])
        {
            Line($"After {Words.Many(rung.Epochs, "epoch")}: {Verdict(rung)}, accuracy {Words.Percent(rung.Metrics.Accuracy)}{(rung.Reason is null ? "" : $"; {rung.Reason}")}");
        }

        if (trial.StopReason is { } stopped && Last(trial)?.Reason != stopped)
        {
            Line($"Stopped: {stopped}");
        }

        if (trial.Failure is { } failure)
        {
            Line($"Failed: {failure.Stage}: {failure.Failure.Message}");
        }

        if (trial.Metrics is { } metrics)
        {
            Line($"Accuracy {Words.Percent(metrics.Accuracy)}, test {Words.Percent(metrics.TestAccuracy)}, {Words.Count(metrics.Parameters)} parameters, {Words.Magnitude(metrics.Flops)} FLOPs");
        }

        Line($"Stages: {string.Join(' ', trial.Stages)}");

        void Line(string text) => console.WriteLine(VisibleText.OfLine(text));
    }

    private static string Verdict(TrialResult trial) => Last(trial)?.Reason is { } reason && (trial.StopReason ?? reason) == reason ? reason
        : trial.StopReason ?? (trial.Failure is { } failure ? $"{failure.Stage}: {failure.Failure.Message}" : "");

    private static string Verdict(RungOutcome rung) => rung.Verdict switch
    {
        TrialVerdict.Continue => "went on",
        TrialVerdict.Stop => "stopped",
        TrialVerdict.Wait => "waits",
        _ => "at its end",
    };

    private static string Part(int count, string words) => count == 0 ? "" : $", {Words.Count(count)} {words}";

    private static RungOutcome? Last(TrialResult trial) => trial.Rungs is [.., var last] ? last : null;

    private static Column<TrialResult> Field(string name, Func<TrialResult, string> value) => new(null, name, _ => "", value);
}
