using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Recipes;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Storage.Postgres;
using SchedulingOptions = Sweep.Scheduling.SchedulingOptions;

namespace Sweep.Silo.Hosting;

/// <summary>What is written to a grain storage to see that it can be.</summary>
public sealed record StoreProbe
{
    public string Word { get; init; } = "";
}

/// <summary>Opens the stores of a silo that is not started, and tries each: writes, reads back, removes.</summary>
internal static class StoreCheck
{
    private const string StateName = "probe";

    /// <exception cref="IOException">It gives back something else than what was written. A store that cannot be used says so in its own words.</exception>
    public static async Task TryGrains(IServiceProvider services)
    {
        var storage = services.GetRequiredKeyedService<IGrainStorage>(SchedulingOptions.Storage);
        foreach (var database in services.GetServices<IHostedService>().OfType<PostgresStart>())
        {
            await database.StartingAsync(CancellationToken.None);
        }

        var opening = new Opening();
        (storage as ILifecycleParticipant<ISiloLifecycle>)?.Participate(opening);
        await opening.OnStart();
        try
        {
            // Several silos may check at once.
            var grain = GrainId.Create("store-probe", Guid.NewGuid().ToString("N"));
            var written = new GrainState<StoreProbe> { State = new StoreProbe { Word = grain.ToString() } };
            await storage.WriteStateAsync(StateName, grain, written);
            var read = new GrainState<StoreProbe>();
            await storage.ReadStateAsync(StateName, grain, read);
            var word = read.State?.Word;
            await storage.ClearStateAsync(StateName, grain, read);
            if (word != written.State.Word)
            {
                throw new IOException($"Grain storage must give back what was written, '{written.State.Word}', but gave '{word}'.");
            }
        }
        finally
        {
            await opening.OnStop();
        }
    }

    /// <summary>A tiny artifact, the same each time: a store that is content-addressed keeps it once.</summary>
    public static async Task TryArtifacts(IArtifactStore store, string scratch)
    {
        var (source, target) = (Path.Combine(scratch, "probe"), Path.Combine(scratch, "probe-read"));
        try
        {
            Directory.CreateDirectory(source);
            await File.WriteAllTextAsync(Path.Combine(source, "probe.json"), CanonicalJson.Serialize(new StoreProbe { Word = "probe" }));
            await store.Materialize(await store.Put(source, null, CancellationToken.None), target, CancellationToken.None);
        }
        finally
        {
            foreach (var folder in new[] { source, target }.Where(Directory.Exists))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>A silo's life as far as its stores take part in it.</summary>
    private sealed class Opening() : LifecycleSubject(NullLogger.Instance), ISiloLifecycle
    {
        public int HighestCompletedStage { get; private set; } = int.MinValue;

        public int LowestStoppedStage { get; private set; } = int.MaxValue;

        protected override void OnStartStageCompleted(int stage) => HighestCompletedStage = stage;

        protected override void OnStopStageCompleted(int stage) => LowestStoppedStage = stage;
    }
}
