using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Membership;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;
using Orleans.Serialization;
using Orleans.Wire;

namespace Orleans.Gateways;

/// <summary>A member silo's link with its primary.</summary>
internal sealed class SiloLink : IAsyncDisposable
{
    private readonly LocalSilo _silo;
    private readonly ClusterMembershipOptions _membership;
    private readonly ConnectionOptions _connections;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public SiloLink(
        LocalSilo silo,
        ClusterMembers members,
        CodecCatalog codecs,
        IOptions<ClusterMembershipOptions> membership,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<ConnectionOptions> connections,
        IOptions<WireSecurity> security,
        [FromKeyedServices(TimeProviderNames.Membership)] TimeProvider time,
        ILogger<SiloLink> logger)
    {
        _silo = silo;
        _membership = membership.Value;
        _connections = connections.Value;
        _time = time;
        _logger = logger;
        Link = new(
            new()
            {
                Endpoints = () => [silo.Primary],
                Hello = () => Frames.Write(Frames.Hello, writer =>
                {
                    writer.WriteString("cluster", silo.ClusterId);
                    writer.WriteString("role", "silo");
                    writer.WriteStartObject("silo");
                    ClusterMembers.WriteEntry(writer, members.Local);
                    writer.WriteEndObject();
                }),
                MaxFrameBytes = messaging.Value.MaxMessageBodySize,
                Connection = connections.Value,
                Security = security.Value,
                PingPeriod = membership.Value.ProbeTimeout,
                MissedPings = membership.Value.NumMissedProbesLimit,
                Time = time,
            },
            logger);
        Transport = new(Link, new(codecs));
        Link.Welcomed = frame =>
        {
            Transport.TakeGrainTypes(frame);
            members.Take(frame);
        };
        Link.MembersChanged = members.Take;
        Link.Lost = members.LosePrimary;
    }

    public ClusterLink Link { get; }

    public LinkTransport Transport { get; }

    public IEnumerable<(string Interface, string Type)> GrainTypes => Transport.GrainTypes;

    /// <summary>Tries until the primary accepts this silo.</summary>
    /// <exception cref="OrleansException">The time for joining is over.</exception>
    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await Link.ConnectAsync(cancellationToken);
                Link.Maintain();
                return;
            }
            catch (ConnectionFailedException exception)
            {
                if (_time.GetElapsedTime(started) >= _membership.MaxJoinAttemptTime)
                {
                    throw new OrleansException(
                        $"A silo joins its cluster within {_membership.MaxJoinAttemptTime} (ClusterMembershipOptions.MaxJoinAttemptTime), "
                        + $"but the primary {_silo.Primary} did not accept it: {exception.Message}", exception);
                }

                _logger.LogWarning("The primary silo does not answer yet: {Reason}", exception.Message);
                await Task.Delay(_connections.ConnectionRetryDelay, _time, cancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync() => Link.DisposeAsync();
}
