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
        // Asks nobody: a cluster in trouble is no reason to restart this process.
        routes.MapGet("/health/live", () => Results.Text("live\n")).Let(RouteAccess.Probe);
        routes.MapGet("/health/startup", (SiloHealth health) => health.Joined() ? Results.Text("started\n") : Unfit("The silo must have joined its cluster, but has not."))
            .Let(RouteAccess.Probe);
        routes.MapGet("/health/ready", Ready).Let(RouteAccess.Probe);
    }

    private static async Task<IResult> Ready(SiloHealth health, ISweepApi sweep, TimeProvider time, CancellationToken ct)
    {
        if (health.Stopping())
        {
            return Unfit("A ready silo takes work, but this one is stopping.");
        }

        if (health.WorkersFault() is { } fault)
        {
            return Unfit(fault);
        }

        try
        {
            await sweep.GetQueue(ct).WaitAsync(s_patience, time, ct);
            return health.Stopping() ? Unfit("A ready silo takes work, but this one is stopping.") : Results.Text("ready\n");
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            return Unfit(FormattableString.Invariant($"The queue must answer within {s_patience.TotalSeconds} s, but: {e.Message}"));
        }
    }

    private static IResult Unfit(string reason) => Results.Text(reason + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
}
