using System.Globalization;
using Sweep.Planning.Report;

namespace Sweep.Planning;

/// <summary>The report's first plot, accuracy against parameters, as an SVG file of its own, for a README or a slide.</summary>
public static class FrontPicture
{
    /// <exception cref="ArgumentException">No net has been evaluated.</exception>
    public static string Write(ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Dense is null && result.Trials.All(trial => trial.Metrics is null))
        {
            throw new ArgumentException($"A picture needs an evaluated net, but {result.Experiment} has none yet.", nameof(result));
        }

        var plot = new FrontPlot(result, "parameters", metrics => metrics.Parameters).Draw().Text;
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{1.5 * FrontPlot.Width}" height="{1.5 * FrontPlot.Height}" viewBox="-8 0 {FrontPlot.Width + 16} {FrontPlot.Height}" font-family="system-ui, sans-serif">
            <style>{HtmlReport.Resource("report.css")}</style>
            <rect x="-8" width="100%" height="100%" rx="10" style="fill:var(--card)"/>
            {plot}
            {Legend(result)}
            </svg>

            """);
    }

    /// <summary>One entry for each method and the dense net, in a row above the plot.</summary>
    private static string Legend(ExperimentResult result)
    {
        const double From = 230;
        const double Each = 82;
        var entries = result.Trials.Select(trial => trial.Settings.Method).Distinct().Order()
            .Select(method => (Name: Words.Method(method), Form: Marker.Of(method)))
            .Append((Name: "dense", Form: Marker.Dense));
        return Html.Join(entries.Select((entry, i) => Html.Of($"""
            <g transform="translate({From + Each * i} 12)"><g class="swatch {entry.Name}">{entry.Form}</g><text x="13" y="4.5" font-size="13" style="fill:var(--soft)">{entry.Name}</text></g>
            """))).Text;
    }
}
