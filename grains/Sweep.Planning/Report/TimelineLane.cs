using Sweep.Recipes;

namespace Sweep.Planning.Report;

/// <summary>What one worker did, or several drawn together.</summary>
internal sealed record TimelineLane(IReadOnlyList<string> Workers, IReadOnlyList<StageSpan> Spans)
{
    public string Name => Workers.Count == 1 ? Workers[0] : $"{Workers[0]} … {Workers.Count - 1} more";

    private TimeSpan Busy => TimeSpan.FromSeconds(Spans.Sum(span => (span.End - span.Start).TotalSeconds));

    private int Count(SpanEnd outcome) => Spans.Count(span => span.Outcome == outcome);

    /// <summary>The lane as a row of figures.</summary>
    public Html Row() => Html.Of($"""
        <tr><th scope="row">{Name}</th><td class="num">{Words.Count(Spans.Count)}</td><td class="num">{Words.Duration(Busy)}</td><td class="num">{Spans.Sum(span => span.Epochs ?? 0)}</td><td class="num">{Count(SpanEnd.Failed)}</td><td class="num">{Count(SpanEnd.Lost)}</td></tr>
        """);

    public string Summary()
    {
        return string.Join('\n',
            string.Join(", ", Workers.Take(4)) + (Workers.Count > 4 ? $" and {Workers.Count - 4} more" : ""),
            $"{Words.Plural(Spans.Count, "attempt")}, {Words.Duration(Busy)} in all",
            FormattableString.Invariant($"{Count(SpanEnd.Failed)} failed, {Count(SpanEnd.Lost)} lost"));
    }

    /// <summary>What took most of each of equal parts of the lane, as runs of equal parts; idle parts are in none.</summary>
    /// <param name="bins">Parts.</param>
    /// <param name="at">Where a time lies, in parts.</param>
    public IEnumerable<TimelineRun> Runs(int bins, Func<DateTimeOffset, double> at)
    {
        var kinds = Enum.GetValues<StageKind>().Length;
        var shares = new double[bins, kinds];
        foreach (var span in Spans)
        {
            var (from, to) = (at(span.Start), at(span.End));
            for (var bin = Math.Max(0, (int)from); bin < bins && bin < to; bin++)
            {
                shares[bin, (int)span.Kind] += Math.Min(bin + 1, to) - Math.Max(bin, from);
            }
        }

        TimelineRun? run = null;
        for (var bin = 0; bin < bins; bin++)
        {
            var (most, sum) = (0, 0.0);
            for (var kind = 0; kind < kinds; kind++)
            {
                (most, sum) = (shares[bin, kind] > shares[bin, most] ? kind : most, sum + shares[bin, kind]);
            }

            // Four strengths: more cannot be told apart, and runs would be shorter.
            var strength = Math.Min(1, Math.Ceiling(sum / Workers.Count * 4) / 4);
            if (run is not null && run.To == bin && run.Kind == (StageKind)most && run.Strength == strength)
            {
                run = run with { To = bin + 1 };
                continue;
            }

            if (run is not null)
            {
                yield return run;
            }

            run = sum > 0 ? new TimelineRun((StageKind)most, bin, bin + 1, strength) : null;
        }

        if (run is not null)
        {
            yield return run;
        }
    }

    public static string ClassOf(StageKind kind) => "k-" + kind.ToString().ToLowerInvariant();

    public static string WordOf(SpanEnd outcome) => outcome switch
    {
        SpanEnd.HandedBack => "handed back",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    /// <summary>Told apart by its form, not by its colour.</summary>
    public static Html MarkOf(SpanEnd outcome) => new(outcome switch
    {
        SpanEnd.Failed => "<path d=\"M-4-4L4 4M4-4L-4 4\"/>",
        SpanEnd.Lost => "<circle r=\"4.5\"/><path d=\"M-3.2 3.2L3.2-3.2\"/>",
        SpanEnd.HandedBack => "<path d=\"M3-4.5L-3 0L3 4.5\"/>",
        _ => "<path d=\"M-4 0H4\"/>",
    });

    public static string Tip(StageSpan span, DateTimeOffset start) => string.Concat(
        $"{span.Label}\n{span.Stage.Value[..Math.Min(span.Stage.Value.Length, 24)]}…\n",
        FormattableString.Invariant($"{span.Worker}, attempt {span.Attempt} {WordOf(span.Outcome)}"),
        span.Reason is { } reason ? $" ({reason})" : "",
        $"\n{Words.Duration(span.End - span.Start)} from {Words.Duration(span.Start - start)} on",
        span.Epochs is { } epochs ? FormattableString.Invariant($", {epochs:0.##} {(epochs == 1 ? "epoch" : "epochs")}") : "",
        span.PeakMemory is { } peak ? FormattableString.Invariant($"\npeak {peak / (double)(1 << 20):0} MiB") : "",
        span.PaidHere ? "" : "\nrun for another experiment");
}

/// <summary>Parts of a lane that look alike, [From, To).</summary>
/// <param name="Kind">What took most of them.</param>
/// <param name="From">In parts.</param>
/// <param name="To">In parts.</param>
/// <param name="Strength">How full they are, in (0, 1].</param>
internal sealed record TimelineRun(StageKind Kind, int From, int To, double Strength);
