using System.Globalization;
using System.Net;
using Sweep.Grains;

namespace Sweep.Client.Settings;

/// <summary>Where a silo lets clients in.</summary>
internal sealed record GatewayAddress(string Host, int Port)
{
    /// <summary>Id of the cluster it belongs to; null for the one that <c>SWEEP_CLUSTER_ID</c> names, else for <see cref="ClusterIds.Default"/>.</summary>
    public string? Cluster { get; init; }

    /// <summary>Whether it asks for TLS, as a silo of this machine says of itself; null for as the environment says.</summary>
    public bool? IsEncrypted { get; init; }

    public bool IsLoopback => Host is "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <param name="text"><c>host:port</c>, <c>[v6]:port</c>, or a port of this machine.</param>
    /// <param name="source">Who said so, for the message.</param>
    /// <exception cref="ClientException">The text is none of these.</exception>
    public static GatewayAddress Parse(string text, string source)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "localhost" : text[..colon].Trim('[', ']');
        return host.Length > 0
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= IPEndPoint.MaxPort
            ? new GatewayAddress(host, port)
            : throw ClientException.BadSetting(source, "must be host:port, for example localhost:30000", text);
    }

    public override string ToString() => FormattableString.Invariant($"{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");
}
