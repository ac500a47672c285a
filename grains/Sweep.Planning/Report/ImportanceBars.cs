using System.Globalization;

namespace Sweep.Planning.Report;

/// <summary>Which setting decides about which objective, as bars.</summary>
internal static class ImportanceBars
{
    /// <returns>Nothing where too few trials are complete, or one setting alone differs.</returns>
    public static Html Draw(ExperimentResult result)
    {
        var importances = ParameterImportances.Of(result.Trials, result.Objectives).GroupBy(importance => importance.Metric).ToList();
        return Html.If(importances.Count > 0 && importances[0].Count() > 1, () => Html.Of($"""
            <div class="plots">{Html.Join(importances.Select(metric => Html.Of($"""
                <figure><figcaption>{metric.Key.ToString().ToLowerInvariant()}</figcaption>{(metric.Sum(importance => importance.Share) > 0
                    ? Html.Of($"""<dl class="bars">{Html.Join(metric.Select(Bar))}</dl>""")
                    : new Html("<p class=\"note\">No setting stands out from chance.</p>"))}</figure>
                """)))}</div>
            <p class="note">Among the best fifth of the complete trials by one objective, how far a setting's values are from their usual distribution (PED-ANOVA), chance taken off, as a share of all settings. A setting that some methods lack is judged among the trials that have it.</p>
            """));
    }

    private static Html Bar(ParameterImportance importance) => Html.Of($"""
        <div class="bar"><dt>{importance.Parameter}</dt><dd><span style="width:{100 * importance.Share}%"></span><b>{importance.Share.ToString("P0", CultureInfo.InvariantCulture)}</b></dd></div>
        """);
}
