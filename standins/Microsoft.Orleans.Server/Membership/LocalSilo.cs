using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Membership;

/// <summary>This silo's name and addresses, and whether it is the primary.</summary>
internal sealed class LocalSilo : ILocalSiloDetails
{
    public LocalSilo(
        IOptions<SiloOptions> silo,
        IOptions<ClusterOptions> cluster,
        IOptions<EndpointOptions> endpoints,
        IOptions<DevelopmentClusterMembershipOptions> membership)
    {
        Name = silo.Value.SiloName;
        ClusterId = cluster.Value.ClusterId;
        ServiceId = cluster.Value.ServiceId;
        DnsHostName = Dns.GetHostName();
        var generation = SiloAddress.AllocateNewGeneration();
        var endpoint = new IPEndPoint(endpoints.Value.AdvertisedIPAddress, endpoints.Value.SiloPort);
        SiloAddress = SiloAddress.New(endpoint, generation);
        GatewayAddress = SiloAddress.New(new IPEndPoint(endpoint.Address, endpoints.Value.GatewayPort), generation);
        Primary = membership.Value.PrimarySiloEndpoint ?? endpoint;
        IsPrimary = Primary.Equals(endpoint);
    }

    public string Name { get; }

    public string ClusterId { get; }

    public string ServiceId { get; }

    public string DnsHostName { get; }

    public SiloAddress SiloAddress { get; }

    public SiloAddress GatewayAddress { get; }

    public IPEndPoint Primary { get; }

    /// <summary>The primary hosts every activation.</summary>
    public bool IsPrimary { get; }
}
