using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Files;
using Sweep.Silo.Hosting;
using Sweep.Silo.Http;
using Sweep.Silo.Metrics;
using Sweep.Silo.Settings;
using Sweep.Silo.Workers;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Metrics;

/// <summary>A silo as it is shipped, with real workers whose engine is played, through a whole sweep.</summary>
[Collection(AloneCollection.Name)]
public sealed class SiloMetricsTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Drain _drain = new(TimeProvider.System);
    private ScrapedApp _silo = null!;
    private Task _working = Task.CompletedTask;

    private ISweepApi Api => _silo.App.Services.GetRequiredService<ISweepApi>();

    public async Task InitializeAsync()
    {
        var state = new StateFolder(_folder["state"]);
        state.Create();
        Directory.CreateDirectory(state.Silo("primary"));
        var settings = new SiloSettings { StateFolder = state.Root, Name = "primary", Workers = 0, Lease = TimeSpan.FromSeconds(2) };
        _silo = await ScrapedApp.Of(SiloHost.Build(settings, state, [], null, NullLoggerProvider.Instance));
        _working = Task.WhenAll(Enumerable.Range(0, 2).Select(slot => Task.Run(() => WorkerOf(state, slot).Run(_drain))));
    }

    public async Task DisposeAsync()
    {
        _drain.Begin(TimeSpan.FromMinutes(1));
        await _working;
        await _silo.DisposeAsync();
    }

    public void Dispose()
    {
        _drain.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Sweep_IsFoundInTheMetrics()
    {
        var spec = TestSpec.Of("metered", [0.2, 0.4], [Recipes.PruningMethod.Vtp, Recipes.PruningMethod.Somp]);
        var plan = ExperimentPlanner.Plan(spec);
        var stages = StageTree.Of(plan).Stages;

        var exposed = await Run(spec);

        foreach (var kind in stages.GroupBy(stage => stage.Recipe.Kind))
        {
            var word = ("kind", kind.Key.ToString().ToLowerInvariant());
            Assert.Equal(kind.Count(), exposed.Sum("sweep_stages_finished_total", word, ("outcome", "succeeded")));
            Assert.Equal(kind.Count(), exposed.Sum("sweep_attempts_started_total", word));
            Assert.Equal(kind.Count(), exposed.Sum("sweep_attempts_finished_total", word, ("outcome", "succeeded")));
            Assert.Equal(kind.Count(), exposed.Sum("sweep_attempt_duration_seconds_count", word, ("outcome", "succeeded")));
            Assert.Equal(kind.Sum(stage => stage.Recipe.Epochs), exposed.Sum("sweep_epochs_run_total", word));
        }

        Assert.Equal(plan.Stages, exposed.Sum("sweep_stages_finished_total"));
        Assert.Equal(plan.Stages, exposed.Sum("sweep_commit_duration_seconds_count", ("content", "artifact"), ("outcome", "committed")));
        Assert.Equal(stages.Sum(stage => stage.Id.Value.Length), exposed.Sum("sweep_commit_size_bytes_total", ("content", "artifact")));
        Assert.NotEqual(0, exposed.Sum("sweep_commit_duration_seconds_count", ("content", "checkpoint"), ("outcome", "committed")));
        Assert.Equal(plan.Trials.Count, exposed.Sum("sweep_trials_finished_total", ("outcome", "complete")));
        Assert.Equal(plan.Trials.Count, exposed.Sum("sweep_trials", ("state", "complete")));
        Assert.Equal(1, exposed.Sum("sweep_experiments_finished_total", ("outcome", "complete")));
        Assert.Equal(0, exposed.Sum("sweep_queue_depth"));
        Assert.Equal(0, exposed.Sum("sweep_queue_oldest_wait_seconds"));
        Assert.Equal(0, exposed.Sum("sweep_leases_held"));
        var result = await Api.GetResult("metered", default);
        Assert.Equal(result.Front.Count, exposed.Sum("sweep_experiment_front_size", ("experiment", "metered")));
        Assert.Equal(result.Hypervolume!.Value, exposed.Sum("sweep_experiment_hypervolume", ("experiment", "metered")), 12);
        Assert.Equal(
            result.Trials.Where(trial => result.Front.Contains(trial.Id)).Max(trial => trial.Metrics!.Accuracy),
            exposed.Sum("sweep_experiment_best_accuracy", ("experiment", "metered")),
            12);
        Assert.Equal(1, exposed.Sum("sweep_experiment_progress", ("experiment", "metered")));
        var points = exposed.Of("sweep_pareto_point_flops", ("experiment", "metered"));
        Assert.Equal(
            result.Trials.Where(trial => result.Front.Contains(trial.Id)).Select(trial => (double)trial.Metrics!.Flops).Order(),
            points.Select(point => point.Value).Order());
        Assert.Equal(Enumerable.Range(0, result.Front.Count), points.Select(point => int.Parse(point.Labels["rank"], System.Globalization.CultureInfo.InvariantCulture)).Order());

        var epochs = stages.Sum(stage => stage.Recipe.Epochs);
        Assert.Equal(4 * epochs, exposed.Sum("sweep_train_steps_total", ("device", "cpu")));
        Assert.Equal(128 * epochs, exposed.Sum("sweep_train_samples_total"));
        Assert.Equal(0.02 * epochs, exposed.Sum("sweep_train_loader_wait_seconds_total"), 9);
        Assert.Equal(4 * epochs, exposed.Sum("sweep_train_step_duration_seconds_bucket", ("le", "0.025")) - exposed.Sum("sweep_train_step_duration_seconds_bucket", ("le", "0.01")));
        Assert.Equal(plan.Stages, exposed.Sum("sweep_stage_queue_wait_seconds_count"));
        Assert.Equal(0, exposed.Sum("sweep_attempts_running"));
        Assert.Equal(0, exposed.Sum("sweep_out_of_memory_total"));
        Assert.True(exposed.Sum("sweep_lease_renewal_duration_seconds_count", ("outcome", "answered")) >= plan.Stages);
        Assert.InRange(exposed.Sum("sweep_checkpoint_last_success_timestamp_seconds"), 1.7e9, 1e11);
        Assert.Equal(1, exposed.Sum("sweep_build_info"));

        // Each stage is written when it is requested, started and ended at the least.
        Assert.True(exposed.Sum("sweep_storage_operation_duration_seconds_count", ("operation", "write"), ("outcome", "ok")) >= 3 * plan.Stages);
        Assert.NotEqual(0, exposed.Sum("http_server_request_duration_seconds_count", ("http_route", "/metrics"), ("http_response_status_code", "200")));
        Assert.All(exposed.Samples.Where(sample => sample.Name.StartsWith("sweep_", StringComparison.Ordinal)), KnownMetrics.AssertBounded);
    }

    [Fact]
    public void Endpoint_IsForThoseWhoMayRead()
    {
        var endpoint = Assert.Single(
            _silo.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(), route => route.RoutePattern.RawText == "/metrics");

        Assert.Same(RouteAccess.Read, endpoint.Metadata.GetMetadata<RouteAccess>());
    }

    [PromtoolFact]
    public async Task Exposition_IsCleanForPromtool() =>
        await Promtool.AssertClean((await Run(TestSpec.Of("linted", [0.2], [Recipes.PruningMethod.Vtp]))).Text);

    private async Task<Exposed> Run(SweepSpec spec)
    {
        await Api.Submit(spec, default);

        // The queue shows itself from time to time, so its picture may be older than the experiment's.
        return await _silo.ScrapeUntil(now =>
            now.Sum("sweep_experiments", ("state", "complete")) == 1 && now.Sum("sweep_workers", ("state", "idle")) == 2 && now.Sum("sweep_queue_depth") == 0);
    }

    private Worker WorkerOf(StateFolder state, int slot)
    {
        var services = _silo.App.Services;
        var store = new DirectoryArtifactStore(state.Artifacts);
        var grains = services.GetRequiredService<IGrainFactory>();
        var scratch = _folder["scratch", FormattableString.Invariant($"{slot}")];
        return new Worker(
            new WorkerPlace
            {
                Silo = "primary",
                Device = "cpu",
                Slot = slot,
                Threads = 1,
                Runner = new PlayedEngine(),
                Store = store,
                Cache = new ArtifactCache(store, Path.Combine(scratch, "held"), capacity: 32),
                Gate = new MachineGate(),
                Meter = services.GetRequiredService<WorkerMeter>(),
                Scratch = scratch,
            },
            "a1",
            report => grains.GetGrain<IWorkQueueGrain>(IWorkQueueGrain.DefaultPool).Synchronize(report),
            TimeProvider.System,
            NullLogger.Instance);
    }
}
