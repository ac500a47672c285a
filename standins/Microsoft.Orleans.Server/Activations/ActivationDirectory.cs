using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Calls;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Activations;

/// <summary>All activations of the primary silo, and their collection when they idle.</summary>
internal sealed class ActivationDirectory(
    GrainClassCatalog classes,
    IServiceProvider services,
    IOptions<GrainCollectionOptions> collection,
    [FromKeyedServices(TimeProviderNames.ActivationManagement)] TimeProvider time,
    ILogger<ActivationDirectory> logger) : IDisposable
{
    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();
    private ITimer? _collector;
    private volatile bool _isStopping;
    private GrainCaller? _caller;

    public TimeProvider Time => time;

    public GrainCollectionOptions Collection => collection.Value;

    public GrainCaller Caller => _caller ??= services.GetRequiredService<GrainCaller>();

    public int Count => _activations.Count;

    /// <summary>Brings work to the grain's activation and makes one if there is none.</summary>
    public void Dispatch(ActivationWork work)
    {
        if (work is not GrainCallWork call)
            return;

        while (true)
        {
            if (_isStopping && !_activations.ContainsKey(call.Target))
            {
                call.Reject(new SiloUnavailableException($"The silo is stopping and makes no new activation for {call}."));
                return;
            }

            if (!_activations.TryGetValue(call.Target, out var activation))
            {
                if (classes.Find(call.Target.Type) is not { } grainClass)
                {
                    call.Reject(new OrleansMessageRejectionException(
                        $"A call goes to a grain class of this silo, but it has none for grain type \"{call.Target.Type}\" ({call})."));
                    return;
                }

                activation = Add(call.Target, grainClass);
            }

            if (activation.TryReceive(call))
                return;

            // It has just ended and removes itself; make sure that we do not find it again.
            Remove(activation);
        }
    }

    public void Remove(Activation activation) => _activations.TryRemove(new(activation.GrainId, activation));

    /// <summary>Deactivates what has idled; without an age each class's own.</summary>
    public void Collect(TimeSpan? age = null)
    {
        foreach (var activation in _activations.Values)
        {
            if ((age ?? activation.Class.CollectionAge) is { } limit)
                activation.DeactivateIfIdle(limit);
        }
    }

    public void StartCollecting()
    {
        using (ExecutionContext.SuppressFlow())
            _collector = time.CreateTimer(_ => Collect(), null, Collection.CollectionQuantum, Collection.CollectionQuantum);
    }

    /// <summary>Deactivates everything; new activations are refused from now on.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        _collector?.Dispose();
        while (!_activations.IsEmpty && !cancellationToken.IsCancellationRequested)
        {
            var ending = _activations.Values.ToArray();
            foreach (var activation in ending)
                activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "This process is terminating."), cancellationToken);
            await Task.WhenAll(ending.Select(activation => activation.Deactivated)).WaitAsync(cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _collector?.Dispose();

    private Activation Add(GrainId id, GrainClass grainClass)
    {
        lock (_activations)
        {
            if (_activations.TryGetValue(id, out var existing))
                return existing;

            var activation = new Activation(id, grainClass, this, services, logger);
            _activations[id] = activation;
            activation.Start();
            return activation;
        }
    }
}
