using Microsoft.AspNetCore.Http;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Planning.Report;

namespace Sweep.Silo.Web;

/// <summary>All experiments, and the cluster in a line.</summary>
internal static class ExperimentsPage
{
    public const string Experiments = "experiments";
    public const string Summary = "summary";

    private const int PageSize = 100;

    private static readonly (string Key, string Title, bool Number)[] s_columns =
        [("name", "Name", false), ("state", "State", false), ("progress", "Progress", false), ("left", "Left", true), ("trials", "Trials", true), ("front", "Front", true), ("failed", "Failed", true), ("submitted", "Submitted", true)];

    public static async Task<IResult> Get(HttpContext context, Board board, CancellationToken cancellationToken)
    {
        var (sights, queue) = (await board.List(cancellationToken), await board.Queue(cancellationToken));
        return Layout.Page("Experiments", Html.Of($"""
            <h1>Experiments</h1>
            {SummaryPart(queue)}
            {ListPart(sights, context.Request.Query)}
            """), Visitor.Of(context), "/events");
    }

    public static string VersionOf(IReadOnlyList<Sight> sights) => Sight.Of([.. sights.Select(sight => sight.Versions[Sight.Head])]);

    public static string VersionOf(QueueStatus queue) => Sight.Of(queue.Depth, queue.Workers.Count, queue.Workers.Count(worker => worker.Running is not null));

    public static Html SummaryPart(QueueStatus queue)
    {
        var busy = queue.Workers.Count(worker => worker.Running is not null);
        var silos = queue.Workers.Select(worker => worker.Silo).Distinct().Count();
        return Layout.Part(Summary, VersionOf(queue), "/parts/summary", Html.Of($"""
            <p class="summary"><a href="/cluster">{busy} of {Words.Plural(queue.Workers.Count, "worker")} busy on {Words.Plural(silos, "silo")}</a> · {(queue.Depth == 0
                ? "nothing waits" : $"{Words.Plural(queue.Depth, "stage")} wait{(queue.Depth == 1 ? "s" : "")}{(queue.OldestAge is { } age ? $", the oldest for {Words.Duration(age)}" : "")}")}</p>
            """));
    }

    public static Html ListPart(IReadOnlyList<Sight> sights, IQueryCollection query)
    {
        var address = ListAddress.Of(query, s_columns.Select(column => column.Key), "");
        var state = Enum.TryParse<ExperimentState>(query["state"], ignoreCase: true, out var wanted) && !int.TryParse(query["state"], out _) ? wanted : (ExperimentState?)null;
        var fitting = sights.Where(sight => (state is null || sight.Status.State == state) && sight.Status.Name.Contains(address.Text, StringComparison.OrdinalIgnoreCase));
        var sorted = Sorted(fitting, address).ToList();
        var shown = sorted.Skip(address.Page * PageSize).Take(PageSize).ToList();
        return Layout.Part(Experiments, VersionOf(sights), "/parts/experiments", Html.Of($"""
            <form class="filter" method="get" action="/" role="search" data-live>
            <label>Name <input type="search" name="text" value="{address.Text}" data-filter></label>
            <label>State <select name="state"><option value="">all</option>{Html.Join(Enum.GetValues<ExperimentState>().Select(each => Html.Of(
                $"""<option value="{each.ToString().ToLowerInvariant()}"{(each == state ? new Html(" selected") : Html.Empty)}>{each.ToString().ToLowerInvariant()}</option>""")))}</select></label>
            {address.Hidden("sort", "desc")}<button>Filter</button>
            </form>
            {(sights.Count == 0
                ? new Html("<p class=\"empty\">There is no experiment yet. <code>sweep submit sweep.yaml</code> hands one in, <code>sweep run sweep.yaml</code> runs one here.</p>")
                : Table(shown, address))}
            {address.Pager(sorted.Count, PageSize, "experiment")}
            """));
    }

    private static Html Table(IReadOnlyList<Sight> sights, ListAddress address) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="Experiments"><table class="rows"><thead><tr>{Html.Join(s_columns.Select(column => address.Head(column.Key, column.Title, column.Number)))}</tr></thead>
        <tbody>{Html.Join(sights.Select(Row))}</tbody></table></div>
        {Html.If(sights.Count == 0, () => new Html("<p class=\"empty\">No experiment fits.</p>"))}
        """);

    private static Html Row(Sight sight)
    {
        var status = sight.Status;
        return Html.Of($"""
            <tr data-key="{status.Name}"><th scope="row"><a href="{Marks.PathOf(status.Name)}">{status.Name}</a></th><td>{Marks.State(status.State.ToString())}</td><td class="progress">{Marks.Progress(PartOf(status), $"Progress of {status.Name}")}<small>{Marks.Epochs(status.EpochsDone, status.EpochsNeeded)} epochs</small></td><td class="num">{(sight.Left is { } left ? $"about {Words.Duration(left)}" : "–")}</td><td class="num">{status.Trials.Complete}<small class="of"> of {status.Trials.Total}</small></td><td class="num">{status.Front.Count}</td><td class="num{(status.Trials.Failed > 0 ? " bad" : "")}">{status.Trials.Failed}</td><td class="num">{Marks.Time(status.SubmittedAt)}</td></tr>

            """);
    }

    public static double? PartOf(ExperimentStatus status) => status.EpochsNeeded > 0 ? status.EpochsDone / status.EpochsNeeded
        : status.Stages > 0 ? status.StagesDone / (double)status.Stages : null;

    /// <summary>What runs comes first, and then what came last, unless somebody says otherwise.</summary>
    private static IEnumerable<Sight> Sorted(IEnumerable<Sight> sights, ListAddress address)
    {
        Func<Sight, IComparable?>? key = address.Sort switch
        {
            "name" => sight => sight.Status.Name,
            "state" => sight => sight.Status.State,
            "progress" => sight => PartOf(sight.Status),
            "left" => sight => sight.Left,
            "trials" => sight => sight.Status.Trials.Total,
            "front" => sight => sight.Status.Front.Count,
            "failed" => sight => sight.Status.Trials.Failed,
            "submitted" => sight => sight.Status.SubmittedAt,
            _ => null,
        };
        return key is null ? sights.OrderBy(sight => sight.Status.State > ExperimentState.Paused).ThenByDescending(sight => sight.Status.SubmittedAt)
            : address.Descending ? sights.OrderByDescending(key).ThenBy(sight => sight.Status.Name, StringComparer.Ordinal)
            : sights.OrderBy(key).ThenBy(sight => sight.Status.Name, StringComparer.Ordinal);
    }
}
