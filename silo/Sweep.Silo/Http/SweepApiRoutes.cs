using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Silo.Metrics;
using Sweep.Silo.Settings;

namespace Sweep.Silo.Http;

/// <summary><see cref="ISweepApi"/> as HTTP and JSON. A refusal is <c>{"status", "title", "detail"}</c>.</summary>
internal static class SweepApiRoutes
{
    private const int LargestPage = 1000;

    private static readonly RouteAccess s_command = RouteAccess.Needs(AccessScope.Admin);

    public static void MapSweepApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").AddEndpointFilter(Refuse);
        var experiments = api.MapGroup("/experiments");
        experiments.MapGet("", async (ISweepApi sweep, CancellationToken ct) => Json(await sweep.List(ct)));
        experiments.MapPost("", async (HttpRequest request, HttpSettings limits, ISweepApi sweep, CancellationToken ct) =>
        {
            var spec = await Read<SweepSpec>(request, limits.GreatestDepth, ct);
            using var span = SweepTraces.BeginSubmit(spec.Name);
            return Json(await sweep.Submit(spec, ct));
        })
            .Let(RouteAccess.Needs(AccessScope.Submit));
        experiments.MapGet("/{name}", async (string name, ISweepApi sweep, CancellationToken ct) => Json(await sweep.GetStatus(name, ct)));
        experiments.MapGet("/{name}/result", async (string name, ISweepApi sweep, CancellationToken ct) => Json(await sweep.GetResult(name, ct)));
        experiments.MapGet("/{name}/trials", async (string name, [AsParameters] TrialQuestion question, ISweepApi sweep, CancellationToken ct) =>
            Json(await sweep.FindTrials(name, question.ToQuery(LargestPage), ct)));
        experiments.MapGet("/{name}/trials/{trial}", async (string name, string trial, ISweepApi sweep, CancellationToken ct) => Json(await sweep.GetTrial(name, trial, ct)));
        experiments.MapGet("/{name}/trials/{trial}/model", ModelRoute.Get);
        experiments.MapPost("/{name}/pause", async (string name, ISweepApi sweep, CancellationToken ct) => await Done(sweep.Pause(name, ct))).Let(s_command);
        experiments.MapPost("/{name}/resume", async (string name, ISweepApi sweep, CancellationToken ct) => await Done(sweep.Resume(name, ct))).Let(s_command);
        experiments.MapPost("/{name}/cancel", async (string name, ISweepApi sweep, CancellationToken ct) => await Done(sweep.Cancel(name, ct))).Let(s_command);
        experiments.MapDelete("/{name}", async (string name, ISweepApi sweep, CancellationToken ct) => await Done(sweep.Delete(name, ct))).Let(s_command);
        experiments.MapGet("/{name}/spec", async (string name, ISweepApi sweep, CancellationToken ct) => Json(await sweep.GetSpec(name, ct)));
        experiments.MapPost("/{name}/trials/{trial}/stop", async (string name, string trial, ISweepApi sweep, CancellationToken ct) =>
            await Done(sweep.StopTrial(name, trial, ct))).Let(s_command);
        experiments.MapPost("/{name}/trials/{trial}/retry", async (string name, string trial, ISweepApi sweep, CancellationToken ct) =>
            await Done(sweep.RetryTrial(name, trial, ct))).Let(s_command);
        api.MapPost("/stages/finished", async (HttpRequest request, HttpSettings limits, ISweepApi sweep, CancellationToken ct) =>
            Json(await sweep.FindFinished(await Read<IReadOnlyList<StageId>>(request, limits.GreatestDepth, ct), ct)));
        api.MapPost("/stages/histories", async (HttpRequest request, HttpSettings limits, ISweepApi sweep, CancellationToken ct) =>
            Json(await sweep.GetHistories(await Read<IReadOnlyList<StageId>>(request, limits.GreatestDepth, ct), ct)));
        api.MapGet("/stages/{stage}/history", async (string stage, ISweepApi sweep, CancellationToken ct) =>
            await sweep.GetHistories([StageId.Parse(stage)], ct) is [var history]
                ? Json(history)
                : new Problem(StatusCodes.Status404NotFound, "There is no such stage.", $"Nobody has requested a stage '{stage}'.").ToResult());
        api.MapGet("/queue", async (ISweepApi sweep, CancellationToken ct) => Json(await sweep.GetQueue(ct)));
    }

    private static IResult Json<T>(T value) => Results.Text(CanonicalJson.Serialize(value), "application/json");

    private static async Task<IResult> Done(Task command)
    {
        await command;
        return Results.NoContent();
    }

    private static async Task<T> Read<T>(HttpRequest request, int depth, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(cancellationToken);
        try
        {
            using (JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = depth, AllowDuplicateProperties = false }))
            {
                return CanonicalJson.Deserialize<T>(text);
            }
        }
        catch (InvalidOperationException e)
        {
            // How the parser says that a name is half of a surrogate pair.
            throw new JsonException(e.Message, e);
        }
    }

    private static async ValueTask<object?> Refuse(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            if (context.HttpContext.GetRouteValue("name") is string name)
            {
                ExperimentNames.Check(name);
            }

            return await next(context);
        }
        catch (ExperimentNotFoundException e)
        {
            return Refusal(StatusCodes.Status404NotFound, "There is no such experiment.", e);
        }
        catch (TrialNotFoundException e)
        {
            return Refusal(StatusCodes.Status404NotFound, TrialNotFoundException.Title, e);
        }
        catch (ModelNotFoundException e)
        {
            return Refusal(StatusCodes.Status404NotFound, "There is no such model.", e);
        }
        catch (ExperimentConflictException e)
        {
            return Refusal(StatusCodes.Status409Conflict, "The command does not fit the experiment.", e);
        }
        catch (SweepSpecException e) when (e.Faults.Count > 0)
        {
            return new Problem(StatusCodes.Status400BadRequest, "The spec is invalid.", e.Message) { Faults = e.Faults }.ToResult();
        }
        catch (Exception e) when (e is SweepSpecException or JsonException or FormatException or ArgumentException)
        {
            return Refusal(StatusCodes.Status400BadRequest, "The spec is invalid.", e);
        }
    }

    private static IResult Refusal(int status, string title, Exception reason) => new Problem(status, title, reason.Message).ToResult();
}
