using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Sweep.Planning.Report;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>The script of the report, run by a browser: what a link to a choice shows.</summary>
public sealed class ReportScriptTests
{
    /// <summary>One trial more than two pages, all complete, with a net under every limit that the tests name.</summary>
    private static readonly ExperimentResult s_result = LargeResult.Of(230);
    private static readonly string s_report = HtmlReport.Write(s_result);

    private static IEnumerable<TrialResult> Complete => s_result.Trials.Where(trial => trial.Metrics is not null);

    [BrowserFact]
    public async Task Limit_FindsTheMostAccurateNetBelowIt()
    {
        var best = Complete.Where(trial => trial.Metrics!.Flops <= 2.5e9).MaxBy(trial => trial.Metrics!.Accuracy)!;

        var page = await Browser.Open(s_report, "choose=flops<=2.5G");

        Assert.StartsWith($"{best.Id} has the best accuracy on validation with at most 2,500,000,000 FLOPs: {best.Metrics!.Accuracy * 100:F2}\u00A0% of 50,000 validation images", Answer(page), StringComparison.Ordinal);
        var card = Element(page, "<div id=\"card\"", "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"h-usual\"");
        Assert.Contains($"sweep export large {best.Id} --format all", card, StringComparison.Ordinal);
        Assert.All(best.Stages, stage => Assert.Contains(stage.Value, card, StringComparison.Ordinal));
        Assert.Contains("Measured: top-1 on 50,000 validation images of imagenet-1k.", card, StringComparison.Ordinal);
        Assert.Contains($"aria-label=\"{ShapePicture.Describe(best.Shape!, s_result.DenseShape!)}\"", card, StringComparison.Ordinal);

        // A ring in both plots, a line at the limit in the one over FLOPs, and the row.
        Assert.Equal(2, Regex.Count(page, $"<g class=\"choice ring\"[^>]* data-trial=\"{best.Id}\""));
        Assert.Equal(1, Regex.Count(page, "class=\"choice limitline\""));
        Assert.Equal(1, Regex.Count(page, $"<tr data-trial=\"{best.Id}\"[^>]* aria-current=\"true\""));
        Assert.Contains("picked", Regex.Match(page, $"<polyline class=\"([^\"]*)\"[^>]*data-trial=\"{best.Id}\"").Groups[1].Value, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task LimitOnAccuracyAlone_FindsTheSmallestNet()
    {
        var smallest = Complete.Where(trial => trial.Metrics!.Accuracy >= 0.75).MinBy(trial => trial.Metrics!.Parameters)!;

        Assert.StartsWith($"{smallest.Id} has the fewest parameters with an accuracy of at least 75.00\u00A0%:", Answer(await Browser.Open(s_report, "choose=accuracy>=75%")), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task LimitsThatNothingSatisfies_AreSaidWithTheNearest()
    {
        var least = Complete.MinBy(trial => trial.Metrics!.Parameters)!;

        var page = await Browser.Open(s_report, "choose=parameters<=1k,accuracy>=70");

        var most = Complete.MaxBy(trial => trial.Metrics!.Accuracy)!;
        Assert.Equal(
            $"No complete trial with an accuracy of at least 70.00\u00A0% and at most 1,000 parameters. The highest is {Words.Percent(most.Metrics!.Accuracy)} ({most.Id}). The least is {Words.Count(least.Metrics!.Parameters)} parameters ({least.Id}).",
            Answer(page));
        Assert.Contains("<div id=\"card\" class=\"card\" role=\"region\" aria-label=\"The chosen net\" hidden=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<g class=\"choice ring\"", page, StringComparison.Ordinal);
    }

    /// <summary>The second page, which the script draws, has the same markup as the rows that the report itself would have written.</summary>
    [BrowserFact]
    public async Task PagesThatTheScriptDraws_AreThoseThatTheReportWouldWrite()
    {
        var behind = s_result.Trials.Where(trial => !s_result.Front.Contains(trial.Id)).ToList();
        var second = behind.Skip(TrialTable.PageRows - s_result.Front.Count).Take(TrialTable.PageRows).ToList();
        var expected = HtmlReport.Write(s_result with { Trials = second, Front = [] });

        var page = await Browser.Open(s_report, $"trial={second[7].Id}");

        Assert.Equal(string.Join("\n", Rows(expected)), string.Join("\n", Rows(page.Replace(" aria-current=\"true\"", "", StringComparison.Ordinal))));
        Assert.StartsWith($"{second[7].Id} is chosen", Answer(page), StringComparison.Ordinal);
        Assert.All(Regex.Matches(page, "<svg class=\"plot.*?</svg>", RegexOptions.Singleline), plot => Assert.InRange(Regex.Count(plot.Value, "class=\"pt[^>]*tabindex=\"0\""), 0, 1));
        Assert.Contains("101 to 200 of 230", Browser.TextOf(Element(page, "<output id=\"pageof\"", "</output>")), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task LinkThatAsksForWhatIsNotMeasured_IsSaid() => Assert.Equal(
        "The address asks for “latency<=3ms”, but this report chooses by accuracy, parameters, FLOPs.", Answer(await Browser.Open(s_report, "choose=latency<=3ms")));

    /// <summary>Latency is a limit and a plot where it was measured, and where settings ran under several seeds the card has what these say together.</summary>
    [BrowserFact]
    public async Task LatencyAndSeeds_AreInTheCard()
    {
        var settings = LargeResult.Of(40).Trials.Where(trial => trial.Metrics is not null).ToList();
        var trials = settings.SelectMany(trial => new long[] { 0, 1 }.Select(seed => trial with
        {
            Id = FormattableString.Invariant($"{trial.Id}-{seed}"),
            Settings = trial.Settings with { Seed = seed },
            Metrics = trial.Metrics! with { Accuracy = trial.Metrics.Accuracy + 0.01 * seed, FlopsRatio = 2, Speedups = [Benchmark(trial.Metrics.Flops / 1e12)] },
        })).ToList();
        var result = s_result with
        {
            Trials = trials,
            Front = [.. ResultBuilder.FrontOf(trials, s_result.Objectives).Select(trial => trial.Id)],
            Scope = s_result.Scope with { Seeds = [0, 1] },
            Summary = SeedSummary.Of(trials, [], 0),
        };
        var best = trials.Where(trial => trial.Metrics!.Speedups![0].Net.P50 <= 0.0025).MaxBy(trial => trial.Metrics!.Accuracy)!;

        var page = await Browser.Open(HtmlReport.Write(result), "choose=latency<=2.5ms");

        Assert.StartsWith($"{best.Id} has the best accuracy on validation with a latency of at most 2.50\u00A0ms:", Answer(page), StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(page, "<g class=\"choice ring\""));
        var card = Browser.TextOf(Element(page, "<div id=\"card\"", "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"h-usual\""));
        var mean = (best.Metrics!.Accuracy - 0.005) * 100;
        Assert.Contains(FormattableString.Invariant($"{mean:F2} ± 0.71 % on validation"), card, StringComparison.Ordinal);
        Assert.Contains("mean ± standard deviation of 2 seeds of this setting", card, StringComparison.Ordinal);
        Assert.Contains($"Latency, batch 4 {Words.Milliseconds(best.Metrics.Speedups![0].Net.P50).Replace('\u00A0', ' ')}", card, StringComparison.Ordinal);
        Assert.Contains("training seed 1: each figure below is of this one run", card, StringComparison.Ordinal);
    }

    private static BatchBenchmark Benchmark(double seconds) => new()
    {
        Batch = 4,
        SpeedUp = 1.5,
        Net = new PassTiming { P50 = seconds, P95 = seconds * 1.1, Throughput = 4 / seconds },
        Dense = new PassTiming { P50 = seconds * 1.5, P95 = seconds * 1.6, Throughput = 4 / seconds / 1.5 },
    };

    /// <summary>Where only some lines and whole groups of columns are drawn, the chosen trial is drawn among them.</summary>
    [BrowserFact]
    public async Task ChosenTrialThatIsNotDrawn_IsAdded()
    {
        var result = LargeResult.Of(1200);
        var report = HtmlReport.Write(result);
        var (trial, place) = result.Trials.Select((trial, place) => (trial, place)).Last(one =>
            one.trial.Metrics is not null && !report.Contains($"data-trial=\"{one.trial.Id}\"><title>", StringComparison.Ordinal));

        var page = await Browser.Open(report, $"trial={trial.Id}");

        var line = Regex.Match(page, $"<path class=\"choice pl front picked [a-z]+\" data-trial=\"{trial.Id}\" d=\"M([^\"]*)\"").Groups[1].Value.Split('L');
        var axes = Regex.Matches(report, "data-axis=\"(\\w+)\" data-at=\"([\\d.]+)\" data-up=\"([^\"]*)\"").ToDictionary(axis => axis.Groups[1].Value, axis => axis.Groups[3].Value.Split(',').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray());
        Assert.Equal(axes.Count, line.Length);
        var up = axes["parameters"];
        var height = up[2] - (trial.Metrics!.Parameters - up[0]) / (up[1] - up[0]) * (up[2] - up[3]);
        Assert.Equal(height, double.Parse(line[axes.Keys.ToList().IndexOf("parameters")].Split(',')[1], CultureInfo.InvariantCulture), 3);

        var group = Regex.Match(report, "data-group=\"([^\"]*)\"").Groups[1].Value.Split(',').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        var column = Regex.Match(page, "<rect class=\"choice hit picked\" x=\"([\\d.]+)\"").Groups[1].Value;
        Assert.Equal(group[0] + Math.Floor(place / group[2]) * group[1], double.Parse(column, CultureInfo.InvariantCulture), 3);
    }

    private static string Answer(string page) => WebUtility.HtmlDecode(Element(page, "<p id=\"answer\"", "</p>").Split('>', 2)[1]);

    private static string Element(string page, string start, string end)
    {
        var at = page.IndexOf(start, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The page must have {start}, but has not: {page[..Math.Min(400, page.Length)]}");
        return page[at..page.IndexOf(end, at, StringComparison.Ordinal)];
    }

    private static List<string> Rows(string page)
    {
        var table = Element(page, "<table id=\"trials\"", "</table>");
        return [.. Regex.Matches(table, "<tr data-trial=\".*?</tr>", RegexOptions.Singleline).Select(row => WebUtility.HtmlDecode(Regex.Replace(row.Value, "></(path|circle|rect)>|/>", ">")))];
    }
}
