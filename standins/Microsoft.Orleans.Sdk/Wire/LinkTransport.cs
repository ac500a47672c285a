using System.Collections.Frozen;
using System.Text.Json;
using Orleans.Calls;
using Orleans.Runtime;

namespace Orleans.Wire;

/// <summary>Sends calls over the link to the cluster; grain types come with the cluster's welcome.</summary>
internal sealed class LinkTransport(ClusterLink link, CallFrames frames) : ICallTransport
{
    private FrozenDictionary<string, string>? _grainTypes;

    /// <summary>Takes the grain types out of a welcome frame.</summary>
    public void TakeGrainTypes(JsonElement welcome) => _grainTypes = welcome.GetProperty("grains").EnumerateObject()
        .ToFrozenDictionary(entry => entry.Name, entry => entry.Value.GetString()!, StringComparer.Ordinal);

    public IEnumerable<(string Interface, string Type)> GrainTypes => _grainTypes?.Select(entry => (entry.Key, entry.Value)) ?? [];

    public void Send(PendingCall call)
    {
        try
        {
            var reply = call.Method.IsOneWay ? null : new Reply(call, frames);
            call.Route = link.Send(id => frames.WriteCall(call, id), reply);
        }
        catch (Exception exception)
        {
            call.TrySetException(exception);
        }
    }

    public void Abandon(PendingCall call, bool signal)
    {
        if (call.Route is long id)
            link.Abandon(id, signal);
    }

    public GrainType GrainTypeOf(Type grainInterface, string? classNamePrefix)
    {
        if (classNamePrefix is not null)
            throw new NotSupportedException("Class name prefixes outside the silo of the grains need Microsoft.Orleans.Client itself.");
        if (_grainTypes is null)
            throw new InvalidOperationException("The cluster client is not connected yet: start its host before making references.");

        return _grainTypes.TryGetValue(grainInterface.FullName!, out var type)
            ? GrainType.Create(type)
            : throw new ArgumentException($"Could not find an implementation for interface {grainInterface}", nameof(grainInterface));
    }

    private sealed class Reply(PendingCall call, CallFrames frames) : ILinkReply
    {
        public void OnResult(JsonElement frame) => frames.Complete(call, frame);

        public void OnLost(Exception exception) => call.TrySetException(exception);
    }
}
