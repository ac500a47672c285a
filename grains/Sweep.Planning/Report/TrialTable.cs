using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Planning.Report;

/// <summary>Every trial in one table that sorts by any column; the front's rows are numbered and come first.</summary>
internal static class TrialTable
{
    private static readonly (string Title, bool Number)[] s_columns =
    [
        ("Front", true), ("Trial", false), ("Method", false), ("Sparsity", true), ("λ", true), ("ρ", true),
        ("Accuracy", true), ("Test", true), ("Parameters", true), ("FLOPs", true), ("State", false),
    ];

    public static Html Draw(ExperimentResult result)
    {
        var ranks = result.Front.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index + 1);
        var rows = result.Trials
            .OrderBy(trial => ranks.GetValueOrDefault(trial.Id, int.MaxValue))
            .Select(trial => DrawRow(trial, ranks.TryGetValue(trial.Id, out var rank) ? rank : null, result.Dense));
        var heads = s_columns.Select(column => Html.Of(
            $"""<th scope="col"{(column.Number ? new Html(" class=\"num\"") : Html.Empty)}><button type="button">{column.Title}</button></th>"""));
        return Html.Of($"""
            <div class="scroll" tabindex="0" role="region" aria-label="All trials"><table id="trials"><thead><tr>{Html.Join(heads)}</tr></thead>
            <tbody>{DrawDense(result.Dense)}{Html.Join(rows)}</tbody></table></div>
            """);
    }

    private static Html DrawDense(TrialMetrics? dense) => Html.If(dense is not null, () => Html.Of($"""
        <tr data-trial="dense" class="denserow"><td class="num"></td><th scope="row">dense</th><td>–</td>{Number(0, "0 %")}{Empty}{Empty}{Number(dense!.Accuracy, Words.Percent(dense.Accuracy))}{Number(dense.TestAccuracy, Words.Percent(dense.TestAccuracy))}{Number(dense.Parameters, Words.Count(dense.Parameters))}{Number(dense.Flops, Words.Count(dense.Flops))}<td>Complete</td></tr>
        """));

    private static Html DrawRow(TrialResult trial, int? rank, TrialMetrics? dense)
    {
        var settings = trial.Settings;
        var metrics = trial.Metrics;
        return Html.Of($"""
            <tr data-trial="{trial.Id}"{(rank is null ? Html.Empty : new Html(" class=\"onfront\""))}>{(rank is { } place ? Number(place, place.ToString(CultureInfo.InvariantCulture)) : Empty)}<th scope="row">{trial.Id}</th><td>{Swatch(settings.Method)}{Words.Method(settings.Method)}</td>{Number(settings.Sparsity, Words.Percent(settings.Sparsity, 0))}{Coefficient(settings.Lambda)}{Coefficient(settings.Rho)}{Accuracy(metrics?.Accuracy)}{Accuracy(metrics?.TestAccuracy)}{Cost(metrics?.Parameters, dense?.Parameters)}{Cost(metrics?.Flops, dense?.Flops)}<td class="state {trial.State.ToString()}">{trial.State.ToString()}</td></tr>
            """);
    }

    /// <summary>The method's form and colour, as in the plots.</summary>
    public static Html Swatch(PruningMethod method) => Html.Of(
        $"""<svg class="swatch {Words.Method(method)}" viewBox="-9 -9 18 18" aria-hidden="true">{Marker.Of(method)}</svg>""");

    private static Html Empty { get; } = new("<td class=\"num\">–</td>");

    private static Html Number(double value, string shown) =>
        Html.Of($"""<td class="num" data-v="{value.ToString("R", CultureInfo.InvariantCulture)}">{shown}</td>""");

    private static Html Coefficient(double? value) => value is { } number ? Number(number, Words.Coefficient(number)) : Empty;

    private static Html Accuracy(double? value) => value is { } number ? Number(number, Words.Percent(number)) : Empty;

    private static Html Cost(long? value, long? dense) => value is not { } number ? Empty
        : dense is not { } whole ? Number(number, Words.Count(number))
        : Html.Of($"""<td class="num" data-v="{number}">{Words.Count(number)} <small>{Words.Change(number, whole)}</small></td>""");
}
