using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sweep.Recipes;

namespace Sweep.Planning;

public sealed partial class ComparisonReportTests
{
    private static readonly ExperimentComparison s_comparison = ComparedResults.Three();
    private static readonly string s_page = ComparisonReport.Write(s_comparison);

    [GeneratedRegex("<(header|main)>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Body();

    [Fact]
    public void Page_NeedsNoNetworkAndIsTheSameTwice()
    {
        Assert.DoesNotContain("http:", s_page, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", s_page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", s_page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", s_page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", s_page, StringComparison.Ordinal);
        Assert.Equal(s_page, ComparisonReport.Write(s_comparison));
    }

    [Fact]
    public void Page_IsWellFormedAndEncodesLabels()
    {
        Assert.All(Body().Matches(s_page), body => XDocument.Parse(body.Value.Replace("<br>", "<br/>", StringComparison.Ordinal)));
        Assert.DoesNotContain("third<script>", s_page, StringComparison.Ordinal);
        Assert.Contains("third&lt;script&gt;", s_page, StringComparison.Ordinal);
        Assert.Contains("imported from third.json", s_page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_HasEveryNetOnAFrontTwiceInPlotsAndOnceInTheTable()
    {
        foreach (var (one, series) in s_comparison.Experiments.Select((one, series) => (one, series)))
        {
            foreach (var net in one.Front)
            {
                Assert.Equal(3, Regex.Count(s_page, $"data-trial=\"{series}:{net.Trial}\""));
            }
        }

        Assert.Contains("<code>finetune.epochs</code>", s_page, StringComparison.Ordinal);
        Assert.Contains("0.6225", s_page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_CarriesTheDocument()
    {
        var document = Regex.Match(s_page, "<script type=\"application/json\" id=\"document\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value;

        Assert.Equal(CanonicalJson.Serialize(s_comparison), CanonicalJson.Serialize(CanonicalJson.Deserialize<ExperimentComparison>(document)));
    }
}
