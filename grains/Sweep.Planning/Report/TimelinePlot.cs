namespace Sweep.Planning.Report;

/// <summary>
/// Which worker ran what when, as an SVG of its own: a lane a worker, a bar an attempt in the colour of its kind, and a mark where one went wrong. Many
/// attempts are drawn as what took most of each small part of a lane, and lanes of many workers are drawn together, so that the picture of a hundred
/// thousand attempts is no larger than that of a thousand.
/// </summary>
internal sealed class TimelinePlot
{
    private const double Width = 1120;
    private const double Right = 20;
    private const double Top = 8;
    private const double Bottom = 42;

    /// <summary>Bars that can be told apart, each with its words.</summary>
    private const int MostBars = 1200;

    private const int MostLanes = 40;
    private const int Bins = 260;
    private const int MostMarks = 400;
    private const int LongestName = 24;

    private readonly ExperimentTimeline _timeline;
    private readonly List<StageSpan> _spans;
    private readonly List<TimelineLane> _lanes;
    private readonly int _workers;
    private readonly double _left;
    private readonly double _pitch;
    private readonly TimeAxis _axis;

    private TimelinePlot(ExperimentTimeline timeline, List<StageSpan> spans)
    {
        (_timeline, _spans) = (timeline, spans);
        var workers = spans.GroupBy(span => span.Worker).OrderBy(worker => WorkerOrder.KeyOf(worker.Key), StringComparer.Ordinal).ToList();
        var together = (workers.Count + MostLanes - 1) / MostLanes;
        _workers = workers.Count;
        _lanes = [.. workers.Chunk(together).Select(lane => new TimelineLane([.. lane.Select(worker => worker.Key)], [.. lane.SelectMany(worker => worker)]))];
        _left = 20 + 7.2 * Math.Min(LongestName, _lanes.Max(lane => lane.Name.Length));
        _pitch = _lanes.Count <= 12 ? 26 : 18;
        var start = timeline.SubmittedAt is { } submitted && submitted < spans[0].Start ? submitted : spans[0].Start;
        _axis = new TimeAxis(start, spans.Max(span => span.End), _left, Width - Right);
    }

    private double Height => Top + _lanes.Count * _pitch + Bottom;

    private bool IsCoarse => _spans.Count > MostBars;

    /// <returns>Nothing where no stage was timed.</returns>
    public static Html Draw(ExperimentResult result)
    {
        if (result.Timeline is not { Spans.Count: > 0 } timeline)
        {
            return Html.Empty;
        }

        // What was there before would leave the experiment itself the last hair of the picture.
        var spans = timeline.SubmittedAt is { } submitted ? timeline.Spans.Where(span => span.PaidHere || span.End > submitted).ToList() : [.. timeline.Spans];
        var note = Note(timeline, timeline.Spans.Count - spans.Count);
        return spans.Count == 0 ? note : Html.Of($"{new TimelinePlot(timeline, spans).Draw()}{note}");
    }

    private static Html Note(ExperimentTimeline timeline, int before)
    {
        string[] notes =
        [
            .. before > 0 ? new[] { $"{Words.Plural(before, "attempt")} had ended before this experiment was submitted: it took the results and ran nothing." } : [],
            .. timeline.Omitted is { } omitted ? new[] { $"{Words.Plural(omitted, "earlier attempt")} at stages that were tried often are not kept." } : [],
            .. timeline.Untimed is { } untimed ? new[] { $"{Words.Plural(untimed, "stage")} ran before times were recorded." } : [],
        ];
        return Html.If(notes.Length > 0, () => Html.Of($"""<p class="note">{string.Join(' ', notes)}</p>"""));
    }

    private Html Draw()
    {
        var kinds = _spans.Select(span => span.Kind).Distinct().Order().Select(kind => Html.Of(
            $"""<li><svg class="swatch {TimelineLane.ClassOf(kind)}" viewBox="0 0 15 15" aria-hidden="true"><rect y="2" width="15" height="11" rx="2"/></svg>{kind.ToString()}</li>"""));
        var marks = _spans.Select(span => span.Outcome).Distinct().Where(outcome => outcome != SpanEnd.Succeeded).Order().Select(outcome => Html.Of(
            $"""<li><svg class="swatch mark {outcome.ToString().ToLowerInvariant()}" viewBox="-7.5 -7.5 15 15" aria-hidden="true">{TimelineLane.MarkOf(outcome)}</svg>{TimelineLane.WordOf(outcome)}</li>"""));
        return Html.Of($"""
            <ul class="legend">{Html.Join(kinds)}{Html.Join(marks)}{Html.If(!IsCoarse && _spans.Exists(span => !span.PaidHere), () => new Html("<li class=\"hint\">pale: run for another experiment, shared with this one</li>"))}</ul>
            <div class="scroll" tabindex="0" role="region" aria-label="Timeline"><svg class="plot timeline" viewBox="0 0 {Width} {Height}" role="img" aria-label="{Summary()}">
            {_axis.Draw(Top, Height - Bottom)}{Html.Join(_lanes.Select(DrawLane))}<text class="axisname" x="{Width - Right}" y="{Height - 6}" text-anchor="end">{_axis.Unit} since {_axis.Start.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)} UTC →</text></svg></div>
            <p class="note">{Summary()}{Html.If(IsCoarse, () => Html.Of($" Each small part of a lane shows what took most of it, the fuller the stronger, and of many failures some are marked; the attempts one by one: <code>sweep timeline</code>."))}</p>
            <details><summary>The same as a table, worker by worker</summary><div class="scroll" tabindex="0" role="region" aria-label="Attempts by worker"><table><thead><tr><th scope="col">Worker</th><th scope="col" class="num">Attempts</th><th scope="col" class="num">Busy for</th><th scope="col" class="num">Epochs</th><th scope="col" class="num">Failed</th><th scope="col" class="num">Lost</th></tr></thead><tbody>{Html.Join(_lanes.Select(lane => lane.Row()))}</tbody></table></div></details>
            """);
    }

