using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace Orleans.Wire;

/// <summary>Receives the answer to a call that was sent over a link.</summary>
internal interface ILinkReply
{
    void OnResult(JsonElement frame);

    void OnLost(Exception exception);
}

/// <summary>Who connects, and what it wants of the connection.</summary>
internal sealed record LinkOptions
{
    public required Func<IReadOnlyList<IPEndPoint>> Endpoints { get; init; }

    public required Func<byte[]> Hello { get; init; }

    public required int MaxFrameBytes { get; init; }

    public required ConnectionOptions Connection { get; init; }

    public required WireSecurity Security { get; init; }

    /// <summary>Between two pings; the link is lost after <see cref="MissedPings"/> without an answer.</summary>
    public required TimeSpan PingPeriod { get; init; }

    public required int MissedPings { get; init; }

    public required TimeProvider Time { get; init; }
}

/// <summary>
/// The one connection of a client or member silo with its cluster. Connecting is the caller's first step; from then on the link
/// connects again by itself whenever it is lost.
/// </summary>
internal sealed class ClusterLink(LinkOptions options, ILogger logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, ILinkReply> _replies = new();
    private readonly CancellationTokenSource _stopping = new();
    private FrameConnection? _connection;
    private Task _maintaining = Task.CompletedTask;
    private long _lastId;
    private int _nextEndpoint;
    private int _unansweredPings;

    /// <summary>Called with each welcome frame, before any call can be sent.</summary>
    public Action<JsonElement> Welcomed { get; set; } = static _ => { };

    /// <summary>Called with frames that concern the members of the cluster.</summary>
    public Action<JsonElement> MembersChanged { get; set; } = static _ => { };

    /// <summary>Called when an established connection is lost.</summary>
    public Action Lost { get; set; } = static () => { };

    public bool IsConnected => _connection is { IsOpen: true };

    /// <summary>Tries each endpoint once.</summary>
    /// <exception cref="ConnectionFailedException">None accepted.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var endpoints = options.Endpoints();
        Exception? last = null;
        for (var i = 0; i < endpoints.Count; i++)
        {
            var endpoint = endpoints[(_nextEndpoint + i) % endpoints.Count];
            try
            {
                await ConnectAsync(endpoint, cancellationToken);
                _nextEndpoint = (_nextEndpoint + i) % endpoints.Count;
                return;
            }
            catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException or OperationCanceledException or OrleansException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                last = exception;
            }
        }

        if (last is ConnectionFailedException refused)
            throw refused;

        throw new ConnectionFailedException(
            $"Unable to connect to {string.Join(", ", endpoints)}: {last?.Message ?? "there is no endpoint"}", last!);
    }

    /// <summary>From now on connects again whenever the connection is lost.</summary>
    public void Maintain()
    {
        using (ExecutionContext.SuppressFlow())
            _maintaining = Task.Run(MaintainAsync);
    }

    /// <summary>Sends a call; <paramref name="reply"/> gets the answer, or the loss.</summary>
    /// <param name="write">Writes the frame for the id that the link gives the call.</param>
    /// <param name="reply">Null if no answer is expected.</param>
    /// <returns>The id.</returns>
    /// <exception cref="OrleansMessageRejectionException">There is no connection at the moment.</exception>
    public long Send(Func<long, byte[]> write, ILinkReply? reply)
    {
        if (_connection is not { IsOpen: true } connection)
        {
            var failure = new ConnectionFailedException($"Unable to connect to {string.Join(", ", options.Endpoints())}.");
            throw new OrleansMessageRejectionException($"Exception while sending message: {failure.Message}", failure);
        }

        var id = Interlocked.Increment(ref _lastId);
        var frame = write(id);
        if (reply is not null)
            _replies[id] = reply;
        try
        {
            connection.Send(frame);
        }
        catch (InvalidMessageFrameException)
        {
            _replies.TryRemove(id, out _);
            throw;
        }

        if (!connection.IsOpen && _replies.TryRemove(id, out var lost))
            lost.OnLost(Unavailable());
        return id;
    }

    public void Abandon(long id, bool signal)
    {
        _replies.TryRemove(id, out _);
        _connection?.Send(Frames.Write(Frames.Abandon, writer =>
        {
            writer.WriteNumber("id", id);
            writer.WriteBoolean("signal", signal);
        }));
    }

    /// <summary>Says goodbye and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_connection is { IsOpen: true } connection)
        {
            connection.Send(Frames.Write(Frames.Leave));
            await connection.CloseAsync();
        }

        await _maintaining;
    }

    private static SiloUnavailableException Unavailable() =>
        new("The target silo became unavailable: the connection with the cluster was lost.");

    private async Task ConnectAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var opening = new CancellationTokenSource(options.Connection.OpenConnectionTimeout, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(opening.Token, cancellationToken);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        FrameConnection? connection = null;
        try
        {
            await socket.ConnectAsync(endpoint, both.Token);
            var stream = await WireSecurity.OpenAsync(socket, options.Security.AsClient, both.Token);
            connection = new(stream, endpoint.ToString(), options.MaxFrameBytes, logger);
            connection.Send(options.Hello());
            using var answer = await connection.ReadAsync(both.Token)
                ?? throw new ConnectionFailedException($"{endpoint} closed the connection before it answered.");
            var frame = answer.RootElement;
            if (frame.GetProperty(Frames.Kind).GetString() != Frames.Welcome)
            {
                var reason = frame.TryGetProperty("reason", out var text) ? text.GetString() : "it sent an unexpected frame";
                throw new ConnectionFailedException($"Unable to connect to {endpoint}: {reason}");
            }

            Welcomed(frame);
            Volatile.Write(ref _unansweredPings, 0);
            _connection = connection;
        }
        catch
        {
            connection?.Dispose();
            socket.Dispose();
            throw;
        }

        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => connection.RunAsync(document => Handle(document), CancellationToken.None), CancellationToken.None);
        }
    }

    private async Task MaintainAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (_connection is { IsOpen: true } connection)
                {
                    await PingUntilLostAsync(connection);
                    FailReplies();
                    if (_stopping.IsCancellationRequested)
                        return;

                    logger.LogWarning("The connection with the cluster at {Remote} is lost; connecting again.", connection.Remote);
                    Lost();
                }

                await ConnectAsync(_stopping.Token);
                logger.LogInformation("Connected with the cluster at {Remote}.", _connection!.Remote);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                logger.LogDebug(exception, "The cluster cannot be reached.");
                await Task.Delay(options.Connection.ConnectionRetryDelay, options.Time, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task PingUntilLostAsync(FrameConnection connection)
    {
        using var timer = new PeriodicTimer(options.PingPeriod, options.Time);
        while (connection.IsOpen)
        {
            var tick = timer.WaitForNextTickAsync(_stopping.Token).AsTask();
            if (await Task.WhenAny(connection.Closed, tick) != tick)
            {
                timer.Dispose();
                await ((Task)tick).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            }

            await tick;
            if (Interlocked.Increment(ref _unansweredPings) > options.MissedPings)
            {
                logger.LogWarning("{Remote} has not answered {Missed} probes.", connection.Remote, options.MissedPings);
                connection.Dispose();
                return;
            }

            connection.Send(Frames.Write(Frames.Ping));
        }
    }

    private void FailReplies()
    {
        foreach (var id in _replies.Keys)
        {
            if (_replies.TryRemove(id, out var reply))
                reply.OnLost(Unavailable());
        }
    }

    private void Handle(JsonDocument document)
    {
        using (document)
        {
            var frame = document.RootElement;
            Volatile.Write(ref _unansweredPings, 0);
            switch (frame.GetProperty(Frames.Kind).GetString())
            {
                case Frames.Result when _replies.TryRemove(frame.GetProperty("id").GetInt64(), out var reply):
                    reply.OnResult(frame);
                    break;
                case Frames.Members:
                    MembersChanged(frame);
                    break;
                case Frames.Ping:
                    _connection?.Send(Frames.Write(Frames.Pong));
                    break;
            }
        }
    }
}
