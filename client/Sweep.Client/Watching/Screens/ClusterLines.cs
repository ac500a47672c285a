using System.Globalization;
using Sweep.Client.Output;
using Sweep.Planning;

namespace Sweep.Client.Watching.Screens;

/// <summary>Draws a cluster's screen.</summary>
internal static class ClusterLines
{
    private const int BarCells = 10;

    /// <param name="screen">Fitted to its size.</param>
    /// <param name="alphabet">Characters that can be shown.</param>
    /// <param name="now">In the time zone of who watches.</param>
    /// <returns>As many lines as the screen has, each at most as wide.</returns>
    public static IReadOnlyList<ScreenLine> Of(ClusterScreen screen, Alphabet alphabet, DateTimeOffset now)
    {
        if (screen.Opened is { } opened)
        {
            return ExperimentLines.Of(opened, alphabet, now);
        }

        var paper = new Paper(screen.Size.Width, alphabet);
        List<ScreenLine> lines = screen.Help is { } scrolled
            ? [paper.Title("Keys"), .. KeyHelp.Lines(paper, KeyHelp.Cluster).Skip(scrolled)]
            : [.. Header(paper, screen), .. Experiments(paper, screen, now), .. Devices(paper, screen)];
        var body = screen.Size.Height - 1;
        return [.. lines.Concat(Enumerable.Repeat(paper.Line(), Math.Max(body, 0))).Take(body), Footer(paper, screen)];
    }

    private static IEnumerable<ScreenLine> Header(Paper paper, ClusterScreen screen)
    {
        var line = paper.Line(" ").Put("cluster", Ink.Strong).Put(screen.Address is { } address ? $"  {address}" : "");
        if (screen.Outage is { } outage)
        {
            line.Put($"  no answer: {outage}", Ink.Bad);
        }
        else if (screen.Queue is null)
        {
            line.Put("  asking…", Ink.Faint);
        }

        yield return line;
        if (screen.Size.Height < 10 || screen.Queue is not { } queue)
        {
            yield break;
        }

        var workers = queue.Workers;
        yield return paper.Line(" ").Put(Words.Many(workers.Select(worker => worker.Silo).Distinct().Count(), "silo"))
            .PutWhole($"  {Words.Many(workers.Count, "worker")}")
            .PutWhole($"  {Words.Count(workers.Count(worker => worker.Running is not null))} busy", Ink.Busy)
            .PutWhole($"  {Words.Count(workers.Count(worker => worker is { Running: null, AcceptsWork: true }))} idle", Ink.Faint)
            .PutWhole(queue.Depth == 0 ? "  nothing waits" : $"  {Words.Many(queue.Depth, "stage")} waiting", queue.Depth == 0 ? Ink.Faint : Ink.Warning)
            .PutWhole(queue.OldestAge is { } age ? $", the oldest for {Ages.Of(age)}" : "", Ink.Warning);
    }

    private static IEnumerable<ScreenLine> Experiments(Paper paper, ClusterScreen screen, DateTimeOffset now)
    {
        var rows = screen.Rows.Experiments;
        if (rows == 0 || screen.Experiments is null)
        {
            return [];
        }

        var listed = screen.Listed;
        var words = $"{(listed.Count > 1 ? $"{Words.Count(screen.Cursor.At + 1)} of " : "")}{Words.Count(listed.Count)}"
            + (screen.FilterName.Length > 0 ? $" {screen.FilterName}" : "") + (screen.Text.Length > 0 ? $" with '{screen.Text}'" : "");
        List<ScreenLine> lines = [paper.Title("Experiments", words)];
        lines.AddRange(listed.Count == 0
            ? [paper.Line(screen.Experiments.Count == 0 ? "  No experiment was submitted yet." : "  No such experiment; Esc shows all.", Ink.Faint)]
            : Grid.Lines(paper, Columns(screen, now), [.. listed.Skip(screen.Cursor.Top).Take(rows)], screen.View is ClusterView.Devices ? -1 : screen.Cursor.At - screen.Cursor.Top));
        return lines.Concat(Enumerable.Repeat(paper.Line(), rows + 2)).Take(rows + 2);
    }

