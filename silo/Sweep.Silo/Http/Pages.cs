using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Silo.Http;

/// <summary>What a browser sees: the list of experiments, and each one's report as it stands.</summary>
internal static class Pages
{
    public const string Style =
        "body{font:15px system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}"
        + "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ddd}";

    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(5);

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", async (HttpRequest request, ISweepApi sweep, CancellationToken ct) =>
            new Page(List(await sweep.List(ct), await sweep.GetQueue(ct), request.Cookies.ContainsKey(SignInPage.Cookie))));
        routes.MapGet("/experiments/{name}", async Task<IResult> (string name, ISweepApi sweep, CancellationToken ct) =>
        {
            try
            {
                ExperimentNames.Check(name);
                var result = await sweep.WithCurves(await sweep.GetResult(name, ct), ct);
                return new Page(HtmlReport.Write(result, result.State is ExperimentState.Running ? s_refresh : null), policy: HtmlReport.ContentPolicy);
            }
            catch (ExperimentNotFoundException e)
            {
                return Results.Text(e.Message + "\n", statusCode: StatusCodes.Status404NotFound);
            }
        });
    }

    private static string List(IReadOnlyList<ExperimentStatus> experiments, QueueStatus queue, bool isSignedIn)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=en><meta charset=utf-8><meta http-equiv=refresh content=5><title>Sweep</title><style>").Append(Style)
            .Append("</style><h1>Sweep</h1><h2>Experiments</h2><table><tr><th>Name<th>State<th>Trials<th>Stages<th>Epochs<th>Front</tr>");
        foreach (var experiment in experiments)
        {
            page.Append(FormattableString.Invariant(
                $"<tr><td><a href=\"/experiments/{WebUtility.UrlEncode(experiment.Name)}\">{WebUtility.HtmlEncode(experiment.Name)}</a><td>{experiment.State}"))
                .Append(FormattableString.Invariant($"<td>{experiment.Trials.Complete}/{experiment.Trials.Total}<td>{experiment.StagesDone}/{experiment.Stages}"))
                .Append(FormattableString.Invariant($"<td>{experiment.EpochsDone:0.0}/{experiment.EpochsNeeded}<td>{experiment.Front.Count}</tr>"));
        }

        page.Append("</table><h2>Workers</h2><table><tr><th>Worker<th>Device<th>Threads<th>Runs</tr>");
        foreach (var worker in queue.Workers)
        {
            page.Append(FormattableString.Invariant($"<tr><td>{WebUtility.HtmlEncode(worker.Worker)}<td>{WebUtility.HtmlEncode(worker.Device)}<td>{worker.Threads}<td>"))
                .Append(worker.Running is { } running ? FormattableString.Invariant($"{running.Stage}, epoch {running.EpochsDone:0.0} of {running.Epochs}") : "idle")
                .Append("</tr>");
        }

        return page.Append(FormattableString.Invariant($"</table><p>{queue.Depth} stages wait for a worker.</p>"))
            .Append(isSignedIn ? "<form method=post action=/sign-out><button>Sign out</button></form>" : "").Append("</html>\n").ToString();
    }
}
