using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sweep.Recipes;

namespace Sweep.Planning;

public sealed partial class TimelineReportTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ExperimentResult s_result = TimelineTests.Timed(4);

    [GeneratedRegex("<(header|main)\\b[^>]*>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Body();

    [GeneratedRegex("<svg class=\"plot timeline\".*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Lanes();

    [GeneratedRegex("<svg class=\"plot growth\".*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Curves();

    [Fact]
    public void Report_DrawsALaneAWorkerAndABarAnAttempt()
    {
        var picture = Picture(s_result);

        Assert.Equal(["silo/cpu-0", "silo/cpu-1"], picture.Elements("g").Select(lane => (string)lane.Element("text")!));
        var bars = picture.Elements("g").Elements("rect").Where(rect => (string?)rect.Attribute("class") != "lane").ToList();
        Assert.Equal(s_result.Timeline!.Spans.Count, bars.Count);
        Assert.All(bars, bar => Assert.Contains("attempt 1 succeeded", (string)bar.Element("title")!, StringComparison.Ordinal));
        Assert.Matches(@"^\d+ attempts at \d+ stages on 2 workers within .*, \d+.% of the time of these workers\.$", (string)picture.Attribute("aria-label")!);
    }

    [Fact]
    public void Report_DrawsBothCurvesWithTheirFinalValue()
    {
        var curves = Curves().Matches(HtmlReport.Write(s_result)).Select(match => XElement.Parse(match.Value)).ToList();

        Assert.Equal(2, curves.Count);
        var final = s_result.Hypervolume!.Value.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture);
        Assert.All(curves, curve => Assert.Equal(final, (string)curve.Elements("text").Single(text => ((string)text.Attribute("class")!).StartsWith("final", StringComparison.Ordinal))));
        Assert.All(curves, curve => Assert.Equal(s_result.Timeline!.Hypervolume!.Steps.Count, curve.Elements("g").Count(point => point.Attribute("data-trial") is not null)));
        Assert.Contains("accuracy 0", HtmlReport.Write(s_result), StringComparison.Ordinal);
    }

    [Fact]
    public void AttemptsThatWentWrong_AreMarkedByTheirForm()
    {
        var spans = s_result.Timeline!.Spans;
        var result = With([
            spans[0] with { Outcome = SpanEnd.Lost },
            spans[1] with { Outcome = SpanEnd.Failed, Reason = FailureReason.OutOfMemory },
            spans[2] with { Outcome = SpanEnd.HandedBack },
            .. spans.Skip(3)]);
        var report = HtmlReport.Write(result);

        Assert.Equal(["failed", "lost", "handedback"], Marks(report));
        Assert.Contains("1 failed, 1 lost, 1 handed back", report, StringComparison.Ordinal);
        Assert.Contains("attempt 1 failed (OutOfMemory)", report, StringComparison.Ordinal);
        Assert.Empty(Marks(HtmlReport.Write(s_result)));

        static IEnumerable<string> Marks(string report) => XElement.Parse(Lanes().Match(report).Value).Descendants("g")
            .Select(g => (string?)g.Attribute("class") ?? "").Where(name => name.StartsWith("mark ", StringComparison.Ordinal))
            .Select(name => name[5..]).Order(Comparer<string>.Create((a, b) => Rank(a) - Rank(b)));

        static int Rank(string mark) => mark switch { "failed" => 0, "lost" => 1, _ => 2 };
    }

    [Fact]
    public void WhatEndedBeforeTheSubmission_IsSaidAndNotDrawn()
    {
        var spans = s_result.Timeline!.Spans.Select(span => span with { PaidHere = false }).ToList();
        var report = HtmlReport.Write(With(spans) with { Timeline = With(spans).Timeline! with { SubmittedAt = s_start.AddYears(1) } });

        Assert.DoesNotContain("plot timeline", report, StringComparison.Ordinal);
        Assert.Contains($"{spans.Count} attempts had ended before this experiment was submitted", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_WithoutTimes_HasNoTimeline()
    {
        var report = HtmlReport.Write(s_result with { Timeline = null });
        Assert.DoesNotContain("h-timeline", report, StringComparison.Ordinal);
        Assert.DoesNotContain("h-growth", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Report_WithTimes_IsWellFormed(int complete) => Assert.All(
        Body().Matches(HtmlReport.Write(TimelineTests.Timed(complete))),
        body => XDocument.Parse(body.Value.Replace("<br>", "<br/>", StringComparison.Ordinal)));

    /// <summary>Ten thousand trials on two hundred workers: the pictures stay as small as a few hundred attempts'.</summary>
    [Fact]
    public void ManyAttempts_AreDrawnAsPartsOfLanes()
    {
        var kinds = new[] { StageKind.FineTune, StageKind.Evaluate, StageKind.HardPrune };
        var one = s_result.Timeline!.Spans[0];
        var spans = Enumerable.Range(0, 30_000).Select(i => one with
        {
            Kind = kinds[i % 3],
            Worker = FormattableString.Invariant($"node-{i % 25}/cuda:{i / 25 % 8}-1"),
            Start = s_start.AddMinutes(i / 200),
            End = s_start.AddMinutes(i / 200 + 1),
            Outcome = i % 97 == 0 ? SpanEnd.Lost : SpanEnd.Succeeded,
        }).ToList();
        var report = HtmlReport.Write(With(spans));
        var picture = Lanes().Match(report).Value;

        Assert.InRange(picture.Length, 1, 300_000);
        Assert.InRange(report.Length, picture.Length, 600_000);
        var lanes = XElement.Parse(picture).Elements("g").ToList();
        Assert.Equal(40, lanes.Count);
        Assert.Contains("node-0/cuda:0-1 … 4 more", (string)lanes[0].Element("text")!, StringComparison.Ordinal);
        Assert.Contains(lanes.Elements("path"), bin => bin.Attribute("opacity") is not null);
    }

    private static XElement Picture(ExperimentResult result) => XElement.Parse(Lanes().Match(HtmlReport.Write(result)).Value);

    private static ExperimentResult With(IReadOnlyList<StageSpan> spans) => s_result with { Timeline = s_result.Timeline! with { Spans = spans } };
}
