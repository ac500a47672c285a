using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sweep.Planning.Report;

namespace Sweep.Planning;

/// <summary>What a report of many trials carries, and that it stays a file to mail.</summary>
public sealed class ReportSizeTests
{
    private static readonly ExperimentResult s_result = LargeResult.Of(10_000);
    private static readonly string s_report = HtmlReport.Write(s_result);

    [Fact]
    public void ReportOfTenThousandTrials_IsBelowTwoMegabytes()
    {
        if (Environment.GetEnvironmentVariable("SWEEP_WRITE_REPORTS") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, "large-10000.html"), s_report);
            foreach (var count in new[] { 20, 1000, 100_000 })
            {
                File.WriteAllText(Path.Combine(folder, FormattableString.Invariant($"large-{count}.html")), HtmlReport.Write(LargeResult.Of(count)));
            }
        }

        Assert.All(ReportOutline.Sections.Where(section => section.Id is not ("failures" or "seeds")), section => Assert.Contains($"id=\"h-{section.Id}\"", s_report, StringComparison.Ordinal));
        Assert.InRange(Encoding.UTF8.GetByteCount(s_report), 500_000, 2_000_000);
    }

    [Fact]
    public void ReportOfTenThousandTrials_CarriesEveryTrial()
    {
        using var document = DocumentOf(s_report);
        var page = document.RootElement;
        Assert.Equal(10_000, page.GetProperty("carried").GetInt32());
        Assert.Equal(s_result.Front, page.GetProperty("front").EnumerateArray().Select(id => id.GetString()));

        Assert.Equal(s_result.Trials.Select(trial => trial.Id), Values("trial").Select(value => value.GetString()));
        Assert.Equal(s_result.Trials.Select(trial => trial.Metrics?.Parameters), Values("parameters").Select(value => value.ValueKind == JsonValueKind.Null ? (long?)null : value.GetInt64()));
        Assert.Equal(s_result.Trials.Select(trial => trial.Metrics?.Accuracy), Values("accuracy").Select(value => value.ValueKind == JsonValueKind.Null ? (double?)null : value.GetDouble()));
        Assert.Equal(s_result.Trials.Select(trial => trial.Stages[^1].Value[..("evaluate-1-".Length + 12)]), Values("stage").Select(value => value.GetString()));

        List<JsonElement> Values(string key)
        {
            var column = page.GetProperty("columns").EnumerateArray().Single(column => column.GetProperty("key").GetString() == key);
            var start = column.TryGetProperty("start", out var found) ? found.GetString() : null;
            return [.. column.GetProperty("values").EnumerateArray().Select(value => start is null ? value : JsonSerializer.SerializeToElement(start + value.GetString()))];
        }
    }

    [Fact]
    public void ColumnsOfFewValues_HoldEachOnce()
    {
        using var document = DocumentOf(s_report);
        var column = document.RootElement.GetProperty("columns").EnumerateArray().Single(column => column.GetProperty("key").GetString() == "method");
        var words = column.GetProperty("of").EnumerateArray().Select(word => word.GetString()).ToList();

        Assert.Equal(3, words.Count);
        Assert.Equal(
            s_result.Trials.Select(trial => Words.Method(trial.Settings.Method)), column.GetProperty("at").EnumerateArray().Select(place => words[place.GetInt32()]));
    }

    [Fact]
    public void MoreTrialsThanAFileHolds_AreCarriedInPartAndSaidSo()
    {
        var few = LargeResult.Of(200);
        var trials = Enumerable.Range(0, 12_000).Select(i => few.Trials[i % 200] with { Id = FormattableString.Invariant($"t{i + 1:00000}") }).ToList();
        var report = HtmlReport.Write(few with { Trials = trials, Front = [trials[11_999].Id], Timeline = null });
        using var document = DocumentOf(report);

        Assert.Equal((12_000, 10_000), (document.RootElement.GetProperty("trials").GetInt32(), document.RootElement.GetProperty("carried").GetInt32()));
        Assert.Contains("12000", document.RootElement.GetProperty("columns")[0].GetProperty("values").EnumerateArray().Select(id => id.GetString()));
        Assert.Contains("This file carries the front and 9,999 others at even distances, of 12,000 trials in all", report, StringComparison.Ordinal);
    }

    [Fact]
    public void FirstPageOfRows_StandsInTheFileItself()
    {
        var table = s_report[s_report.IndexOf("<table id=\"trials\"", StringComparison.Ordinal)..];
        var rows = Regex.Matches(table[..table.IndexOf("</table>", StringComparison.Ordinal)], "<tr data-trial=\"([^\"]+)\"");

        Assert.Equal(["dense", .. s_result.Front.Take(TrialTable.PageRows)], rows.Select(row => row.Groups[1].Value).Take(1 + s_result.Front.Count));
        Assert.Equal(1 + TrialTable.PageRows, rows.Count);
    }

    private static JsonDocument DocumentOf(string report) => JsonDocument.Parse(
        Regex.Match(report, "<script type=\"application/json\" id=\"document\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value);
}
