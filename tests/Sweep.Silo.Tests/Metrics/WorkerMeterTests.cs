using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using Sweep.Silo.Metrics;

namespace Sweep.Silo.Tests.Metrics;

/// <summary>What a worker counts that a sweep which goes well does not show.</summary>
[Collection(AloneCollection.Name)]
public sealed class WorkerMeterTests : IAsyncLifetime
{
    private ScrapedApp _app = null!;
    private WorkerMeter _meter = null!;

    public async Task InitializeAsync()
    {
        _app = await ScrapedApp.StartExposition();
        _meter = new WorkerMeter(_app.App.Services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task AttemptsAreCountedWhileTheyRun_AndMemoryByItsDevice()
    {
        _meter.HasWorkers(3);
        var first = _meter.AttemptBegan(StageKind.Pretrain);
        _meter.AttemptBegan(StageKind.FineTune);
        _meter.AttemptEnded(StageKind.Pretrain, Last(FailureReason.OutOfMemory), "cuda:1", first);

        var exposed = await _app.Scrape();

        Assert.Equal(3, exposed.Sum("sweep_worker_slots"));
        Assert.Equal(0, exposed.Sum("sweep_attempts_running", ("kind", "pretrain")));
        Assert.Equal(1, exposed.Sum("sweep_attempts_running", ("kind", "finetune")));
        Assert.Equal(1, exposed.Sum("sweep_out_of_memory_total", ("device", "cuda:1")));
        Assert.Empty(exposed.Of("sweep_checkpoint_last_success_timestamp_seconds"));
    }

    [Fact]
    public async Task OtherFailures_AreNotMemorys()
    {
        _meter.AttemptEnded(StageKind.Pretrain, Last(FailureReason.DiskFull), "cpu", _meter.AttemptBegan(StageKind.Pretrain));

        Assert.Empty((await _app.Scrape()).Of("sweep_out_of_memory_total"));
    }

    [Fact]
    public async Task ReportOfSteps_CountsEachWithTheirMean()
    {
        _meter.Trained("cuda:0", new TrainingWork { Steps = 10, Samples = 640, Seconds = 0.3, LoaderSeconds = 0.05 });
        _meter.Trained("cuda:0", new TrainingWork { Steps = 0, Samples = 0, Seconds = 0, LoaderSeconds = 0 });

        var exposed = await _app.Scrape();

        Assert.Equal(10, exposed.Sum("sweep_train_step_duration_seconds_count", ("device", "cuda")));
        Assert.Equal(10, exposed.Sum("sweep_train_step_duration_seconds_bucket", ("le", "0.05")));
        Assert.Equal(0, exposed.Sum("sweep_train_step_duration_seconds_bucket", ("le", "0.025")));
        Assert.Equal(0.3, exposed.Sum("sweep_train_step_duration_seconds_sum"), 9);
        Assert.Equal(640, exposed.Sum("sweep_train_samples_total"));
    }

    [Fact]
    public async Task CallsThatNobodyAnswers_AreToldApart()
    {
        _meter.LeaseRenewed(answered: true, _meter.Begin());
        _meter.LeaseRenewed(answered: false, _meter.Begin());

        var exposed = await _app.Scrape();

        Assert.Equal(1, exposed.Sum("sweep_lease_renewal_duration_seconds_count", ("outcome", "answered")));
        Assert.Equal(1, exposed.Sum("sweep_lease_renewal_duration_seconds_count", ("outcome", "away")));
    }

    private static AttemptReport Last(FailureReason reason) => new()
    {
        Stage = StageId.Parse("pretrain-1-" + new string('0', 26)),
        Attempt = 1,
        Worker = "one/cuda:1-0/a",
        Phase = AttemptPhase.Failed,
        Failure = new StageFailure { Reason = reason, Message = "so it was" },
    };
}
