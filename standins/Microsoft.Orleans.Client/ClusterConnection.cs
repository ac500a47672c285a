using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Calls;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Wire;

namespace Orleans.Hosting;

/// <summary>The client's link with its cluster, as a hosted service.</summary>
internal sealed class ClusterConnection : IHostedService
{
    /// <summary>Between two pings of the gateway; it is given up after three without an answer.</summary>
    private static readonly TimeSpan PingPeriod = TimeSpan.FromSeconds(5);

    private readonly ClusterLink _link;
    private readonly IClientConnectionRetryFilter _retryFilter;
    private readonly Lazy<GrainCaller> _caller;
    private readonly IReadOnlyList<IPEndPoint> _gateways;
    private readonly ILogger _logger;

    public ClusterConnection(
        CodecCatalog codecs,
        IOptions<ClusterOptions> cluster,
        IOptions<StaticGatewayListProviderOptions> gateways,
        IOptions<ClientMessagingOptions> messaging,
        IOptions<ConnectionOptions> connections,
        IOptions<WireSecurity> security,
        IClientConnectionRetryFilter retryFilter,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
        IServiceProvider services,
        ILogger<ClusterConnection> logger)
    {
        _retryFilter = retryFilter;
        _logger = logger;
        _gateways = [.. gateways.Value.Gateways.Select(gateway => new IPEndPoint(IPAddress.Parse(gateway.Host.Trim('[', ']')), gateway.Port))];
        _link = new(
            new()
            {
                Endpoints = () => _gateways,
                Hello = () => Frames.Write(Frames.Hello, writer =>
                {
                    writer.WriteString("cluster", cluster.Value.ClusterId);
                    writer.WriteString("role", "client");
                }),
                MaxFrameBytes = messaging.Value.MaxMessageBodySize,
                Connection = connections.Value,
                Security = security.Value,
                PingPeriod = PingPeriod,
                MissedPings = 3,
                Time = time,
            },
            logger);
        Transport = new(_link, new(codecs));
        _link.Welcomed = Transport.TakeGrainTypes;
        _caller = new(services.GetRequiredService<GrainCaller>);
    }

    public LinkTransport Transport { get; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_gateways.Count == 0)
            throw new OrleansConfigurationException(
                "A cluster client has a gateway, but none is configured: call UseLocalhostClustering or UseStaticClustering.");

        _ = _caller.Value;
        while (true)
        {
            try
            {
                await _link.ConnectAsync(cancellationToken);
                break;
            }
            catch (OrleansException exception)
            {
                _logger.LogWarning("The cluster does not answer: {Reason}", exception.Message);
                if (!await _retryFilter.ShouldRetryConnectionAttempt(exception, cancellationToken))
                    throw;
            }
        }

        _link.Maintain();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _link.DisposeAsync();
        _caller.Value.BreakAll();
    }
}
