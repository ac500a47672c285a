using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sweep.Planning;
using Sweep.Planning.Report;
using Sweep.Recipes;

namespace Sweep.Silo.Web;

/// <summary>Trials, sorted, filtered and paged by whoever keeps them.</summary>
internal static class TrialsPart
{
    private const int PageSize = 50;

    private static readonly (TrialOrder? Order, string Title, bool Number)[] s_columns =
    [
        (TrialOrder.Id, "Trial", false), (TrialOrder.Method, "Method", false), (TrialOrder.Sparsity, "Sparsity", true), (null, "λ", true), (null, "ρ", true),
        (TrialOrder.Accuracy, "Accuracy", true), (TrialOrder.TestAccuracy, "Test", true), (TrialOrder.Parameters, "Parameters", true), (TrialOrder.Flops, "FLOPs", true), (TrialOrder.State, "State", false),
    ];

    public static async Task<Html> Draw(Sight sight, IQueryCollection query, Board board, CancellationToken cancellationToken)
    {
        var name = sight.Status.Name;
        var address = ListAddress.Of(query, s_columns.Where(column => column.Order is not null).Select(column => KeyOf(column.Order!.Value)), KeyOf(TrialOrder.Id));
        var asked = QueryOf(query, address);
        var found = await board.Find(sight, asked, cancellationToken);
        var places = sight.Status.Front.Select((point, place) => (point.Trial, place)).ToDictionary(point => point.Trial, point => point.place + 1, StringComparer.Ordinal);
        return Html.Of($"""
            <section aria-labelledby="h-trials"><h2 id="h-trials">Trials</h2>
            <form class="filter" method="get" action="{Marks.PathOf(name)}" role="search" data-live>
            <label>Contains <input type="search" name="text" value="{address.Text}" data-filter placeholder="id or reason"></label>
            <label>State <select name="state"><option value="">all</option>{Options(asked.State)}</select></label>
            <label>Method <select name="method"><option value="">all</option>{Options(MethodOf(query))}</select></label>
            <label class="check"><input type="checkbox" name="front" value="1"{(asked.OnFront ? new Html(" checked") : Html.Empty)}> on the front</label>
            {address.Hidden("sort", "desc", "analysis")}<button>Filter</button>
            </form>
            <div class="scroll" tabindex="0" role="region" aria-label="Trials"><table id="trials" class="rows"><thead><tr><th scope="col" class="num">Front</th>{Html.Join(s_columns.Select(column => column.Order is { } order ? address.Head(KeyOf(order), column.Title, column.Number) : Html.Of($"""<th scope="col" class="num">{column.Title}</th>""")))}</tr></thead>
            <tbody>{Html.Join(found.Trials.Select(trial => Row(name, trial, places.TryGetValue(trial.Id, out var place) ? place : null, sight.Status.Dense)))}</tbody></table></div>
            {Html.If(found.Total == 0, () => new Html("<p class=\"empty\">No trial fits.</p>"))}
            {address.Pager(found.Total, PageSize, "trial")}
            </section>
            """);
    }

    private static TrialQuery QueryOf(IQueryCollection query, ListAddress address) => new()
    {
        Offset = address.Page * PageSize,
        Limit = PageSize,
        Order = s_columns.First(column => column.Order is { } order && KeyOf(order) == address.Sort).Order!.Value,
        Descending = address.Descending,
        State = Named<TrialState>(query["state"].ToString()),
        OnFront = query["front"] == "1",
        Text = $"{(MethodOf(query) is { } method ? "method=" + Words.Method(method) : "")} {address.Text}".Trim() is { Length: > 0 } text ? text : null,
        Brief = true,
    };

    private static Html Row(string experiment, TrialResult trial, int? place, TrialMetrics? dense)
    {
        var metrics = trial.Metrics;
        return Html.Of($"""
            <tr data-key="{trial.Id}" data-trial="{trial.Id}"{(place is null ? Html.Empty : new Html(" class=\"onfront\""))}><td class="num">{(place is { } known ? known.ToString(CultureInfo.InvariantCulture) : "")}</td><th scope="row"><a href="{Marks.PathOf(experiment, trial.Id)}">{trial.Id}</a></th><td>{TrialTable.Swatch(trial.Settings.Method)}{Words.Method(trial.Settings.Method)}</td><td class="num">{Words.Percent(trial.Settings.Sparsity, 0)}</td><td class="num">{Words.Coefficient(trial.Settings.Lambda)}</td><td class="num">{Words.Coefficient(trial.Settings.Rho)}</td><td class="num">{(metrics is null ? "–" : Words.Percent(metrics.Accuracy))}</td><td class="num">{(metrics is null ? "–" : Words.Percent(metrics.TestAccuracy))}</td><td class="num">{Cost(metrics?.Parameters, dense?.Parameters, metrics?.Zeros)}</td><td class="num">{Cost(metrics?.Flops, dense?.Flops, null)}</td><td>{Marks.TrialState(trial.State)}{Html.If(Said(trial) is not null, () => Html.Of($"""<small class="said" title="{Said(trial)}">{Said(trial)}</small>"""))}</td></tr>

            """);
    }

    /// <summary>Why it is where it is, where that is not what everybody expects.</summary>
    private static string? Said(TrialResult trial) => trial.Failure?.Failure.Message ?? trial.StopReason
        ?? (trial is { State: TrialState.Running or TrialState.Waiting, Rungs: [.., var rung] } ? rung.Reason ?? rung.Reason ?? DecisionWords.At(rung) : null);

    private static Html Cost(long? value, long? dense, long? zeros) => value is not { } count ? new Html("–")
        : Html.Of($"""{Words.Count(count)} <small>{(zeros is { } masked ? $"{Words.Count(masked)} zeros" : dense is { } whole ? Words.Change(count, whole) : "")}</small>""");

    private static Html Options<T>(T? chosen)
        where T : struct, Enum => Html.Join(Enum.GetValues<T>().Select(each => Html.Of(
            $"""<option value="{each.ToString().ToLowerInvariant()}"{(each.Equals(chosen) ? new Html(" selected") : Html.Empty)}>{each.ToString().ToLowerInvariant()}</option>""")));

    private static T? Named<T>(string word)
        where T : struct, Enum => Enum.GetValues<T>().Cast<T?>().FirstOrDefault(each => each.ToString()!.Equals(word, StringComparison.OrdinalIgnoreCase));

    private static PruningMethod? MethodOf(IQueryCollection query) => Named<PruningMethod>(query["method"].ToString());

    private static string KeyOf(TrialOrder order) => order switch
    {
        TrialOrder.Id => "trial",
        TrialOrder.TestAccuracy => "test",
        _ => order.ToString().ToLowerInvariant(),
    };
}
