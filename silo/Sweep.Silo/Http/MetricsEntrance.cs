using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Sweep.Silo.Hosting;
using Sweep.Silo.Metrics;

namespace Sweep.Silo.Http;

/// <summary>
/// A port for <c>/metrics</c> alone. By the port that a request came to, never by the name it carries: whoever reaches the API cannot ask
/// for the metrics, and whoever reaches the metrics cannot ask for anything else.
/// </summary>
internal static class MetricsEntrance
{
    private const string Path = "/metrics";

    /// <returns>Null when the metrics have no port of their own.</returns>
    /// <exception cref="PortInUseException">The port cannot be had.</exception>
    public static int? ListenMetrics(this WebApplicationBuilder builder, IPEndPoint? listen)
    {
        if (listen is null)
        {
            return null;
        }

        var port = ListeningPort.Choose(listen.Address, "--metrics", listen.Port);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(listen.Address, port));
        return port;
    }

    /// <summary>Comes before everything else that handles requests.</summary>
    /// <param name="port">Null to let requests through to the API's gate.</param>
    public static void SeparateMetrics(this WebApplication app, int? port)
    {
        if (port is not { } own)
        {
            return;
        }

        app.Use((context, next) =>
        {
            if ((context.Connection.LocalPort == own) == (context.Request.Path == Path))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    /// <summary>On a port of their own, metrics are for whoever reaches it; beside the API for whoever may read.</summary>
    public static void MapMetrics(this WebApplication app, int? port) => app.MapSweepMetrics().Let(port is null ? RouteAccess.Read : RouteAccess.Probe);
}
