namespace Sweep.Planning.Report;

/// <summary>What several seeds say together, one row a setting.</summary>
internal static class SummaryTable
{
    /// <returns>Nothing where there is one seed.</returns>
    public static Html Draw(ExperimentResult result)
    {
        if (result.Summary is not { } summary)
        {
            return Html.Empty;
        }

        string[] heads = ["Method", "Sparsity", "Of", "λ", "ρ", "n", "Validation", "Test", "Δ dense", "Δ dense, test", "Parameters", "FLOPs"];
        var rows = summary.Settings.Select(DrawRow).Prepend(Html.If(summary.Dense is not null, () => DrawRow(summary.Dense!)));
        return Html.Of($"""
            <p class="note">Mean ± standard deviation (n − 1) over {Words.Plural(result.Scope.Seeds.Count, "seed")} of training. Δ dense: points above or below the dense net of the same seed, pair by pair.</p>
            <div class="scroll" tabindex="0" role="region" aria-label="Over the seeds"><table id="seeds"><thead><tr>{Html.Join(heads.Select((head, i) => Html.Of($"""<th scope="col"{(i is 0 or 2 ? Html.Empty : new Html(" class=\"num\""))}>{head}</th>""")))}</tr></thead>
            <tbody>{Html.Join(rows)}</tbody></table></div>
            """);
    }

    private static Html DrawRow(NetSummary net) => Html.Of($"""
        <tr{(net.Settings is null ? new Html(" class=\"denserow\"") : Html.Empty)}>{Name(net)}{Cell(Words.Percent(net.Settings?.Sparsity ?? 0, 0))}<td>{(net.Settings?.Target is { } target ? Words.Target(target) : "–")}</td>{Cell(Words.Coefficient(net.Settings?.Lambda))}{Cell(Words.Coefficient(net.Settings?.Rho))}{Cell(Words.Count(net.Seeds))}{Cell(Words.Percent(net.Accuracy))}{Cell(Words.Percent(net.TestAccuracy))}{Cell(net.Difference is null ? "–" : Words.Points(net.Difference))}{Cell(net.TestDifference is null ? "–" : Words.Points(net.TestDifference))}{Parameters(net)}{Cell(Words.Count(net.Flops))}</tr>
        """);

    private static Html Name(NetSummary net) => net.Settings is { } settings
        ? Html.Of($"""<th scope="row">{TrialTable.Swatch(settings.Method)}{Words.Method(settings.Method)}</th>""")
        : new Html("<th scope=\"row\">dense</th>");

    private static Html Parameters(NetSummary net) => net.Zeros is null
        ? Cell(Words.Count(net.Parameters))
        : Html.Of($"""<td class="num">{Words.Count(net.Parameters)} <small>{Words.Count(net.Zeros)} zeros</small></td>""");

    private static Html Cell(string text) => Html.Of($"""<td class="num">{text}</td>""");
}
