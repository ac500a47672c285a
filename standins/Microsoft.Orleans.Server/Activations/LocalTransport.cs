using Microsoft.Extensions.DependencyInjection;
using Orleans.Calls;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Wire;

namespace Orleans.Activations;

/// <summary>Brings calls of the primary silo to its own activations.</summary>
internal sealed class LocalTransport(
    ActivationDirectory directory,
    GrainClassCatalog classes,
    CodecCatalog codecs,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time) : ICallTransport
{
    public void Send(PendingCall call)
    {
        // The callee's token takes the place of the caller's.
        var received = new ReceivedCall(
            call.Target, call.Interface, call.Method, [.. call.Arguments], call.RequestContext, call.Timeout);
        var work = new GrainCallWork(received, codecs, time, (result, failure) =>
        {
            if (call.Method.IsOneWay)
                return;

            if (failure is null)
                call.TrySetResult(result);
            else
                call.TrySetException(failure);
        });
        call.Route = work;
        directory.Dispatch(work);
    }

    public void Abandon(PendingCall call, bool signal) => (call.Route as GrainCallWork)?.Abandon(signal);

    public GrainType GrainTypeOf(Type grainInterface, string? classNamePrefix) => classes.GrainTypeOf(grainInterface, classNamePrefix);
}
