using System.Net;

namespace Sweep.Silo.Settings;

/// <summary>Whom a silo tells how it does.</summary>
public sealed record TelemetrySettings
{
    /// <summary>
    /// Where <c>/metrics</c> is served, to whoever reaches it and to nothing else, and then not beside the API any more: for a port that no
    /// ingress leads to. Null to serve it beside the API, with its tokens. Port 0 for a free one.
    /// </summary>
    public IPEndPoint? Metrics { get; init; }

    /// <summary>Collector that takes traces by OTLP; null for none.</summary>
    public Uri? Traces { get; init; }
}
