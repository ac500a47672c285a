using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Silo.Tests.Metrics;

/// <summary>What goes wrong, and what many submit, on grains in virtual time.</summary>
[Collection(AloneCollection.Name)]
public sealed class GrainMetricsTests : IAsyncLifetime
{
    private ScrapedApp _app = null!;
    private FakeCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        _app = await ScrapedApp.StartExposition();
        _cluster = await FakeCluster.Start();
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task FailuresLossesAndRetries_AreCountedByReason()
    {
        var crashes = 0;
        foreach (var worker in _cluster.Workers)
        {
            worker.Failures = assignment => assignment.Recipe.Kind switch
            {
                StageKind.HardPrune when assignment.Attempt == 1 => new StageFailure { Reason = FailureReason.DiskFull, Message = "full" },
                StageKind.SoftPrune => new StageFailure { Reason = FailureReason.NonFiniteLoss, Message = "NaN" },
                _ => null,
            };
            worker.Starting = assignment => crashes += assignment.Recipe.Kind == StageKind.Pretrain && assignment.Attempt == 1 ? 1 : 0;
        }

        await _cluster.Api.Submit(TestSpec.Of("faulty", [0.4], [PruningMethod.Vtp, PruningMethod.Gohsp]), default);
        await _cluster.RunUntil(() => Task.FromResult(crashes > 0), "the first stage's start");
        var pretraining = Assert.Single(_cluster.Workers, worker => worker.Assignment is not null);
        pretraining.Crash();
        await _cluster.RunUntilEnded("faulty");
        var exposed = await _app.Scrape();

        Assert.Equal(1, exposed.Sum("sweep_attempts_finished_total", ("kind", "pretrain"), ("outcome", "lost")));
        Assert.Equal(1, exposed.Sum("sweep_leases_expired_total"));
        Assert.Equal(1, exposed.Sum("sweep_stage_retries_total", ("kind", "pretrain"), ("reason", "worker_lost")));
        Assert.Equal(1, exposed.Sum("sweep_stage_retries_total", ("kind", "hardprune"), ("reason", "disk_full")));
        Assert.Equal(1, exposed.Sum("sweep_failures_total", ("failure", "infrastructure"), ("reason", "disk_full")));
        Assert.Equal(1, exposed.Sum("sweep_failures_total", ("failure", "deterministic"), ("reason", "non_finite_loss")));
        Assert.Equal(0, exposed.Sum("sweep_stage_retries_total", ("kind", "softprune")));
        Assert.Equal(1, exposed.Sum("sweep_stages_finished_total", ("kind", "softprune"), ("outcome", "failed")));
        Assert.Equal(1, exposed.Sum("sweep_trials_finished_total", ("outcome", "failed")));
        Assert.Equal(1, exposed.Sum("sweep_trials_finished_total", ("outcome", "complete")));
        Assert.Equal(0, exposed.Sum("sweep_metrics_series_dropped_total"));
        Assert.All(exposed.Samples.Where(sample => sample.Name.StartsWith("sweep_", StringComparison.Ordinal)), KnownMetrics.AssertBounded);
    }

    [Fact]
    public async Task RunningSweep_ShowsQueueAndWorkers()
    {
        await _cluster.Api.Submit(TestSpec.Of("running"), default);
        await _cluster.RunUntil(() => Task.FromResult(_cluster.Workers.All(worker => worker.Assignment?.Recipe.Kind is { } kind && kind != StageKind.Pretrain)), "both workers at work");
        for (var i = 0; i < 8; i++)
        {
            await _cluster.Turn(); // a tenth of a lease, after which the queue shows itself again
        }

        var exposed = await _app.Scrape();
        var queue = await _cluster.Api.GetQueue(default);

        Assert.True(queue.Depth > 0, "The test wants a queue.");
        Assert.InRange(exposed.Sum("sweep_queue_depth"), 1, 20);
        Assert.True(exposed.Sum("sweep_queue_oldest_wait_seconds") > 0);
        Assert.Equal(2, exposed.Sum("sweep_workers"));
        Assert.Equal(exposed.Sum("sweep_leases_held"), exposed.Sum("sweep_stages_running"));
        Assert.Equal(1, exposed.Sum("sweep_experiments", ("state", "running")));
        Assert.Equal((await _cluster.Api.GetStatus("running", default)).Trials.Total, exposed.Sum("sweep_trials"));
        Assert.InRange(exposed.Sum("sweep_experiment_progress", ("experiment", "running")), 0.01, 0.99);
    }

    [Fact]
    public async Task NamesOfExperiments_CannotGrowTheSeriesBeyondTheCap()
    {
        const int Submitted = GrainMetrics.ExperimentLimit + 5;
        for (var i = 0; i < Submitted; i++)
        {
            await _cluster.Api.Submit(TestSpec.Of(FormattableString.Invariant($"many-{i}"), [0.4], [PruningMethod.Vtp]), default);
        }

        await _cluster.Clock.WhenIdle();
        var exposed = await _app.Scrape();

        var named = exposed.Samples.Where(sample => sample.Labels.ContainsKey("experiment")).ToList();
        Assert.Equal(GrainMetrics.ExperimentLimit, named.Select(sample => sample.Labels["experiment"]).Distinct().Count());
        Assert.Equal(GrainMetrics.ExperimentLimit, exposed.Of("sweep_experiment_progress").Count);
        Assert.Equal(Submitted - GrainMetrics.ExperimentLimit, exposed.Sum("sweep_metrics_series_dropped_total"));
        Assert.Equal(Submitted, exposed.Sum("sweep_experiments", ("state", "running")));
        Assert.All(exposed.Samples.Where(sample => sample.Name.StartsWith("sweep_", StringComparison.Ordinal)), KnownMetrics.AssertBounded);
    }

    [Fact]
    public async Task SiloThatIsGone_ShowsNothing()
    {
        await _cluster.Api.Submit(TestSpec.Of("gone", [0.4], [PruningMethod.Vtp]), default);
        Assert.NotEmpty((await _app.Scrape()).Of("sweep_experiment_progress"));

        await _cluster.Kill();
        var exposed = await _app.ScrapeUntil(now => now.Of("sweep_experiment_progress").Count == 0);

        Assert.Empty(exposed.Of("sweep_queue_depth"));
    }
}
