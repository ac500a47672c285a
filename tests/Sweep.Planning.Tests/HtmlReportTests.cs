using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sweep.Planning.Report;
using Sweep.Recipes;

namespace Sweep.Planning;

public sealed partial class HtmlReportTests
{
    private static readonly ViTShape s_dense = ModelPreset.Find("vit-nano-28", 1, 10)!;
    private static readonly ExperimentPlan s_plan = ExperimentPlanner.Plan(SpecText.Spec);
    private static readonly ExperimentResult s_result = Result(6);
    private static readonly string s_report = HtmlReport.Write(s_result);

    /// <summary>The dense net, some complete trials of growing cost, one failed.</summary>
    private static ExperimentResult Result(int complete, string message = "The loss must be finite, but is NaN.")
    {
        var outcomes = new Outcomes();
        if (complete > 0)
        {
            outcomes.Complete(s_plan.Dense, 0.87, s_dense);
        }

        foreach (var (trial, i) in s_plan.Trials.Take(complete).Select((trial, i) => (trial, i)))
        {
            outcomes.Complete(trial, 0.80 + 0.01 * i, s_dense with { Blocks = [.. s_dense.Blocks.Select(block => block with { MlpWidth = 20 + 10 * i, Heads = 1 + i / 2 })] });
        }

        if (complete > 0)
        {
            outcomes.Fail(s_plan.Trials[^1].Stages[1]);
        }

        var result = ResultBuilder.Build(SpecText.Spec, s_plan, ExperimentState.Running, outcomes.Of);
        return result with
        {
            Trials = [.. result.Trials.Select(trial => trial.Failure is { } failure
                ? trial with { Failure = failure with { Failure = failure.Failure with { Message = message } } }
                : trial)],
        };
    }

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Pictures();

