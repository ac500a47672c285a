using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Planning.Report;

/// <summary>
/// The trials in one table that sorts by any column; the front's rows are numbered and come first. The first page stands in the page itself; the script
/// draws the others from the document inside the page.
/// </summary>
internal static class TrialTable
{
    /// <summary>Rows of a page. The script has the same figure from the table's <c>data-page</c>.</summary>
    public const int PageRows = 100;

    private const string Zeros =
        "<p class=\"note\">Zeros are not savings: an unstructured method leaves a net of the same size and cost, in which so many parameters are 0.</p>";

    public static Html Draw(ExperimentResult result)
    {
        var columns = ReportColumn.Of(result).Where(column => column.Listed).ToList();
        var ranks = result.Front.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index + 1);
        var rows = result.Trials
            .OrderBy(trial => ranks.GetValueOrDefault(trial.Id, int.MaxValue))
            .Take(PageRows)
            .Select(trial => DrawRow(trial, ranks.TryGetValue(trial.Id, out var rank) ? rank : null, columns, result.Dense));
        var heads = columns.Select(column => Head(column.Key, column.Title, column.Word is null, column.From));
        return Html.Of($"""
            {Tools(result)}
            <div class="scroll" tabindex="0" role="region" aria-label="Trials, a table"><table id="trials" data-page="{PageRows}"><caption class="hidden">Trials, those on the front first. The buttons in the head sort.</caption>
            <thead><tr>{Head("front", "Front", true, "Its place on the front, most accurate first.")}{Html.Join(heads)}</tr></thead>
            <tbody>{Html.Join(DenseOf(result).Select(net => DrawDense(net, columns)))}{Html.Join(rows)}</tbody></table></div>
            {Left(result)}{Html.If(result.Trials.Any(trial => trial.Metrics?.Zeros is not null), () => new Html(Zeros))}
            """);
    }

    /// <summary>What only the script can work is hidden until it runs.</summary>
    private static Html Tools(ExperimentResult result) => Html.If(result.Trials.Count > PageRows / 10, () => Html.Of($"""
        <div class="tools" id="pager" hidden="hidden"><label>Find <input type="search" id="find" placeholder="method, state, id" autocomplete="off"/></label>
        <span class="pages"><button type="button" data-turn="-1" aria-label="Page before">←</button><output id="pageof" aria-live="polite"></output><button type="button" data-turn="1" aria-label="Next page">→</button></span></div>
        """));

    private static Html Left(ExperimentResult result)
    {
        var carried = ReportDetail.Carried(result).Count;
        return Html.Of($"""
            {Html.If(result.Trials.Count > PageRows, () => Html.Of($"""<p class="note static">The first {PageRows} rows; with JavaScript all that this file carries, page by page.</p>"""))}
            {Html.If(carried < result.Trials.Count, () => Html.Of($"""<p class="note">This file carries the front and {Words.Count(carried - result.Front.Count)} others at even distances, of {Words.Count(result.Trials.Count)} trials in all: table, search and choice see these. Pictures, counts and tiles are of all. <code>sweep trials {result.Experiment}</code> lists every one.</p>"""))}
            """);
    }

    private static Html Head(string key, string title, bool number, string? from) => Html.Of(
        $"""<th scope="col" data-key="{key}"{(number ? new Html(" class=\"num\"") : Html.Empty)}{(from is null ? Html.Empty : Html.Of($" title=\"{from}\""))}><button type="button">{title}</button></th>""");

    private static IEnumerable<DenseResult> DenseOf(ExperimentResult result) =>
        result.DenseSeeds?.Where(net => net.Metrics is not null)
        ?? (result.Dense is { } metrics
            ? [new DenseResult { Id = ExperimentPlanner.DenseId, Seed = result.Scope.Seeds[0], Metrics = metrics, Stages = result.DenseStages }]
            : []);

    private static Html DrawDense(DenseResult net, IReadOnlyList<ReportColumn> columns) => Html.Of(
        $"""<tr data-trial="{net.Id}" class="denserow"><td class="num"></td>{Html.Join(columns.Select(column => column.Key switch
        {
            "trial" => Html.Of($"""<th scope="row">{net.Id}</th>"""),
            "state" => new Html("<td>Complete</td>"),
            _ when column.Word is not null => new Html("<td>–</td>"),
            _ => column.Dense?.Invoke(net) is { } value ? Number(Html.Of($"{Text(column.Form, value)}")) : Nothing,
        }))}</tr>""");

    private static Html DrawRow(TrialResult trial, int? rank, IReadOnlyList<ReportColumn> columns, TrialMetrics? dense) => Html.Of($"""
        <tr data-trial="{trial.Id}"{(rank is null ? Html.Empty : new Html(" class=\"onfront\""))}>{(rank is { } place ? Number(Html.Of($"{place}")) : Nothing)}{Html.Join(columns.Select(column => Cell(column, trial, dense)))}</tr>
        """);

    private static Html Cell(ReportColumn column, TrialResult trial, TrialMetrics? dense) => column switch
    {
        { Key: "trial" } => Html.Of($"""<th scope="row">{trial.Id}</th>"""),
        { Form: ColumnForm.Method } => Html.Of($"<td>{Swatch(trial.Settings.Method)}{Words.Method(trial.Settings.Method)}</td>"),
        { Form: ColumnForm.State } => Html.Of($"""<td class="state {trial.State.ToString()}">{trial.State.ToString()}</td>"""),
        { Word: { } word } => Html.Of($"<td>{word(trial) ?? "–"}</td>"),
        _ => column.Number!(trial) is { } value ? Number(Html.Of($"{Text(column.Form, value)}{Aside(column, trial, value, dense)}")) : Nothing,
    };

    /// <summary>Beside a count: zeros where an unstructured method made some, else the change against the dense net.</summary>
    private static Html Aside(ReportColumn column, TrialResult trial, double value, TrialMetrics? dense) => column.Form != ColumnForm.Count || dense is null ? Html.Empty
        : column.Key == "parameters" && trial.Metrics?.Zeros is { } zeros ? Html.Of($" <small>{Words.Count(zeros)} zeros</small>")
        : Html.Of($" <small>{Words.Change((long)value, column.Key == "flops" ? dense.Flops : dense.Parameters)}</small>");

    /// <summary>A number as its column says it.</summary>
    public static string Text(ColumnForm form, double value) => form switch
    {
        ColumnForm.Percent => Words.Percent(value),
        ColumnForm.Share => Words.Percent(value, 0),
        ColumnForm.Coefficient => Words.Coefficient(value),
        ColumnForm.Count => Words.Count((long)value),
        ColumnForm.Times => Words.Times(value),
        ColumnForm.Milliseconds => Words.Milliseconds(value),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The method's form and colour, as in the plots.</summary>
    public static Html Swatch(PruningMethod method) => Html.Of(
        $"""<svg class="swatch {Words.Method(method)}" viewBox="-9 -9 18 18" aria-hidden="true">{Marker.Of(method)}</svg>""");

    private static Html Nothing { get; } = new("<td class=\"num\">–</td>");

    private static Html Number(Html text) => Html.Of($"""<td class="num">{text}</td>""");
}
