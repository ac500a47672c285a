using System.Diagnostics.Metrics;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Scheduling;
using Sweep.Silo.Metrics;

namespace Sweep.Silo.Storage;

/// <summary>
/// Measures another grain storage, whichever it is. Takes part in the silo's life in its stead: Orleans asks whatever is registered under
/// a storage's name to open its store.
/// </summary>
public sealed class MeteredGrainStorage : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private readonly IGrainStorage _inner;
    private readonly TimeProvider _time;
    private readonly Histogram<double> _durations;

    public MeteredGrainStorage(IGrainStorage inner, IMeterFactory meters, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _inner = inner;
        _time = time;
        _durations = SiloMetrics.StorageDuration.CreateHistogram(meters.Create(MetricDefinition.Meter));
    }

    public void Participate(ISiloLifecycle lifecycle) => (_inner as ILifecycleParticipant<ISiloLifecycle>)?.Participate(lifecycle);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Measure(StorageOperation.Read, () => _inner.ReadStateAsync(stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Measure(StorageOperation.Write, () => _inner.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Measure(StorageOperation.Clear, () => _inner.ClearStateAsync(stateName, grainId, grainState));

    private async Task Measure(StorageOperation operation, Func<Task> access)
    {
        var begun = _time.GetTimestamp();
        var outcome = StorageOutcome.Error;
        try
        {
            await access();
            outcome = StorageOutcome.Ok;
        }
        catch (InconsistentStateException)
        {
            outcome = StorageOutcome.Conflict;
            throw;
        }
        finally
        {
            _durations.Record(
                _time.GetElapsedTime(begun).TotalSeconds,
                new("operation", MetricWords<StorageOperation>.Of(operation)),
                new("outcome", MetricWords<StorageOutcome>.Of(outcome)));
        }
    }
}
