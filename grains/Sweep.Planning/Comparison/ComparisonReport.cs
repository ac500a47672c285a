using System.Text.RegularExpressions;
using Sweep.Planning.Report;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>A comparison as one HTML file that needs no network, in the dress of <see cref="HtmlReport"/>. The same comparison gives the same bytes.</summary>
public static partial class ComparisonReport
{
    private static readonly ReportScript s_script = new("report.js", "comparison.js");

    public static string Write(ExperimentComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["title"] = Html.Of($"{string.Join(" · ", comparison.Experiments.Select(one => one.Label))}").Text,
            ["policy"] = s_script.ContentPolicy,
            ["style"] = HtmlReport.Resource("report.css"),
            ["own"] = HtmlReport.Resource("comparison.css"),
            ["script"] = s_script.Text,
            ["summary"] = Html.Of($"{Words.Plural(comparison.Experiments.Count, "experiment")} compared in one box, on one data split").Text,
            ["warnings"] = ComparisonSections.Warnings(comparison).Text,
            ["outcomes"] = ComparisonSections.Outcomes(comparison).Text,
            ["fronts"] = ComparisonSections.Fronts(comparison).Text,
            ["curves"] = ComparisonSections.Curves(comparison).Text,
            ["coverage"] = ComparisonSections.Coverage(comparison).Text,
            ["specs"] = ComparisonSections.Specs(comparison).Text,
            ["points"] = ComparisonSections.Points(comparison).Text,
            ["duplicates"] = ComparisonSections.Duplicates(comparison).Text,
            ["document"] = CanonicalJson.Serialize(comparison).Replace("<", "\\u003c", StringComparison.Ordinal),
        };
        return Placeholder().Replace(HtmlReport.Resource("comparison.html"), match => parts[match.Groups[1].Value]);
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Placeholder();
}
