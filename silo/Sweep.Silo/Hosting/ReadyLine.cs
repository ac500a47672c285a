namespace Sweep.Silo.Hosting;

/// <summary>The one line on standard output: this silo can be talked to, and where. Also kept in its folder while it lives.</summary>
internal sealed record ReadyLine
{
    public bool Ready { get; init; } = true;

    public required string Name { get; init; }

    /// <summary>What clients must name, too.</summary>
    public required string ClusterId { get; init; }

    public required int Pid { get; init; }

    public required int SiloPort { get; init; }

    public required int GatewayPort { get; init; }

    /// <summary>Whether those two ports ask for TLS.</summary>
    public bool GatewayTls { get; init; }

    public required int HttpPort { get; init; }

    /// <summary>Whether that port speaks HTTPS.</summary>
    public bool Https { get; init; }

    /// <summary>Null when the metrics are beside the API.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>Workers of this silo.</summary>
    public required int Workers { get; init; }

    public required string State { get; init; }
}
