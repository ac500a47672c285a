using Sweep.Client.Output;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Watching.Screens;

/// <summary>Draws an experiment's screen: from what is known to lines.</summary>
internal static class ExperimentLines
{
    /// <summary>Columns between two parts that stand side by side.</summary>
    private const int Gutter = 2;

    /// <param name="screen">Fitted to its size.</param>
    /// <param name="alphabet">Characters that can be shown.</param>
    /// <param name="now">In the time zone of who watches.</param>
    /// <returns>As many lines as the screen has, each at most as wide.</returns>
    public static IReadOnlyList<ScreenLine> Of(ExperimentScreen screen, Alphabet alphabet, DateTimeOffset now)
    {
        var paper = new Paper(screen.Size.Width, alphabet);
        var lines = screen switch
        {
            { Help: { } scrolled } => [paper.Title("Keys"), .. KeyHelp.Lines(paper, KeyHelp.Experiment).Skip(scrolled)],
            { Open: { } open } => [TrialTitle(paper, screen, open), .. TrialLines.Of(screen, paper).Skip(open.Scroll)],
            _ => Whole(paper, screen, now).ToList(),
        };
        var body = screen.Size.Height - 1;
        return [.. lines.Concat(Enumerable.Repeat(paper.Line(), body)).Take(body), Footer(paper, screen)];
    }

    /// <summary>What everybody should know before all else; null for nothing.</summary>
    public static string? Remark(ExperimentScreen screen) => screen switch
    {
        { Sight.Outage: { } outage } => $"No answer from the cluster: {outage}",
        { Status.Failure: { } failure } => failure,
        { Status.PausedFor: { } paused } => $"Paused by itself: {paused}",
        { Status.Reason: { } reason } => $"Ended before its last trial: {reason}",
        _ => null,
    };

    private static IEnumerable<ScreenLine> Whole(Paper paper, ExperimentScreen screen, DateTimeOffset now)
    {
        var layout = ExperimentLayout.Of(screen);
        foreach (var line in Header(paper, screen, now, layout.Header))
        {
            yield return line;
        }

        if (screen.Status is not { } status)
        {
            yield break;
        }

        var parts = screen.View switch
        {
            View.Trials => Trials(paper, screen, layout),
            View.Devices => Devices(paper, screen, layout.Devices, screen.DeviceCursor),
            View.Front => Front(paper, screen, status, layout),
            View.Failures => Failures(paper, screen, layout),
            _ => Overview(paper, screen, status, layout),
        };
        foreach (var line in parts)
        {
            yield return line;
        }
    }

    private static IEnumerable<ScreenLine> Header(Paper paper, ExperimentScreen screen, DateTimeOffset now, int lines)
    {
        if (screen.Status is not { } status)
        {
            return [paper.Line(" ").Put(screen.Name, Ink.Strong).Put("  asking the cluster…", Ink.Faint)];
        }

        var name = paper.Line(" ").Put(status.Name, Ink.Strong).Put("  ").Put(Words.Name(status.State), InkOf(status.State));
        if (screen.Sight!.Outage is not null)
        {
            name.Put("  no answer", Ink.Bad);
        }

        name.PutRight(status.EndedAt is { } end ? $"took {Ages.Of(end - status.SubmittedAt)} " : $"submitted {Ages.Of(now - status.SubmittedAt)} ago ", Ink.Faint);
        List<ScreenLine> header = [name, ProgressLine.Of(paper, screen.Sight, now)];
        if (lines > 2)
        {
            header.Add(Counts(paper, status));
        }

        // A terminal of few rows has no line for it.
        if (Remark(screen) is { } remark && header.Count < lines)
        {
            header.Add(paper.Line(" ").Put(remark, status.State is ExperimentState.Failed || screen.Sight.Outage is not null ? Ink.Bad : Ink.Warning));
        }

        return header;
    }

