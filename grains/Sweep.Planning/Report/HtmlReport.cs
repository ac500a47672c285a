using System.Text.RegularExpressions;
using Sweep.Planning.Report;

namespace Sweep.Planning;

/// <summary>
/// The result document as one HTML file that needs no network: plots, a choice by limits, table, shapes, sharing, provenance. The same document gives the
/// same bytes.
/// </summary>
public static partial class HtmlReport
{
    private static readonly ReportScript s_script = new("report.js", "report-trials.js", "report-table.js", "report-card.js", "report-choose.js", "report-export.js");

    /// <summary>Its Content-Security-Policy: it loads nothing, and runs its own script alone, known by its digest.</summary>
    public static string ContentPolicy => s_script.ContentPolicy;

    /// <param name="result">What to show.</param>
    public static string Write(ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var sections = ReportOutline.Drawn(result);
        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["title"] = Html.Of($"{result.Experiment}").Text,
            ["policy"] = ContentPolicy,
            ["style"] = Resource("report.css") + Resource("report-choice.css"),
            ["script"] = s_script.Text,
            ["state"] = Html.Of($"""<span class="pill {result.State.ToString()}">{result.State.ToString()}</span>""").Text,
            ["summary"] = Html.Of($"{ReportSections.Summary(result)}").Text,
            ["contents"] = ReportOutline.Contents(sections).Text,
            ["tiles"] = ReportSections.Tiles(result).Text,
            ["sections"] = Html.Join(sections.Select(section => section.Markup)).Text,
            ["document"] = ReportDocument.Write(result),
        };
        return Placeholder().Replace(Resource("report.html"), match => parts[match.Groups[1].Value]);
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Placeholder();

    internal static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream($"Sweep.Planning.Report.{name}")
            ?? throw new InvalidOperationException($"The assembly must carry {name}, but does not.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
