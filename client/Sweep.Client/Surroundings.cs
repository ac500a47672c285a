using Sweep.Client.Cluster;
using Sweep.Client.Watching;

namespace Sweep.Client;

/// <summary>All that a command touches outside itself: streams, environment, clock, clusters.</summary>
internal sealed record Surroundings
{
    public required TextReader Input { get; init; }

    /// <summary>Results, and nothing else.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Progress, warnings and errors.</summary>
    public required TextWriter Error { get; init; }

    public required bool OutputIsTerminal { get; init; }

    public required bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public required Func<int> Width { get; init; }

    /// <summary>Lines of the terminal.</summary>
    public required Func<int> Height { get; init; }

    /// <summary>Keys, and what else a terminal tells.</summary>
    public required ITerminal Terminal { get; init; }

    /// <summary>An environment variable; null when unset or empty.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>What goes on, for who asked to know; null where nobody did.</summary>
    public Action<string>? Verbose { get; init; }

    public required TimeProvider Time { get; init; }

    public required IClusterConnector Connector { get; init; }

    public required IServerConnector Servers { get; init; }

    public required ISiloLauncher Silos { get; init; }

    /// <summary>For downloads. The caller disposes it.</summary>
    public Func<HttpClient> Http { get; init; } = () => new HttpClient();

    public required IModelSource Models { get; init; }

    /// <summary>Ctrl+C and SIGTERM, while the returned object lives.</summary>
    public required Func<Interruption> ListenForSignals { get; init; }

    /// <summary>https://no-color.org: any value turns colour off.</summary>
    public bool Coloured => Variable("NO_COLOR") is null && Variable("TERM") is not "dumb";

    /// <summary>Lines and corners are drawn, unless the locale is POSIX's own by name. Where none is named, most terminals draw them.</summary>
    public bool Draws => (Variable("LC_ALL") ?? Variable("LC_CTYPE") ?? Variable("LANG")) is not ("C" or "POSIX");
}