    /// <summary>The picture in words.</summary>
    private string Summary()
    {
        int Count(SpanEnd outcome) => _spans.Count(span => span.Outcome == outcome);
        var length = _spans.Max(span => span.End) - _axis.Start;
        var busy = _spans.Sum(span => (span.End - span.Start).TotalSeconds) / Math.Max(1e-9, length.TotalSeconds * _workers);
        string[] bad =
        [
            .. new[] { SpanEnd.Failed, SpanEnd.Lost, SpanEnd.HandedBack, SpanEnd.Withdrawn }.Where(outcome => Count(outcome) > 0)
                .Select(outcome => FormattableString.Invariant($"{Count(outcome)} {TimelineLane.WordOf(outcome)}")),
        ];
        return $"{Words.Plural(_spans.Count, "attempt")} at {Words.Plural(_spans.Select(span => span.Stage).Distinct().Count(), "stage")} on {Words.Plural(_workers, "worker")} within {Words.Duration(length)}, "
            + FormattableString.Invariant($"{Math.Min(1, busy) * 100:0}\u00A0% of the time of these workers") + (bad.Length == 0 ? "." : $"; {string.Join(", ", bad)}.");
    }

    private Html DrawLane(TimelineLane lane, int place)
    {
        var (y, height) = (Top + place * _pitch, _pitch - 6);
        var bars = IsCoarse ? DrawBins(lane, y, height) : Html.Join(lane.Spans.Select(span => DrawBar(span, y, height)));
        var name = lane.Name.Length <= LongestName ? lane.Name : "…" + lane.Name[^(LongestName - 1)..];
        return Html.Of($"""
            <g><title>{lane.Summary()}</title><rect class="lane" x="{_left}" y="{y}" width="{Width - Right - _left}" height="{height}"/><text class="tick" x="{_left - 8}" y="{y + height / 2 + 4}" text-anchor="end">{name}</text>{bars}{DrawMarks(lane, y, height)}</g>

            """);
    }

    private Html DrawBar(StageSpan span, double y, double height)
    {
        var (from, to) = (_axis.At(span.Start), _axis.At(span.End));
        return Html.Of($"""<rect class="{TimelineLane.ClassOf(span.Kind)}{(span.PaidHere ? "" : " shared")}{(span.Outcome == SpanEnd.Succeeded ? "" : " cut")}" x="{from}" y="{y}" width="{Math.Max(1, to - from - (to - from > 4 ? 0.8 : 0))}" height="{height}" rx="2"><title>{TimelineLane.Tip(span, _axis.Start)}</title></rect>""");
    }

    /// <summary>Parts that look alike are one path, however many there are.</summary>
    private Html DrawBins(TimelineLane lane, double y, double height)
    {
        var width = (Width - Right - _left) / Bins;
        return Html.Join(lane.Runs(Bins, time => (_axis.At(time) - _left) / width)
            .GroupBy(run => (run.Kind, run.Strength))
            .Select(runs => Html.Of($"""
                <path class="bin {TimelineLane.ClassOf(runs.Key.Kind)}" opacity="{runs.Key.Strength}" d="{Html.Join(runs.Select(run => Html.Of($"M{_left + run.From * width} {y}h{(run.To - run.From) * width}v{height}h{(run.From - run.To) * width}z")))}"/>
                """)));
    }

    /// <summary>Where attempts went wrong: those that would lie upon each other once, and where there are too many, some at even distances.</summary>
    private Html DrawMarks(TimelineLane lane, double y, double height)
    {
        var marks = lane.Spans
            .Where(span => span.Outcome != SpanEnd.Succeeded)
            .GroupBy(span => (Place: Math.Round(_axis.At(span.End) / 8), span.Outcome))
            .OrderBy(mark => mark.Key.Place).ThenBy(mark => mark.Key.Outcome)
            .ToList();
        var shown = Math.Min(marks.Count, Math.Max(1, MostMarks / _lanes.Count));
        return Html.Join(Enumerable.Range(0, shown).Select(i => marks[(int)((long)i * marks.Count / shown)]).Select(mark => Html.Of($"""
            <g class="mark {mark.Key.Outcome.ToString().ToLowerInvariant()}" transform="translate({_axis.At(mark.First().End)} {y + height / 2})">{TimelineLane.MarkOf(mark.Key.Outcome)}<title>{(mark.Count() == 1 ? TimelineLane.Tip(mark.First(), _axis.Start) : $"{Words.Plural(mark.Count(), "attempt")} {TimelineLane.WordOf(mark.Key.Outcome)}")}</title></g>
            """)));
    }
}
