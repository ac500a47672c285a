using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using Sweep.Silo.Metrics;
using Sweep.Silo.Storage;

namespace Sweep.Silo.Tests.Storage;

public sealed class MeteredGrainStorageHostingTests
{
    private static readonly GrainId s_grain = GrainId.Create("stage", "one");

    [Fact]
    public async Task MeterGrainStorage_MeasuresWhatWasRegisteredUnderTheName()
    {
        await using var services = Services(registered => registered
            .AddGrainStorage("measured", (_, name) => new Opening(name))
            .AddGrainStorage("other", (_, name) => new Opening(name))
            .MeterGrainStorage("measured"));
        var meters = services.GetRequiredService<IMeterFactory>();
        using var durations = new MeterListener();
        var seen = new List<string>();
        durations.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        durations.SetMeasurementEventCallback<double>((instrument, _, tags, _) => seen.Add(
            $"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
        durations.Start();

        var storage = services.GetRequiredKeyedService<IGrainStorage>("measured");
        await storage.WriteStateAsync("note", s_grain, new GrainState<string>("one"));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("note", s_grain, new GrainState<string>("two", "stale")));

        Assert.IsType<MeteredGrainStorage>(storage);
        Assert.IsType<Opening>(services.GetRequiredKeyedService<IGrainStorage>("other"));
        Assert.Equal(
            [$"{SiloMetrics.StorageDuration.Name} operation=write outcome=ok", $"{SiloMetrics.StorageDuration.Name} operation=write outcome=conflict"], seen);
    }

    [Fact]
    public async Task MeterGrainStorage_LetsTheStorageOpenWithTheSilo()
    {
        await using var services = Services(registered => registered.AddGrainStorage("store", (_, name) => new Opening(name)).MeterGrainStorage("store"));
        var lifecycle = new RecordingLifecycle();
        foreach (var participant in services.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
        {
            participant.Participate(lifecycle);
        }

        await lifecycle.Start();

        Assert.Equal(["store"], lifecycle.Observers);
        Assert.NotNull(services.GetRequiredKeyedService<IGrainStorage>("store"));
    }

    [Fact]
    public void MeterGrainStorage_OfANameThatNobodyRegistered_SaysWhich()
    {
        var fault = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().MeterGrainStorage("absent"));

        Assert.Contains("'absent'", fault.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(Action<IServiceCollection> register)
    {
        var services = new ServiceCollection().AddMetrics().AddSingleton(TimeProvider.System);
        register(services);
        return services.BuildServiceProvider();
    }

    /// <summary>A storage that takes anything without an ETag, and opens with the silo.</summary>
    private sealed class Opening(string name) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle) =>
            lifecycle.Subscribe(name, ServiceLifecycleStage.ApplicationServices, _ => Task.CompletedTask);

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            grainState.ETag is null ? Task.CompletedTask : throw new InconsistentStateException("stale");

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;
    }
}
