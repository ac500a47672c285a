using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orleans.Activations;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Wire;

namespace Orleans.Gateways;

/// <summary>Serves the calls of one connected peer.</summary>
internal abstract class PeerSession(FrameConnection connection)
{
    private long _lastFrame;

    public FrameConnection Connection => connection;

    /// <summary>Whether the peer said goodbye before it closed.</summary>
    public bool HasLeft { get; private set; }

    public bool TakeWasSilent() => Interlocked.Exchange(ref _lastFrame, 0) == 0;

    /// <summary>Takes a frame; throws if it breaks the protocol.</summary>
    public void Handle(JsonDocument document)
    {
        using (document)
        {
            Interlocked.Exchange(ref _lastFrame, 1);
            var frame = document.RootElement;
            switch (frame.GetProperty(Frames.Kind).GetString())
            {
                case Frames.Call:
                    OnCall(frame.GetProperty("id").GetInt64(), frame);
                    break;
                case Frames.Abandon:
                    OnAbandon(frame.GetProperty("id").GetInt64(), frame.GetProperty("signal").GetBoolean());
                    break;
                case Frames.Ping:
                    connection.Send(Frames.Write(Frames.Pong));
                    break;
                case Frames.Leave:
                    HasLeft = true;
                    break;
            }
        }
    }

    protected abstract void OnCall(long id, JsonElement frame);

    protected abstract void OnAbandon(long id, bool signal);
}

/// <summary>On the primary: calls reach the activations.</summary>
internal sealed class HostingSession(
    FrameConnection connection,
    ActivationDirectory activations,
    CallFrames frames,
    CodecCatalog codecs,
    TimeProvider time,
    ILogger logger)
    : PeerSession(connection)
{
    private readonly ConcurrentDictionary<long, GrainCallWork> _calls = new();

    protected override void OnCall(long id, JsonElement frame)
    {
        GrainCallWork work;
        try
        {
            var call = frames.ReadCall(frame);
            work = new(call, codecs, time, (result, failure) =>
            {
                _calls.TryRemove(id, out _);
                if (!call.Method.IsOneWay)
                    Answer(id, failure, () => frames.WriteResult(id, call.Method, result));
            });
        }
        catch (Exception exception)
        {
            // The frame is one, but what it carries is not for this silo: another version of an interface, an unknown type.
            Answer(id, exception, null!);
            return;
        }

        _calls[id] = work;
        activations.Dispatch(work);
    }

    protected override void OnAbandon(long id, bool signal)
    {
        if (_calls.TryRemove(id, out var work))
            work.Abandon(signal);
    }

    private void Answer(long id, Exception? failure, Func<byte[]> result)
    {
        try
        {
            Connection.Send(failure is null ? result() : frames.WriteError(id, failure));
        }
        catch (Exception exception)
        {
            // The value cannot be written, or is too long: the caller learns that instead.
            logger.LogWarning(exception, "The answer to call {Id} of {Remote} cannot be sent.", id, Connection.Remote);
            Connection.Send(frames.WriteError(id, exception));
        }
    }
}

/// <summary>On a member: calls are passed on to the primary, and its answers back.</summary>
internal sealed class RelayingSession(FrameConnection connection, ClusterLink link, CallFrames frames) : PeerSession(connection)
{
    private readonly ConcurrentDictionary<long, long> _relayed = new();

    protected override void OnCall(long id, JsonElement frame)
    {
        try
        {
            _relayed[id] = link.Send(relayed => Renumber(frame, relayed), new Reply(this, id));
        }
        catch (OrleansException exception)
        {
            Connection.Send(frames.WriteError(id, exception));
        }
    }

    protected override void OnAbandon(long id, bool signal)
    {
        if (_relayed.TryRemove(id, out var relayed))
            link.Abandon(relayed, signal);
    }

    private static byte[] Renumber(JsonElement frame, long id) => Frames.Write(frame.GetProperty(Frames.Kind).GetString()!, writer =>
    {
        writer.WriteNumber("id", id);
        foreach (var property in frame.EnumerateObject())
        {
            if (property.Name is not (Frames.Kind or "id"))
                property.WriteTo(writer);
        }
    });

    private sealed class Reply(RelayingSession session, long id) : ILinkReply
    {
        public void OnResult(JsonElement frame)
        {
            session._relayed.TryRemove(id, out _);
            session.Connection.Send(Renumber(frame, id));
        }

        public void OnLost(Exception exception)
        {
            session._relayed.TryRemove(id, out _);
            session.Connection.Send(session.WriteError(id, exception));
        }
    }

    private byte[] WriteError(long id, Exception exception) => frames.WriteError(id, exception);
}
