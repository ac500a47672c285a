using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Silo.Http;

/// <summary><see cref="ISweepApi"/> as HTTP and JSON. A refusal is <c>{"status", "title", "detail"}</c>.</summary>
internal static class SweepApiRoutes
{
    private const int LargestPage = 1000;

    public static void MapSweepApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").AddEndpointFilter(Refuse);
        var experiments = api.MapGroup("/experiments");
        experiments.MapGet("", async (ISweepApi sweep, CancellationToken ct) => Json(await sweep.List(ct)));
        experiments.MapPost("", async (HttpRequest request, ISweepApi sweep, CancellationToken ct) => Json(await sweep.Submit(await ReadSpec(request, ct), ct)));
        experiments.MapGet("/{name}", async (string name, ISweepApi sweep, CancellationToken ct) => Json(await sweep.GetStatus(name, ct)));
        experiments.MapGet("/{name}/result", async (string name, ISweepApi sweep, CancellationToken ct) => Json(await sweep.GetResult(name, ct)));
        experiments.MapGet("/{name}/trials", async (string name, int? offset, int? limit, ISweepApi sweep, CancellationToken ct) =>
            Json(await sweep.ListTrials(name, Math.Max(0, offset ?? 0), Math.Clamp(limit ?? LargestPage, 1, LargestPage), ct)));
        experiments.MapGet("/{name}/trials/{trial}/model", ModelRoute.Get);
        experiments.MapPost("/{name}/pause", async (string name, ISweepApi sweep, CancellationToken ct) => await Done(sweep.Pause(name, ct)));
        experiments.MapPost("/{name}/resume", async (string name, ISweepApi sweep, CancellationToken ct) => await Done(sweep.Resume(name, ct)));
        experiments.MapPost("/{name}/cancel", async (string name, ISweepApi sweep, CancellationToken ct) => await Done(sweep.Cancel(name, ct)));
        api.MapGet("/queue", async (ISweepApi sweep, CancellationToken ct) => Json(await sweep.GetQueue(ct)));
    }

    private static IResult Json<T>(T value) => Results.Text(CanonicalJson.Serialize(value), "application/json");

    private static async Task<IResult> Done(Task command)
    {
        await command;
        return Results.NoContent();
    }

    private static async Task<SweepSpec> ReadSpec(HttpRequest request, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        return CanonicalJson.Deserialize<SweepSpec>(await reader.ReadToEndAsync(cancellationToken));
    }

    private static async ValueTask<object?> Refuse(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ExperimentNotFoundException e)
        {
            return Refusal(StatusCodes.Status404NotFound, "There is no such experiment.", e);
        }
        catch (ModelNotFoundException e)
        {
            return Refusal(StatusCodes.Status404NotFound, "There is no such model.", e);
        }
        catch (ExperimentConflictException e)
        {
            return Refusal(StatusCodes.Status409Conflict, "The command does not fit the experiment.", e);
        }
        catch (Exception e) when (e is SweepSpecException or JsonException or FormatException or ArgumentException)
        {
            return Refusal(StatusCodes.Status400BadRequest, "The spec is invalid.", e);
        }
    }

    private static IResult Refusal(int status, string title, Exception reason) =>
        Results.Text(CanonicalJson.Serialize(new Problem(status, title, reason.Message)), "application/problem+json", statusCode: status);

    private sealed record Problem(int Status, string Title, string Detail);
}
