using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Planning.Report;

/// <summary>Every trial in one table that sorts by any column; the front's rows are numbered and come first.</summary>
internal static class TrialTable
{
    /// <param name="Title">Above the column.</param>
    /// <param name="Number">Whether it stands right and sorts as numbers.</param>
    /// <param name="Cell">Of a trial, with its place on the front.</param>
    /// <param name="Dense">Of an unpruned net.</param>
    private sealed record Column(string Title, bool Number, Func<TrialResult, int?, Html> Cell, Func<DenseResult, Html> Dense);

    public static Html Draw(ExperimentResult result)
    {
        var shown = ReportDetail.Of(result);
        return Html.Of($"{DrawRows(shown)}{ReportDetail.Note(result, shown.Trials.Count, "are listed and drawn")}");
    }

    private static Html DrawRows(ExperimentResult result)
    {
        var columns = ColumnsOf(result);
        var ranks = result.Front.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index + 1);
        var rows = result.Trials
            .OrderBy(trial => ranks.GetValueOrDefault(trial.Id, int.MaxValue))
            .Select(trial => DrawRow(trial, ranks.TryGetValue(trial.Id, out var rank) ? rank : null, columns));
        var heads = columns.Select(column => Html.Of(
            $"""<th scope="col"{(column.Number ? new Html(" class=\"num\"") : Html.Empty)}><button type="button">{column.Title}</button></th>"""));
        return Html.Of($"""
            <div class="scroll" tabindex="0" role="region" aria-label="All trials"><table id="trials"><thead><tr>{Html.Join(heads)}</tr></thead>
            <tbody>{Html.Join(DenseOf(result).Select(net => DrawDense(net, columns)))}{Html.Join(rows)}</tbody></table></div>
            {Html.If(result.Trials.Any(trial => trial.Metrics?.Zeros is not null), () => new Html(Zeros))}
            """);
    }

    private const string Zeros =
        "<p class=\"note\">Zeros are not savings: an unstructured method leaves a net of the same size and cost, in which so many parameters are 0.</p>";

    /// <summary>Target, seed and speed have a column where any trial has them.</summary>
    private static IReadOnlyList<Column> ColumnsOf(ExperimentResult result)
    {
        var dense = result.Dense;
        var (targets, seeds) = (result.Trials.Any(trial => trial.Settings.Target is not null), result.Trials.Any(trial => trial.Settings.Seed is not null));
        var batches = result.Trials.SelectMany(trial => trial.Metrics?.Speedups ?? []).Select(speed => speed.Batch).Distinct().Order().ToList();
        return
        [
            new("Front", true, (_, rank) => rank is { } place ? Number(place, place.ToString(CultureInfo.InvariantCulture)) : Empty, _ => new Html("<td class=\"num\"></td>")),
            new("Trial", false, (trial, _) => Html.Of($"""<th scope="row">{trial.Id}</th>"""), net => Html.Of($"""<th scope="row">{net.Id}</th>""")),
            new("Method", false, (trial, _) => Html.Of($"<td>{Swatch(trial.Settings.Method)}{Words.Method(trial.Settings.Method)}</td>"), _ => new Html("<td>–</td>")),
            new("Sparsity", true, (trial, _) => Number(trial.Settings.Sparsity, Words.Percent(trial.Settings.Sparsity, 0)), _ => Number(0, "0 %")),
            .. targets ? new Column[] { new("Of", false, (trial, _) => Html.Of($"<td>{(trial.Settings.Target is { } target ? Words.Target(target) : "–")}</td>"), _ => new Html("<td>–</td>")) } : [],
            new("λ", true, (trial, _) => Coefficient(trial.Settings.Lambda), _ => Empty),
            new("ρ", true, (trial, _) => Coefficient(trial.Settings.Rho), _ => Empty),
            .. seeds ? new Column[] { new("Seed", true, (trial, _) => Whole(trial.Settings.Seed), net => Whole(net.Seed)) } : [],
            .. Optional("Fine-tune seed", result.Trials, settings => settings.FinetuneSeed is not null, settings => Whole(settings.FinetuneSeed)),
            .. Optional("Fine-tune epochs", result.Trials, settings => settings.FinetuneEpochs is not null, settings => Whole(settings.FinetuneEpochs)),
            .. Optional("Fine-tune rate", result.Trials, settings => settings.FinetuneLearningRate is not null, settings => Coefficient(settings.FinetuneLearningRate)),
            new("Accuracy", true, (trial, _) => Accuracy(trial.Metrics?.Accuracy), net => Accuracy(net.Metrics?.Accuracy)),
            new("Test", true, (trial, _) => Accuracy(trial.Metrics?.TestAccuracy), net => Accuracy(net.Metrics?.TestAccuracy)),
            new("Parameters", true, (trial, _) => Cost(trial.Metrics?.Parameters, dense?.Parameters, trial.Metrics?.Zeros), net => Cost(net.Metrics?.Parameters, null)),
            new("FLOPs", true, (trial, _) => Cost(trial.Metrics?.Flops, dense?.Flops), net => Cost(net.Metrics?.Flops, null)),
            .. batches.Count > 0 ? new Column[] { new("FLOPs ratio", true, (trial, _) => Times(trial.Metrics?.FlopsRatio), _ => Empty) } : [],
            .. batches.Select(batch => new Column(FormattableString.Invariant($"Speed-up, batch {batch}"), true,
                (trial, _) => Times(trial.Metrics?.Speedups?.FirstOrDefault(speed => speed.Batch == batch)?.SpeedUp), _ => Empty)),
            new("State", false, (trial, _) => Html.Of($"""<td class="state {trial.State.ToString()}">{trial.State.ToString()}</td>"""), _ => new Html("<td>Complete</td>")),
        ];
    }

    /// <summary>A setting that only some spaces have.</summary>
    private static IEnumerable<Column> Optional(string title, IReadOnlyList<TrialResult> trials, Func<TrialSettings, bool> has, Func<TrialSettings, Html> cell) =>
        trials.Any(trial => has(trial.Settings)) ? [new Column(title, true, (trial, _) => cell(trial.Settings), _ => Empty)] : [];

    private static IEnumerable<DenseResult> DenseOf(ExperimentResult result) =>
        result.DenseSeeds?.Where(net => net.Metrics is not null)
        ?? (result.Dense is { } metrics
            ? [new DenseResult { Id = ExperimentPlanner.DenseId, Seed = result.Scope.Seeds[0], Metrics = metrics, Stages = result.DenseStages }]
            : []);

    private static Html DrawDense(DenseResult net, IReadOnlyList<Column> columns) => Html.Of(
        $"""<tr data-trial="{net.Id}" class="denserow">{Html.Join(columns.Select(column => column.Dense(net)))}</tr>""");

    private static Html DrawRow(TrialResult trial, int? rank, IReadOnlyList<Column> columns) => Html.Of($"""
        <tr data-trial="{trial.Id}"{(rank is null ? Html.Empty : new Html(" class=\"onfront\""))}>{Html.Join(columns.Select(column => column.Cell(trial, rank)))}</tr>
        """);

    /// <summary>The method's form and colour, as in the plots.</summary>
    public static Html Swatch(PruningMethod method) => Html.Of(
        $"""<svg class="swatch {Words.Method(method)}" viewBox="-9 -9 18 18" aria-hidden="true">{Marker.Of(method)}</svg>""");

    private static Html Empty { get; } = new("<td class=\"num\">–</td>");

    private static Html Number(double value, string shown) =>
        Html.Of($"""<td class="num" data-v="{value.ToString("R", CultureInfo.InvariantCulture)}">{shown}</td>""");

    private static Html Coefficient(double? value) => value is { } number ? Number(number, Words.Coefficient(number)) : Empty;

    private static Html Whole(long? value) => value is { } number ? Number(number, number.ToString(CultureInfo.InvariantCulture)) : Empty;

    private static Html Accuracy(double? value) => value is { } number ? Number(number, Words.Percent(number)) : Empty;

    private static Html Times(double? value) => value is { } number ? Number(number, Words.Times(number)) : Empty;

    private static Html Cost(long? value, long? dense, long? zeros = null) => value is not { } number ? Empty
        : zeros is { } masked ? Html.Of($"""<td class="num" data-v="{number}">{Words.Count(number)} <small>{Words.Count(masked)} zeros</small></td>""")
        : dense is not { } whole ? Number(number, Words.Count(number))
        : Html.Of($"""<td class="num" data-v="{number}">{Words.Count(number)} <small>{Words.Change(number, whole)}</small></td>""");
}