    private static IEnumerable<ScreenLine> Devices(Paper paper, ClusterScreen screen)
    {
        var rows = screen.Rows.Devices;
        if (rows == 0 || screen.Queue is not { } queue)
        {
            return [];
        }

        var all = DeviceRow.Of(queue).Select(row => row.Stage is { } stage ? row with { Owners = [.. screen.OwnersOf(stage).Select(sight => sight.Status.Name)] } : row).ToList();
        var at = screen.View is ClusterView.Devices ? screen.DeviceCursor : default;
        return
        [
            paper.Title("Devices", all.Count > rows ? $"{Words.Count(at.Top + 1)} to {Words.Count(Math.Min(at.Top + rows, all.Count))} of {Words.Count(all.Count)}" : ""),
            .. all.Count == 0
                ? [paper.Line("  no worker has reported; start one with: sweep silo", Ink.Warning)]
                : Grid.Lines(paper, DeviceRow.Columns("experiment"), [.. all.Skip(at.Top).Take(rows)], screen.View is ClusterView.Devices ? at.At - at.Top : -1),
        ];
    }

    private static IReadOnlyList<GridColumn<Sight>> Columns(ClusterScreen screen, DateTimeOffset now)
    {
        return
        [
            new(Heading("experiment", ExperimentOrder.Name), sight => sight.Status.Name, Least: 12),
            new(Heading("state", ExperimentOrder.State), sight => Words.Name(sight.Status.State), Least: 9) { Ink = sight => ExperimentLines.InkOf(sight.Status.State) },
            new(Heading("progress", ExperimentOrder.Progress), sight => Bar(sight), Least: BarCells + 6),
            new("left", sight => sight is { Status.State: ExperimentState.Running, Left: { } left } ? Words.Duration(left) : "", Least: 12, Right: true),
            new("ends", sight => sight switch
            {
                { Status.EndedAt: { } end } => ProgressLine.Moment(now, end.ToOffset(now.Offset)),
                { Status.State: ExperimentState.Running, Left: { } left } => ProgressLine.Moment(now, now + left),
                _ => "",
            }, Least: 5, Right: true),
            new("trials", sight => $"{Words.Count(sight.Status.Trials.Complete)} of {Words.Count(sight.Status.Trials.Total)}", Least: 8, Right: true),
            new("failed", sight => sight.Status.Trials.Failed > 0 ? Words.Count(sight.Status.Trials.Failed) : "", Right: true) { Ink = _ => Ink.Bad },
            new("front", sight => Words.Count(sight.Status.Front.Count), Right: true),
            new("stages now", sight => sight.Status.Running.Count > 0 ? Words.Count(sight.Status.Running.Count) : "", Right: true),
            new(Heading("submitted", ExperimentOrder.Submitted), sight => $"{Ages.Of(now - sight.Status.SubmittedAt)} ago", Right: true),
        ];

        string Heading(string name, ExperimentOrder order) => screen.Order == order ? $"{name} {(screen.Reversed ? "▲" : "▼")}" : name;
    }

    private static string Bar(Sight sight)
    {
        var done = ProgressLine.Share(sight);
        var full = (int)Math.Floor(done * BarCells);
        return string.Create(CultureInfo.InvariantCulture, $"{new string('━', full)}{new string('─', BarCells - full)} {Math.Floor(100 * done),3} %");
    }

    private static ScreenLine Footer(Paper paper, ClusterScreen screen) => screen switch
    {
        { Asking: { } question } => paper.Line(" ").Put(question.Words, Ink.Warning).Put(" y/n", Ink.Strong),
        { IsTyping: true } => paper.Line(" ").Put("experiments with: ", Ink.Strong).Put(screen.Text).Put("_", Ink.Faint).PutRight("Enter keeps, Esc forgets ", Ink.Faint),
        { Notice: { } notice } => paper.Line(" ").Put(notice, Ink.Warning),
        { Help: not null } => KeyHelp.Footer(paper, ("Esc", "back"), ("q", "leave"), ("↑↓", "move")),
        _ => KeyHelp.Footer(paper, ("q", "leave"), ("?", "keys"), ("↑↓", "move"), ("Enter", "watch"), ("Tab", "view"), ("p", "pause"), ("f", "filter"), ("/", "find"), ("s", "sort"), ("r", "reverse")),
    };
}
