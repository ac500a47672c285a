using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Sweep.Planning.Report;
using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>
/// The result document as one HTML file that needs no network: plots, table, shapes, sharing, provenance. The same document gives the
/// same bytes.
/// </summary>
public static partial class HtmlReport
{
    /// <summary>Its Content-Security-Policy: it loads nothing, and runs its own script alone, known by its digest.</summary>
    public static string ContentPolicy { get; } =
        $"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"\n{Resource("report.js")}\n")))}'";

    /// <summary>Attempts beyond which the page leaves them to <c>sweep timeline</c>.</summary>
    private const int MostSpans = 2000;

    /// <param name="result">What to show.</param>
    /// <param name="refresh">For a live page: how often the browser asks again. Null for a file.</param>
    public static string Write(ExperimentResult result, TimeSpan? refresh = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        var shown = ReportDetail.Of(result);
        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["title"] = Html.Of($"{result.Experiment}").Text,
            ["refresh"] = refresh is { } interval
                ? Html.Of($"""<meta http-equiv="refresh" content="{Math.Max(1, Math.Round(interval.TotalSeconds))}">""").Text
                : "",
            ["policy"] = ContentPolicy,
            ["style"] = Resource("report.css"),
            ["script"] = Resource("report.js"),
            ["state"] = Html.Of($"""<span class="pill {result.State.ToString()}">{result.State.ToString()}</span>""").Text,
            ["summary"] = Html.Of($"{ReportSections.Summary(result)}").Text,
            ["tiles"] = ReportSections.Tiles(result).Text,
            ["sections"] = ReportOutline.Draw(result).Text,
            ["document"] = CanonicalJson.Serialize(Carried(shown)).Replace("<", "\\u003c", StringComparison.Ordinal),
        };
        return Placeholder().Replace(Resource("report.html"), match => parts[match.Groups[1].Value]);
    }

    /// <summary>The document that the page carries: without the attempts where they would be most of the page.</summary>
    private static ExperimentResult Carried(ExperimentResult result) => result.Timeline is { Spans.Count: > MostSpans } timeline
        ? result with { Timeline = timeline with { Spans = [], Omitted = timeline.Spans.Count + (timeline.Omitted ?? 0) } }
        : result;

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
