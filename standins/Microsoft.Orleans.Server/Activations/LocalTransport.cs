using Orleans.Calls;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Activations;

/// <summary>Brings calls of the primary silo to its own activations.</summary>
internal sealed class LocalTransport(ActivationDirectory directory, GrainClassCatalog classes, CodecCatalog codecs) : ICallTransport
{
    public void Send(PendingCall call)
    {
        var work = new GrainCallWork(
            call.Target, call.Interface, call.Method, [.. call.Arguments], call.RequestContext, codecs, (result, failure) =>
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