    [GeneratedRegex("<script type=\"application/json\" id=\"document\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Document();

    [GeneratedRegex("<(header|main)\\b[^>]*>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Body();

    [Fact]
    public void Report_NeedsNoNetwork()
    {
        Assert.DoesNotContain("http:", s_report, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", s_report, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", s_report, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", s_report, StringComparison.Ordinal);
        Assert.DoesNotContain("<link", s_report, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", s_report, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_FillsEveryPlaceAndIsTheSameTwice()
    {
        Assert.DoesNotContain("{{", s_report, StringComparison.Ordinal);
        Assert.Equal(s_report, HtmlReport.Write(s_result));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    public void Report_IsWellFormed(int complete)
    {
        var report = HtmlReport.Write(Result(complete));
        var bodies = Body().Matches(report);

        Assert.Equal(2, bodies.Count);
        Assert.All(bodies, body => XDocument.Parse(body.Value.Replace("<br>", "<br/>", StringComparison.Ordinal)));
    }

    [Fact]
    public void Plots_HoldEveryCompleteTrialAndTheDenseNet()
    {
        var plots = Pictures().Matches(s_report).Select(match => XElement.Parse(match.Value)).Where(svg => (string?)svg.Attribute("class") == "plot").ToList();

        Assert.Equal(2, plots.Count);
        Assert.All(plots, plot =>
        {
            var points = plot.Elements("g").Where(g => g.Attribute("data-trial") is not null).ToList();
            Assert.Equal(7, points.Count);
            Assert.All(points, point => Assert.Equal("img", (string?)point.Attribute("role")));
            Assert.Equal(s_result.Front[0], (string?)Assert.Single(points, point => (string?)point.Attribute("tabindex") == "0").Attribute("data-trial"));
            Assert.All(points, point => Assert.NotEmpty((string)point.Attribute("aria-label")!));
            Assert.Equal(s_result.Front.Order(), points.Where(point => ((string)point.Attribute("class")!).EndsWith(" front", StringComparison.Ordinal)).Select(point => (string)point.Attribute("data-trial")!).Order());
        });
    }

    [Fact]
    public void Point_TellsItsTrial()
    {
        var trial = s_result.Trials[5];

        Assert.Equal(
            "t0006 · no. 1 on the front\ngohsp, 40\u00A0% removed, λ 0, ρ 0.1\naccuracy 85.00\u00A0% (−2.00 points)\ntest 84.00\u00A0%\n"
            + $"{Words.Count(trial.Metrics!.Parameters)} parameters ({Words.Change(trial.Metrics.Parameters, s_result.Dense!.Parameters)})\n"
            + $"{Words.Count(trial.Metrics.Flops)} FLOPs ({Words.Change(trial.Metrics.Flops, s_result.Dense.Flops)})",
            Words.Tip(trial, trial.Metrics, s_result.Dense, 1));
    }

    [Fact]
    public void Table_HasARowForEveryTrialAndTheDenseNet()
    {
        var table = s_report[s_report.IndexOf("<table id=\"trials\"", StringComparison.Ordinal)..];
        var rows = XElement.Parse(table[..(table.IndexOf("</table>", StringComparison.Ordinal) + 8)]).Element("tbody")!.Elements("tr").ToList();

        Assert.Equal(["dense", .. s_result.Front], rows.Take(1 + s_result.Front.Count).Select(row => (string)row.Attribute("data-trial")!));
        Assert.Equal(1 + s_plan.Trials.Count, rows.Count);
        Assert.All(rows, row => Assert.Equal(11, row.Elements().Count()));
    }

    [Fact]
    public void Report_ShowsFailuresWithStageReasonAndMessage()
    {
        Assert.Contains("<strong>NonFiniteLoss</strong>", s_report, StringComparison.Ordinal);
        Assert.Contains(s_plan.Trials[^1].Stages[1].Id.Value, s_report, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"h-failures\"", HtmlReport.Write(Result(0)), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_NeverTakesAValueForMarkup()
    {
        const string Attack = "</script><script>alert(1)</script><img onerror='x'>{{title}}\"";

        var report = HtmlReport.Write(Result(2, Attack) with { Experiment = Attack });

        Assert.DoesNotContain("<script>alert", report, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", report, StringComparison.Ordinal);
        Assert.Equal(2, report.Split("</script>").Length - 1);
    }

    [Fact]
    public void Report_CarriesTheResultDocument()
    {
        var json = Document().Match(s_report).Groups[1].Value;

        var whole = JsonDocument.Parse(json).RootElement.GetProperty("result").GetRawText();
        Assert.Equal(CanonicalJson.Serialize(s_result), CanonicalJson.Serialize(CanonicalJson.Deserialize<ExperimentResult>(whole)));
    }

    [Fact]
    public void Report_SaysWhatIsMissingBeforeTheFirstResult()
    {
        var report = HtmlReport.Write(Result(0));

        Assert.Contains("No net has been evaluated yet.", report, StringComparison.Ordinal);
        Assert.Contains("The nets on the front are drawn here once there are some.", report, StringComparison.Ordinal);
        Assert.Contains("0 of 18 trials complete", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfTheDenseNetAloneDrawsIt()
    {
        var result = ResultBuilder.Build(SpecText.Spec, s_plan, ExperimentState.Running, new Outcomes().Complete(s_plan.Dense, 0.87, s_dense).Of);

        Assert.Contains("data-trial=\"dense\"", Pictures().Matches(HtmlReport.Write(result)).Single(match => match.Value.Contains("against FLOPs", StringComparison.Ordinal)).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Shape_IsDescribedInWords()
    {
        var pruned = s_dense with { Blocks = [s_dense.Blocks[0] with { Heads = 2, MlpWidth = 90 }, .. s_dense.Blocks.Skip(1)] };

        Assert.StartsWith(
            "block 1: 2 of 4 heads, query width 16 of 16, value width 16 of 16, MLP 90 of 128; block 2: 4 of 4 heads",
            ShapePicture.Describe(pruned, s_dense), StringComparison.Ordinal);
    }

    /// <summary>A block without heads and an MLP without units are drawn as what they are: nothing inside the outline.</summary>
    [Fact]
    public void Shape_OfAnEmptyBlockIsDrawn()
    {
        var bare = s_dense with { Blocks = [.. s_dense.Blocks.Select(block => block with { Heads = 0, MlpWidth = 0 })] };
        var picture = XElement.Parse(ShapePicture.Draw(bare, s_dense).Text);

        Assert.All(picture.Elements("rect").Where(rect => (string?)rect.Attribute("class") != "was"), rect => Assert.Equal("0", (string?)rect.Attribute("height")));
    }

    [Theory]
    [InlineData(0.8512, 0.8721, 5)]
    [InlineData(40_000, 139_018, 5)]
    [InlineData(0.5, 0.5, 5)]
    [InlineData(0, 0, 5)]
    [InlineData(1e9, 1.0000001e9, 4)]
    public void Scale_CoversItsValuesWithRoundTicks(double low, double high, int about)
    {
        var scale = PlotScale.Around(low, high, 0, 100, about);

        Assert.True(scale.Low <= low && scale.High >= high && scale.Low < scale.High);
        Assert.InRange(scale.Ticks.Count, 2, about + 3);
        Assert.InRange(scale.At(low), 0, scale.At(high));
        Assert.Equal(100, scale.At(double.MaxValue));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(83_400, "83.4k")]
    [InlineData(139_018, "139k")]
    [InlineData(5_720_000, "5.72M")]
    [InlineData(4_610_000_000, "4.61G")]
    public void Short_SaysACountInThreeDigits(long count, string expected) => Assert.Equal(expected, Words.Short(count));

    /// <summary>A hundred trials whose accuracy falls with the sparsity.</summary>
    private static ExperimentResult Many()
    {
        var trials = ParameterImportanceTests.Trials(
            (settings, i) => 0.9 - 0.3 * Math.Pow(settings.Sparsity, 3) - 0.02 * (i * 0.618 % 1), settings => (long)(139_018 * (1 - settings.Sparsity)));
        return s_result with
        {
            Trials = trials,
            Front = [.. ResultBuilder.FrontOf(trials, s_result.Objectives).Select(trial => trial.Id)],
        };
    }

    [Fact]
    public void Settings_AreDrawnBesideTheObjectives()
    {
        var report = HtmlReport.Write(Many());

        Assert.All(Body().Matches(report), body => XDocument.Parse(body.Value.Replace("<br>", "<br/>", StringComparison.Ordinal)));
        Assert.Equal(104, Regex.Count(report, "<polyline class=\"pl "));
        Assert.Equal(Many().Front.Count, Regex.Count(report, "<polyline class=\"pl [a-z]+ front\""));
        Assert.Contains("Which setting matters", report, StringComparison.Ordinal);
        Assert.All(Body().Matches(report), body => Assert.DoesNotContain("NaN", body.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void TenThousandTrials_AreDrawnInPart()
    {
        var few = Many().Trials;
        var trials = Enumerable.Range(0, 10_000).Select(i => few[i % few.Count] with { Id = FormattableString.Invariant($"t{i + 1:00000}") }).ToList();

        var report = HtmlReport.Write(Many() with { Trials = trials, Front = [trials[0].Id] });

        Assert.Equal(400, Regex.Count(report, "<polyline class=\"pl "));
        Assert.Contains("400 of 10,000 complete trials are drawn: the front and others at even distances", report, StringComparison.Ordinal);
    }
}
