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
            </svg>

            """);
    }
}