    private static ScreenLine Counts(Paper paper, ExperimentStatus status)
    {
        var trials = status.Trials;
        var line = paper.Line(" ").Put(Words.Many(trials.Total, "trial"));
        Part(trials.Complete, "complete", Ink.Good);
        Part(trials.Running, "running", Ink.Busy);
        Part(trials.Failed, "failed", Ink.Bad);
        Part(trials.Stopped, "stopped", Ink.Warning);
        Part(trials.Waiting, "waiting", Ink.Faint);
        return line.PutWhole($"   {Words.Count(status.Front.Count)} on the front").PutWhole($"   {Words.Count(status.StagesDone)} of {Words.Many(status.Stages, "stage")} done", Ink.Faint);

        void Part(int count, string state, Ink ink)
        {
            if (count > 0)
            {
                line.PutWhole($"  {Words.Count(count)} {state}", ink);
            }
        }
    }

    private static IEnumerable<ScreenLine> Overview(Paper paper, ExperimentScreen screen, ExperimentStatus status, ExperimentLayout layout)
    {
        if (layout.Devices == 0)
        {
            return Trials(paper, screen, layout);
        }

        if (layout.Beside == 0)
        {
            return
            [
                .. Devices(paper, screen, layout.Devices, null),
                .. FewFailures(paper, screen, layout),
                .. layout.Plot > 0 ? Picture(paper, status, layout.Plot) : [],
                .. Trials(paper, screen, layout),
            ];
        }

        var left = paper with { Width = paper.Width - layout.Beside - Gutter };
        var right = paper with { Width = layout.Beside };
        List<ScreenLine> lists = [.. Devices(left, screen, layout.Devices, null), .. FewFailures(left, screen, layout)];
        List<ScreenLine> picture = [.. Picture(right, status, layout.Plot)];
        return
        [
            .. Enumerable.Range(0, layout.Plot + 1).Select(row => paper.Line()
                .Put(row < lists.Count ? lists[row] : left.Line()).PadTo(left.Width + Gutter).Put(row < picture.Count ? picture[row] : right.Line())),
            .. Trials(paper, screen, layout),
        ];
    }

    private static IEnumerable<ScreenLine> Picture(Paper paper, ExperimentStatus status, int lines, int? chosen = null) =>
    [
        paper.Title("Front", status.Dense is null ? "accuracy over parameters" : "● front  ◆ unpruned"),
        .. PlotLines.Of(paper, status, lines, chosen),
    ];

    private static IEnumerable<ScreenLine> Devices(Paper paper, ExperimentScreen screen, int rows, ListCursor? cursor)
    {
        var all = DeviceRow.Of(screen);
        var queue = screen.Queue;

        // Where not all fit, those that work are worth more than those that do not.
        var shown = cursor is { } at ? all.Skip(at.Top).Take(rows).ToList()
            : all.Count <= rows ? all
            : [.. all.OrderBy(row => row.Owners.Count > 0 ? 0 : row.Stage is not null ? 1 : 2).Take(rows)];
        var words = queue is null ? ""
            : $"{Words.Count(all.Count(row => row.Stage is not null))} of {Words.Count(all.Count)} busy{(queue.Depth > 0 ? $", {Words.Many(queue.Depth, "stage")} waiting" : "")}";
        var grid = all.Count > 0 ? Grid.Lines<DeviceRow>(paper, DeviceRow.Columns("trial"), [.. shown], cursor is { } here ? here.At - here.Top : -1)
            : [paper.Line("  no worker has reported; start one with: sweep silo", Ink.Warning)];
        return Exactly(paper, rows + 2, [paper.Title("Devices", words), .. grid]);
    }

