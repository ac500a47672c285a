using Sweep.Client.Settings;
using Sweep.Grains;

namespace Sweep.Client.Cluster;

/// <summary>A connection to a cluster.</summary>
internal interface ICluster : IAsyncDisposable
{
    ISweepApi Api { get; }
}

internal interface IClusterConnector
{
    /// <exception cref="ClientException">Nobody answers there.</exception>
    Task<ICluster> Connect(GatewayAddress gateway, CancellationToken cancellationToken);
}

internal interface IServerConnector
{
    /// <exception cref="ClientException">What it is to be reached with cannot be used.</exception>
    ICluster Connect(HttpServer server);
}

/// <summary>How a silo is to be started. Null leaves the choice to the silo.</summary>
internal sealed record SiloLaunch
{
    public required string State { get; init; }

    /// <summary>Workers on this machine; 0 for a silo that only answers.</summary>
    public int? Workers { get; init; }

    public int? Threads { get; init; }

    /// <summary>Folder with the data sets.</summary>
    public string? Data { get; init; }
}

internal interface ISiloLauncher
{
    /// <summary>Starts a silo as a child process on free ports, and returns when it lets clients in.</summary>
    /// <exception cref="ClientException">It ended, or was not ready in time.</exception>
    Task<IOwnedSilo> Start(SiloLaunch launch, CancellationToken cancellationToken);
}

/// <summary>A silo that this process started. Disposing kills what is left of it.</summary>
internal interface IOwnedSilo : IAsyncDisposable
{
    SiloReady Ready { get; }

    /// <summary>Completes with the exit code.</summary>
    Task<int> Ended { get; }

    /// <summary>The last lines it logged.</summary>
    string LastWords { get; }

    /// <summary>Asks it to finish the running epochs, checkpoint and end; completes when it has.</summary>
    Task Drain(CancellationToken cancellationToken);
}
