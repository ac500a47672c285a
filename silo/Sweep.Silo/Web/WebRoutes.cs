using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Planning.Report;
using Sweep.Silo.Http;

namespace Sweep.Silo.Web;

/// <summary>The addresses of the page.</summary>
internal static class WebRoutes
{
    private static readonly RouteAccess s_order = RouteAccess.FromPages(AccessScope.Admin);

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        var time = routes.ServiceProvider.GetRequiredService<TimeProvider>();
        var board = new Board(routes.ServiceProvider.GetRequiredService<ISweepApi>(), time);
        var stream = new EventStream(time, routes.ServiceProvider.GetRequiredService<IHostApplicationLifetime>());
        routes.MapAssets();
        var site = routes.MapGroup("").AddEndpointFilter(Refuse);
        site.MapGet("/", (HttpContext context, CancellationToken ct) => ExperimentsPage.Get(context, board, ct));
        site.MapGet("/cluster", (HttpContext context, CancellationToken ct) => ClusterPage.Get(context, board, ct));
        site.MapGet("/parts/{part}", async (string part, HttpContext context, CancellationToken ct) => Fragment(context, part switch
        {
            ExperimentsPage.Experiments => ExperimentsPage.ListPart(await board.List(ct), context.Request.Query),
            ExperimentsPage.Summary => ExperimentsPage.SummaryPart(await board.Queue(ct)),
            _ => ClusterPage.Part(part, await board.Queue(ct)),
        }));
        site.MapGet("/events", (HttpContext context, CancellationToken _) => stream.Serve(context, ct => Versions(board, ct)));

        var experiment = site.MapGroup("/experiments/{name}");
        experiment.MapGet("", (string name, HttpContext context, CancellationToken ct) => ExperimentPage.Get(name, context, board, ct));
        experiment.MapGet("/parts/{part}", async (string name, string part, HttpContext context, CancellationToken ct) =>
            Fragment(context, await ExperimentPage.Part(part, name, context, board, ct)));
        experiment.MapGet("/events", (string name, HttpContext context, CancellationToken _) => stream.Serve(context, async ct => (await board.Look(name, ct)).Versions));
        experiment.MapGet("/report", async (string name, CancellationToken ct) => new Page(await board.Report(name, ct), policy: HtmlReport.ContentPolicy));
        experiment.MapGet("/orders/{order}", (string name, string order, HttpContext context, CancellationToken ct) => OrderPages.Ask(name, order, context, board, ct)).Let(s_order);
        experiment.MapPost("/orders/{order}", (string name, string order, HttpContext context, ISweepApi sweep, CancellationToken ct) =>
            OrderPages.Give(name, order, context, board, sweep, ct)).Let(s_order);

        var trial = experiment.MapGroup("/trials/{trial}");
        trial.MapGet("", (string name, string trial, HttpContext context, CancellationToken ct) => SingleTrialPage.Get(name, trial, context, board, ct));
        trial.MapGet("/parts/trial", async (string name, string trial, HttpContext context, CancellationToken ct) =>
            Fragment(context, await SingleTrialPage.Part(name, trial, Visitor.Of(context), board, ct)));
        trial.MapGet("/orders/{order}", (string name, string trial, string order, HttpContext context, CancellationToken ct) =>
            OrderPages.Ask(name, trial, order, context, board, ct)).Let(s_order);
        trial.MapPost("/orders/{order}", (string name, string trial, string order, HttpContext context, ISweepApi sweep, CancellationToken ct) =>
            OrderPages.Give(name, trial, order, context, board, sweep, ct)).Let(s_order);
    }

    private static async Task<IReadOnlyDictionary<string, string>> Versions(Board board, CancellationToken cancellationToken)
    {
        var queue = await board.Queue(cancellationToken);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ExperimentsPage.Experiments] = ExperimentsPage.VersionOf(await board.List(cancellationToken)),
            [ExperimentsPage.Summary] = ExperimentsPage.VersionOf(queue),
            [ClusterPage.Workers] = ClusterPage.VersionOf(ClusterPage.Workers, queue),
            [ClusterPage.Queue] = ClusterPage.VersionOf(ClusterPage.Queue, queue),
        };
    }

    /// <summary>A part of a page; nothing where the browser shows it already.</summary>
    private static IResult Fragment(HttpContext context, Html? part)
    {
        var have = context.Request.Query["have"].ToString();
        return part is not { } markup ? Results.NotFound()
            : have.Length == 12 && markup.Text.AsSpan(0, Math.Min(markup.Text.Length, 200)).Contains($"data-version=\"{have}\"", StringComparison.Ordinal) ? Results.NoContent()
            : new Page(markup.Text);
    }

    private static async ValueTask<object?> Refuse(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            if (http.GetRouteValue("name") is string name)
            {
                ExperimentNames.Check(name);
            }

            return await next(context);
        }
        catch (Exception e) when (e is ExperimentNotFoundException or TrialNotFoundException)
        {
            return Layout.Message(e is TrialNotFoundException ? "There is no such trial" : "There is no such experiment", e.Message, Visitor.Of(http), StatusCodes.Status404NotFound);
        }
        catch (ExperimentConflictException e)
        {
            return Layout.Message("That does not fit the experiment", e.Message, Visitor.Of(http), StatusCodes.Status409Conflict);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            return Layout.Message("The cluster does not answer", "Reload the page in a moment. What has finished is kept.", Visitor.Of(http), StatusCodes.Status503ServiceUnavailable);
        }
    }
}