    /// <summary>The last ones; of one line alone, without a title.</summary>
    private static IEnumerable<ScreenLine> FewFailures(Paper paper, ExperimentScreen screen, ExperimentLayout layout)
    {
        var failed = screen.Status!.Trials.Failed;
        var last = screen.Failures.Page?.Trials ?? [];
        return layout.FailureLines switch
        {
            0 => [],
            1 => [paper.Line("  ").Put($"{Words.Count(failed)} failed", Ink.Bad).Put(last is [var one, ..] ? $", the last: {one.Id}, {ReasonOf(one)}" : "", Ink.Bad)],
            var lines => Exactly(paper, lines,
            [
                paper.Title("Failures", $"{Words.Count(failed)} failed, the last first"),
                .. last.Take(layout.Failures).Select(trial => paper.Line("  ").Put(trial.Id, Ink.Strong).Put($"  {ReasonOf(trial)}", Ink.Bad)),
            ]),
        };
    }

    private static IEnumerable<ScreenLine> Failures(Paper paper, ExperimentScreen screen, ExperimentLayout layout)
    {
        var list = screen.Failures;
        var none = screen.Status!.Trials.Failed == 0;
        List<ScreenLine> lines = [paper.Title("Failures", none ? "" : $"{Words.Count(screen.Status.Trials.Failed)} failed, the last first")];
        lines.AddRange(none ? [paper.Line("  No trial has failed.", Ink.Faint)] : Grid.Lines(paper, s_failureColumns, list.Rows(layout.Failures), list.Cursor.At - list.Cursor.Top));
        if (layout.FailureText > 0 && list.Chosen is { } chosen)
        {
            lines = [.. Exactly(paper, layout.Failures + 2, lines), paper.Title(chosen.Id, chosen.Failure?.Stage.Value ?? "")];
            lines.AddRange((paper with { Width = paper.Width - 2 }).Wrapped(ReasonOf(chosen), Ink.Bad, indent: 0).Take(layout.FailureText - 1).Select(part => paper.Line("  ").Put(part)));
        }

        return lines;
    }

    private static IEnumerable<ScreenLine> Front(Paper paper, ExperimentScreen screen, ExperimentStatus status, ExperimentLayout layout)
    {
        var cursor = screen.FrontCursor;
        var title = paper.Title("Front", $"{Words.Many(status.Front.Count, "point")}{(status.Dense is { } dense ? $"; unpruned {Words.Percent(dense.Accuracy)}, {Words.Magnitude(dense.Parameters)} parameters" : "")}");
        return
        [
            title,
            .. layout.Plot > 0 ? Exactly(paper, layout.Plot, [.. PlotLines.Of(paper, status, layout.Plot, cursor.At)]) : [],
            .. status.Front.Count > 0
                ? Grid.Lines(paper, s_frontColumns, [.. status.Front.Skip(cursor.Top).Take(layout.Front)], cursor.At - cursor.Top)
                : [paper.Line("  No trial is complete yet.", Ink.Faint)],
        ];
    }

    private static IEnumerable<ScreenLine> Trials(Paper paper, ExperimentScreen screen, ExperimentLayout layout)
    {
        var list = screen.Trials;
        var rows = list.Rows(layout.Trials);
        yield return paper.Title("Trials", TrialGrid.Words(list));
        if (list.Page is not null && rows.Count == 0)
        {
            yield return paper.Line(list.IsFiltered ? "  No such trial; Esc shows all." : "  No trial was proposed yet.", Ink.Faint);
            yield break;
        }

        foreach (var line in Grid.Lines(paper, TrialGrid.Columns(screen), rows, list.Cursor.At - list.Cursor.Top))
        {
            yield return line;
        }
    }

    private static ScreenLine TrialTitle(Paper paper, ExperimentScreen screen, OpenTrial open)
    {
        var line = paper.Line(" ").Put(open.Id, Ink.Strong);
        if (open.Detail is { } detail)
        {
            line.Put($"  {Words.Name(detail.Trial.State)}", TrialGrid.InkOf(detail.Trial.State));
            if (screen.Status?.Front.Any(point => point.Trial == open.Id) == true)
            {
                line.Put("  ● on the front", Ink.Good);
            }
        }

        return line.PutRight($"{screen.Name} ", Ink.Faint);
    }

