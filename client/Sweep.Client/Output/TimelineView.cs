using System.Globalization;
using Spectre.Console;
using Sweep.Planning;

namespace Sweep.Client.Output;

/// <summary>When and where the stages of an experiment ran, and how its front grew.</summary>
internal static class TimelineView
{
    private const int WidestPicture = 100;

    /// <summary>Steps of the hypervolume that people see; the document has all.</summary>
    private const int MostSteps = 10;

    public static Answer Of(ExperimentResult result)
    {
        IReadOnlyList<StageSpan> spans = result.Timeline?.Spans ?? [];
        var start = StartOf(result.Timeline);
        return Answer.Of(
            new TimelineDocument { Experiment = result.Experiment, State = result.State, Timeline = result.Timeline }, spans, Columns(start), console => Show(console, result.Timeline, start));
    }

    private static IReadOnlyList<Column<StageSpan>> Columns(DateTimeOffset start) =>
    [
        new("stage", "stage", span => span.Label, span => span.Stage.Value),
        new(null, "kind", span => Words.Name(span.Kind), span => Words.Name(span.Kind)),
        new("worker", "worker", span => span.Worker, span => span.Worker),
        new("after", "start", span => Words.Duration(span.Start - start), span => Moment(span.Start), Right: true),
        new(null, "end", span => Moment(span.End), span => Moment(span.End)),
        new("took", "seconds", span => Words.Duration(span.End - span.Start), span => Words.Exact((span.End - span.Start).TotalSeconds), Right: true),
        new("attempt", "attempt", span => Words.Exact(span.Attempt), span => Words.Exact(span.Attempt), Right: true),
        new("outcome", "outcome", span => Words.Name(span.Outcome), span => Words.Name(span.Outcome)),
        new(null, "reason", span => Words.Name(span.Reason), span => Words.Name(span.Reason)),
        new("epochs", "epochs", span => Words.Exact(span.Epochs), span => Words.Exact(span.Epochs), Right: true),
        new(null, "peakMemory", span => Words.Exact(span.PeakMemory), span => Words.Exact(span.PeakMemory), Right: true),
        new(null, "paidHere", span => span.PaidHere ? "true" : "false", span => span.PaidHere ? "true" : "false"),
    ];

    private static void Show(IAnsiConsole console, ExperimentTimeline? timeline, DateTimeOffset start)
    {
        if (timeline is null)
        {
            console.WriteLine("No stage that was timed has ended yet.");
            return;
        }

        var shown = timeline.Spans.Where(span => span.End > start).ToList();
        foreach (var line in Timeline.Of(shown, start, Math.Min(console.Profile.Width, WidestPicture)))
        {
            console.WriteLine(line);
        }

        var ends = shown.CountBy(span => span.Outcome).Where(outcome => outcome.Key != SpanEnd.Succeeded).OrderBy(outcome => outcome.Key)
            .Select(outcome => FormattableString.Invariant($", {outcome.Value} {Words.Name(outcome.Key)}"));
        var length = shown.Count == 0 ? TimeSpan.Zero : shown.Max(span => span.End) - start;
        console.WriteLine(
            $"{Words.Many(shown.Count, "attempt")} within {Words.Duration(length)} of {start.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC{string.Concat(ends)}"
            + (timeline.Spans.Count > shown.Count ? $"; {Words.Many(timeline.Spans.Count - shown.Count, "attempt")} had ended before." : "."));
        if (timeline.Hypervolume is { } curve)
        {
            console.WriteLine();
            console.Write(Column.Table(console, Growth(start), [.. curve.Steps.TakeLast(MostSteps)]));
            console.WriteLine(
                (curve.Steps.Count > MostSteps ? $"The last {MostSteps} of {Words.Many(curve.Steps.Count, "step")}. " : "")
                + $"Volume of the box from {string.Join(", ", curve.Reference.Select(Reference))} to accuracy 1 at no cost.");
        }
    }

    private static IReadOnlyList<Column<HypervolumeStep>> Growth(DateTimeOffset start) =>
    [
        new("after", "at", step => Words.Duration(step.At - start), step => Moment(step.At), Right: true),
        new("epochs", "epochs", step => Words.Number(step.Epochs), step => Words.Exact(step.Epochs), Right: true),
        new("hypervolume", "hypervolume", step => step.Hypervolume.ToString("0.0000", CultureInfo.InvariantCulture), step => Words.Exact(step.Hypervolume), Right: true),
        new("by", "trial", step => step.Trial, step => step.Trial),
    ];

    /// <summary>When it was submitted; where that is not known, the first start.</summary>
    private static DateTimeOffset StartOf(ExperimentTimeline? timeline) => timeline?.SubmittedAt
        ?? timeline?.Spans.Select(span => span.Start).DefaultIfEmpty(DateTimeOffset.UnixEpoch).Min() ?? DateTimeOffset.UnixEpoch;

    private static string Moment(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Reference(ReferenceValue reference) => reference.Value is { } value
        ? $"{Words.Name(reference.Metric)} {Words.Count((long)value)}"
        : $"the dense net's {Words.Name(reference.Metric)}";
}

/// <summary>What <c>sweep timeline -o json</c> prints.</summary>
internal sealed record TimelineDocument
{
    public string ApiVersion { get; init; } = "sweep/v1";

    public required string Experiment { get; init; }

    public required ExperimentState State { get; init; }

    /// <summary>Null while no stage that was timed has ended.</summary>
    public ExperimentTimeline? Timeline { get; init; }
}
