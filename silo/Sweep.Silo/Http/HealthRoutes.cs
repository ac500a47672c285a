using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sweep.Grains;

namespace Sweep.Silo.Http;

/// <summary>For whoever restarts silos and sends them traffic.</summary>
internal static class HealthRoutes
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Text("live\n")).Let(RouteAccess.Probe);
        routes.MapGet("/health/ready", async (ISweepApi sweep, TimeProvider time, CancellationToken ct) =>
        {
            try
            {
                await sweep.GetQueue(ct).WaitAsync(s_patience, time, ct);
                return Results.Text("ready\n");
            }
            catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                return Results.Text($"The queue must answer within {s_patience.TotalSeconds} s, but: {e.Message}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        }).Let(RouteAccess.Probe);
    }
}