    private static ScreenLine Footer(Paper paper, ExperimentScreen screen) => screen switch
    {
        { HasKeys: false } => KeyHelp.Footer(paper, ("Ctrl+C", "leave")),
        { Asking: { } question } => paper.Line(" ").Put(question.Words, Ink.Warning).Put(" y/n", Ink.Strong),
        { Typing: { } typed } => paper.Line(" ").Put("trials with: ", Ink.Strong).Put(typed).Put("_", Ink.Faint).PutRight("Enter keeps, Esc forgets ", Ink.Faint),
        { Notice: { } notice } => paper.Line(" ").Put(notice, Ink.Warning),
        { HasEnded: true, IsReading: true, FromCluster: false } => paper.Line(" ").Put("The experiment has ended: Esc shows its result.", Ink.Warning),
        { Help: not null } => KeyHelp.Footer(paper, ("Esc", "back"), ("q", "leave"), ("↑↓", "move")),
        { Open.Detail.Trial.State: TrialState.Running or TrialState.Waiting } => KeyHelp.Footer(paper, ("Esc", "back"), ("q", "leave"), ("↑↓", "move"), ("x", "stop this trial"), ("?", "keys")),
        { Open.Detail.Trial.State: TrialState.Failed or TrialState.Stopped } => KeyHelp.Footer(paper, ("Esc", "back"), ("q", "leave"), ("↑↓", "move"), ("t", "try once more"), ("?", "keys")),
        { Open: not null } => KeyHelp.Footer(paper, ("Esc", "back"), ("q", "leave"), ("↑↓", "move"), ("?", "keys")),
        _ => KeyHelp.Footer(
            paper,
            [
                ("q", "leave"), ("?", "keys"),
                .. screen.FromCluster ? [("Esc", "back")] : Array.Empty<(string, string)>(),
                ("↑↓", "move"), ("Enter", "open"), ("Tab", "view"), ("p", screen.Status?.State is ExperimentState.Paused ? "go on" : "pause"),
                .. screen.View is View.Overview or View.Trials ? [("f", "filter"), ("/", "find"), ("s", "sort"), ("r", "reverse")] : Array.Empty<(string, string)>(),
            ]),
    };

    private static readonly IReadOnlyList<GridColumn<TrialResult>> s_failureColumns =
    [
        new("trial", trial => trial.Id, Least: 6),
        new("stage", trial => trial.Failure?.Stage.Kind.ToString() ?? "", Least: 8),
        new("reason", trial => trial.Failure is { } failure ? $"{Words.Name(failure.Failure.Reason)}: {failure.Failure.Message}" : "") { Ink = _ => Ink.Bad, Rest = true },
    ];

    private static readonly IReadOnlyList<GridColumn<FrontPoint>> s_frontColumns =
    [
        new("trial", point => point.Trial, Least: 6),
        new("accuracy", point => Words.Percent(point.Metrics.Accuracy), Least: 8, Right: true),
        new("parameters", point => Words.Count(point.Metrics.Parameters), Least: 10, Right: true),
        new("FLOPs", point => Words.Magnitude(point.Metrics.Flops), Least: 7, Right: true),
        new("test", point => Words.Percent(point.Metrics.TestAccuracy), Least: 8, Right: true),
        new("settings", point => Words.Settings(point.Settings)) { Rest = true },
    ];

    private static string ReasonOf(TrialResult trial) =>
        trial.Failure is { } failure ? $"{Words.Name(failure.Failure.Reason)} in {failure.Stage.Kind}: {failure.Failure.Message}" : "";

    public static Ink InkOf(ExperimentState state) => state switch
    {
        ExperimentState.Complete => Ink.Good,
        ExperimentState.Running => Ink.Busy,
        ExperimentState.Failed => Ink.Bad,
        _ => Ink.Warning,
    };

    private static IReadOnlyList<ScreenLine> Exactly(Paper paper, int count, IReadOnlyList<ScreenLine> lines) =>
        [.. lines.Concat(Enumerable.Repeat(paper.Line(), count)).Take(count)];
}
