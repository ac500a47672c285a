using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Hosting;

/// <summary>Clusters for development.</summary>
public static class CoreHostingExtensions
{
    /// <summary>A cluster on this machine. Without a primary endpoint this silo is the primary.</summary>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder,
        int siloPort = EndpointOptions.DEFAULT_SILO_PORT,
        int gatewayPort = EndpointOptions.DEFAULT_GATEWAY_PORT,
        IPEndPoint? primarySiloEndpoint = null,
        string serviceId = "dev",
        string clusterId = "dev")
    {
        builder.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Loopback;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
        });
        builder.UseDevelopmentClustering(primarySiloEndpoint ?? new IPEndPoint(IPAddress.Loopback, siloPort));
        return builder.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = clusterId;
            options.ServiceId = serviceId;
        });
    }

    /// <summary>A cluster around one primary silo.</summary>
    public static ISiloBuilder UseDevelopmentClustering(this ISiloBuilder builder, IPEndPoint? primarySiloEndpoint) =>
        builder.UseDevelopmentClustering((DevelopmentClusterMembershipOptions options) =>
            options.PrimarySiloEndpoint = primarySiloEndpoint);

    /// <inheritdoc cref="UseDevelopmentClustering(ISiloBuilder, IPEndPoint?)"/>
    public static ISiloBuilder UseDevelopmentClustering(
        this ISiloBuilder builder, Action<DevelopmentClusterMembershipOptions> configureOptions) =>
        builder.UseDevelopmentClustering((OptionsBuilder<DevelopmentClusterMembershipOptions> options) =>
            options.Configure(configureOptions));

    /// <inheritdoc cref="UseDevelopmentClustering(ISiloBuilder, IPEndPoint?)"/>
    public static ISiloBuilder UseDevelopmentClustering(
        this ISiloBuilder builder, Action<OptionsBuilder<DevelopmentClusterMembershipOptions>> configureOptions)
    {
        configureOptions(builder.Services.AddOptions<DevelopmentClusterMembershipOptions>());
        return builder;
    }
}

/// <summary>Where a silo listens.</summary>
public static class EndpointOptionsExtensions
{
    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder, IPAddress advertisedIP, int siloPort, int gatewayPort, bool listenOnAnyHostAddress = false) =>
        builder.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = advertisedIP;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
            if (listenOnAnyHostAddress)
            {
                options.SiloListeningEndpoint = new(IPAddress.Any, siloPort);
                options.GatewayListeningEndpoint = new(IPAddress.Any, gatewayPort);
            }
        });

    /// <param name="builder">The silo.</param>
    /// <param name="hostname">Its first address of the family is advertised; null for this machine's.</param>
    /// <param name="siloPort">For silos.</param>
    /// <param name="gatewayPort">For clients; 0 for none.</param>
    /// <param name="addressFamily">IPv4 or IPv6.</param>
    /// <param name="listenOnAnyHostAddress">Whether to listen on all interfaces instead of the advertised address.</param>
    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder,
        string? hostname,
        int siloPort,
        int gatewayPort,
        AddressFamily addressFamily = AddressFamily.InterNetwork,
        bool listenOnAnyHostAddress = false) =>
        builder.ConfigureEndpoints(Resolve(hostname, addressFamily), siloPort, gatewayPort, listenOnAnyHostAddress);

    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder,
        int siloPort,
        int gatewayPort,
        AddressFamily addressFamily = AddressFamily.InterNetwork,
        bool listenOnAnyHostAddress = false) =>
        builder.ConfigureEndpoints((string?)null, siloPort, gatewayPort, addressFamily, listenOnAnyHostAddress);

    private static IPAddress Resolve(string? hostname, AddressFamily family)
    {
        var candidates = hostname is null
            ? NetworkInterface.GetAllNetworkInterfaces()
                .Where(network => network.OperationalStatus == OperationalStatus.Up)
                .SelectMany(network => network.GetIPProperties().UnicastAddresses.Select(unicast => unicast.Address))
                .OrderBy(IPAddress.IsLoopback)
            : Dns.GetHostAddresses(hostname).AsEnumerable();
        return candidates.FirstOrDefault(address => address.AddressFamily == family)
            ?? throw new Runtime.OrleansConfigurationException(
                $"A silo advertises an {family} address, but {hostname ?? "this machine"} has none.");
    }
}
