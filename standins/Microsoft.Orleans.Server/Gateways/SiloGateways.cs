using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Activations;
using Orleans.Configuration;
using Orleans.Membership;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Wire;

namespace Orleans.Gateways;

/// <summary>The two ports of a silo: the one for silos, which only the primary answers, and the one for clients.</summary>
internal sealed class SiloGateways(
    LocalSilo silo,
    ClusterMembers members,
    ActivationDirectory activations,
    GrainClassCatalog classes,
    SiloLink link,
    CodecCatalog codecs,
    IOptions<EndpointOptions> endpoints,
    IOptions<SiloMessagingOptions> messaging,
    IOptions<ConnectionOptions> connections,
    IOptions<WireSecurity> security,
    IOptions<ClusterMembershipOptions> membership,
    [FromKeyedServices(TimeProviderNames.Membership)] TimeProvider time,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider messagingTime,
    ILogger<SiloGateways> logger) : IAsyncDisposable
{
    private const int MaxHelloBytes = 64 * 1024;

    private readonly ConcurrentDictionary<PeerSession, SiloAddress?> _sessions = new();
    private readonly CallFrames _frames = new(codecs);
    private PeerListener? _siloListener;
    private PeerListener? _clientListener;
    private ITimer? _watch;

    public void Bind()
    {
        var options = endpoints.Value;
        var siloEndpoint = options.SiloListeningEndpoint ?? new IPEndPoint(options.AdvertisedIPAddress, options.SiloPort);
        _siloListener = new(siloEndpoint, "silos", logger);
        _siloListener.Bind();
        if (options.GatewayPort == 0)
            return;

        var gateway = options.GatewayListeningEndpoint ?? new IPEndPoint(options.AdvertisedIPAddress, options.GatewayPort);
        _clientListener = new(gateway, "clients", logger);
        _clientListener.Bind();
    }

    public void AcceptSilos()
    {
        members.Changed = () => Broadcast(ClusterMembers.WriteFrame(members));
        _siloListener!.Accept(socket => ServeAsync(socket, "silo"));
        var period = membership.Value.ProbeTimeout * (membership.Value.NumMissedProbesLimit + 1);
        using (ExecutionContext.SuppressFlow())
            _watch = time.CreateTimer(_ => DropSilentSilos(), null, period, period);
    }

    public void AcceptClients() => _clientListener?.Accept(socket => ServeAsync(socket, "client"));

    public async Task StopAcceptingAsync()
    {
        if (_clientListener is not null)
            await _clientListener.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _watch?.Dispose();
        await StopAcceptingAsync();
        if (_siloListener is not null)
            await _siloListener.DisposeAsync();
        await Task.WhenAll(_sessions.Keys.Select(session => session.Connection.CloseAsync()));
    }

    private async Task ServeAsync(Socket socket, string role)
    {
        var remote = socket.RemoteEndPoint?.ToString() ?? "?";
        using var opening = new CancellationTokenSource(connections.Value.OpenConnectionTimeout, time);
        Stream stream;
        try
        {
            stream = await WireSecurity.OpenAsync(socket, security.Value.AsServer, opening.Token);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException)
        {
            logger.LogWarning(exception, "Authentication of {Remote} failed.", remote);
            return;
        }

        using var connection = new FrameConnection(stream, remote, messaging.Value.MaxMessageBodySize, logger);
        try
        {
            using var hello = await connection.ReadAsync(MaxHelloBytes, opening.Token);
            if (hello is null)
                return;

            if (ReasonToRefuse(hello.RootElement, role) is { } reason)
            {
                logger.LogWarning("Refused {Remote}: {Reason}", connection.Remote, reason);
                connection.Send(Frames.Write(Frames.Refuse, writer => writer.WriteString("reason", reason)));
                await connection.CloseAsync();
                return;
            }

            var entry = role == "silo" ? ClusterMembers.ReadEntry(hello.RootElement.GetProperty("silo")) : null;
            await ServeAsync(connection, entry);
        }
        catch (Exception exception) when (exception is OrleansException or OperationCanceledException or InvalidOperationException
            or KeyNotFoundException or FormatException or ArgumentException)
        {
            logger.LogWarning(exception, "Closing the connection with {Remote}: it did not introduce itself.", connection.Remote);
        }
    }

    private async Task ServeAsync(FrameConnection connection, MembershipEntry? joining)
    {
        PeerSession session = silo.IsPrimary
            ? new HostingSession(connection, activations, _frames, codecs, messagingTime, logger)
            : new RelayingSession(connection, link.Link, _frames);
        _sessions[session] = joining?.SiloAddress;
        connection.Send(WriteWelcome());
        if (joining is not null)
            members.Join(joining);
        try
        {
            await connection.RunAsync(session.Handle, CancellationToken.None);
        }
        finally
        {
            _sessions.TryRemove(session, out _);
            // The same silo may be back on another connection already.
            if (joining is not null && !_sessions.Values.Contains(joining.SiloAddress))
                members.Leave(joining.SiloAddress);
        }
    }

    private byte[] WriteWelcome() => Frames.Write(Frames.Welcome, writer =>
    {
        writer.WriteString("address", silo.SiloAddress.ToParsableString());
        writer.WriteStartObject("grains");
        if (silo.IsPrimary)
        {
            foreach (var (name, type) in classes.Unambiguous)
                writer.WriteString(name, type.ToString());
        }
        else
        {
            foreach (var (name, type) in link.GrainTypes)
                writer.WriteString(name, type);
        }

        writer.WriteEndObject();
        members.WriteMembers(writer);
    });

    private string? ReasonToRefuse(JsonElement hello, string role)
    {
        if (hello.GetProperty(Frames.Kind).GetString() != Frames.Hello)
            return "A connection begins with hello.";

        var cluster = hello.GetProperty("cluster").GetString();
        if (cluster != silo.ClusterId)
            return $"A connection joins silos and clients of one cluster, but this silo is of \"{silo.ClusterId}\" and the peer of \"{cluster}\".";

        var theirs = hello.GetProperty("role").GetString();
        if (theirs != role)
            return $"This port is for {role}s, but the peer is a {theirs}.";

        if (role == "silo" && !silo.IsPrimary)
            return $"Silos join their primary, but this silo's primary is {silo.Primary}.";

        return role == "client" && !silo.IsPrimary && !link.Link.IsConnected
            ? $"This silo has no connection with its primary {silo.Primary} at the moment."
            : null;
    }

    private void Broadcast(byte[] frame)
    {
        foreach (var (session, address) in _sessions)
        {
            if (address is not null)
                session.Connection.Send(frame);
        }
    }

    private void DropSilentSilos()
    {
        foreach (var (session, address) in _sessions)
        {
            if (address is null || !session.TakeWasSilent())
                continue;

            logger.LogWarning("Silo {Address} has missed {Probes} probes; closing its connection.",
                address, membership.Value.NumMissedProbesLimit);
            session.Connection.Dispose();
        }
    }
}
