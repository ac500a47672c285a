using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

public class StageRecordTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SchedulingOptions Options = new() { LossLimit = 3, InfrastructureLimit = 3, BackOff = TimeSpan.FromSeconds(2), BackOffLimit = TimeSpan.FromSeconds(5) };
    private static readonly StageRecipe Recipe = ExperimentPlanner.Plan(TestSpec.Of("a")).Dense.Stages[0];

    private static StageRecord Queued => StageRecord.Requested(Request("a"), new Dictionary<StageId, ArtifactId>());

    private static StageRecord Running => Queued.Started("w", "s", Now);

    private static StageFailure Crashed => new() { Reason = FailureReason.EngineCrashed, Message = "signal 9" };

    private static StageFailure OutOfMemory => new() { Reason = FailureReason.OutOfMemory, Message = "2 GiB" };

    [Fact]
    public void Started_OpensAnAttempt_AndOnlyOne()
    {
        Assert.Equal((StageState.Running, 1, "w"), (Running.State, Running.Attempt, Running.Worker));
        var running = Running;
        Assert.Same(running, running.Started("w", "s", Now));
        Assert.Same(running, running.Started("other", "s", Now));
    }

    [Theory]
    [InlineData(2, "w")]
    [InlineData(0, "w")]
    [InlineData(1, "other")]
    public void Writes_OfAStaleAttempt_ChangeNothing(int attempt, string worker)
    {
        var running = Running;
        Assert.Same(running, running.CheckpointCommitted(attempt, worker, FakeEngine.CheckpointOf(Recipe.Id, 1)));
        Assert.Same(running, running.Succeeded(attempt, worker, FakeEngine.ArtifactOf(Recipe.Id), FakeEngine.ResultOf(Recipe), Now));
        Assert.Same(running, running.Failed(attempt, worker, Crashed, Now, Options));
        Assert.Same(running, running.HandedBack(attempt, worker, Now));
        Assert.Same(running, running.Lost(attempt, worker, LeaseEnd.Silent, Now, Options));
    }

    [Fact]
    public void Succeeded_IsFinal()
    {
        var done = Running.Succeeded(1, "w", FakeEngine.ArtifactOf(Recipe.Id), FakeEngine.ResultOf(Recipe), Now);
        Assert.Equal(StageState.Succeeded, done.State);
        Assert.Same(done, done.Succeeded(1, "w", FakeEngine.CheckpointOf(Recipe.Id, 1), FakeEngine.ResultOf(Recipe), Now));
        Assert.Same(done, done.Withdrawn("a", Now));
        Assert.Same(done, done.RequestedAgain(Request("b")));
        Assert.Same(done, done.Lost(1, "w", LeaseEnd.Silent, Now, Options));
    }

    [Fact]
    public void HandedBack_KeepsTheCheckpoint_AndCountsNothing()
    {
        var checkpoint = FakeEngine.CheckpointOf(Recipe.Id, 2);
        var again = Running.CheckpointCommitted(1, "w", checkpoint).HandedBack(1, "w", Now).Started("v", "s", Now);
        Assert.Equal((2, 0, 0), (again.Attempt, again.Losses, again.InfrastructureFailures));
        Assert.Equal(checkpoint, again.ToAssignment().Checkpoint);
    }

    [Fact]
    public void Lost_BeyondTheLimit_FailsAndNamesStageAndWorker()
    {
        var stage = Queued;
        for (var loss = 1; loss <= 3; loss++)
        {
            Assert.Equal(StageState.Queued, stage.State);
            stage = stage.Started($"w{loss}", "s", Now).Lost(loss, $"w{loss}", LeaseEnd.Silent, Now, Options);
        }

        Assert.Equal((StageState.Failed, FailureReason.WorkerLost), (stage.State, stage.Failure!.Reason));
        Assert.Contains("w3", stage.Failure.Message, StringComparison.Ordinal);
        Assert.Contains(Recipe.Id.Value, stage.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_WithTheQueue_IsNotCounted()
    {
        var stage = Queued;
        for (var loss = 1; loss <= 10; loss++)
        {
            stage = stage.Started("w", "s", Now).Lost(loss, "w", LeaseEnd.Unknown, Now, Options);
        }

        Assert.Equal((StageState.Queued, 0, 10), (stage.State, stage.Losses, stage.Attempt));
    }

    [Fact]
    public void Checkpoint_ForgivesWhatWentWrongBefore_OnlyWhenItIsNew()
    {
        var checkpoint = FakeEngine.CheckpointOf(Recipe.Id, 1);
        var once = Running.Lost(1, "w", LeaseEnd.Silent, Now, Options).Started("w", "s", Now);
        var forgiven = once.CheckpointCommitted(2, "w", checkpoint);
        Assert.Equal(0, forgiven.Losses);

        var lostAgain = forgiven.Lost(2, "w", LeaseEnd.Silent, Now, Options).Started("w", "s", Now);
        Assert.Equal(1, lostAgain.CheckpointCommitted(3, "w", checkpoint).Losses);
    }

    [Fact]
    public void Infrastructure_IsRetriedWithGrowingBackOff_ThenFails()
    {
        var first = Running.Failed(1, "w", Crashed, Now, Options);
        Assert.Equal((StageState.Queued, Now.AddSeconds(2)), (first.State, first.NotBefore));

        var second = first.Started("w", "s", Now).Failed(2, "w", Crashed, Now, Options);
        Assert.Equal((StageState.Queued, Now.AddSeconds(4)), (second.State, second.NotBefore));

        var third = second.Started("w", "s", Now).Failed(3, "w", Crashed, Now, Options);
        Assert.Equal((StageState.Failed, FailureReason.EngineCrashed), (third.State, third.Failure!.Reason));
        Assert.Contains("signal 9", third.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BackOff_StopsGrowingAtItsLimit()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), Options.BackOffAfter(3));
        Assert.Equal(TimeSpan.FromSeconds(5), Options.BackOffAfter(500));
    }

    [Fact]
    public void OutOfMemory_IsTriedOnceMoreAlone_ThenFails()
    {
        var alone = Running.Failed(1, "w", OutOfMemory, Now, Options);
        Assert.Equal((StageState.Queued, true), (alone.State, alone.ToOffer().Alone));

        var failed = alone.Started("w", "s", Now).Failed(2, "w", OutOfMemory, Now, Options);
        Assert.Equal((StageState.Failed, FailureReason.OutOfMemory), (failed.State, failed.Failure!.Reason));
    }

    [Fact]
    public void Benchmark_OffersItselfAlone_OnItsDevice()
    {
        var parent = StageId.Parse("hardprune-1-00000000000000000000000000");
        var recipe = new BenchmarkRecipe { Parent = parent, Dense = parent, DeviceModel = "cpu" };
        var offer = StageRecord.Requested(Request("a") with { Recipe = recipe }, new Dictionary<StageId, ArtifactId>()).ToOffer();
        Assert.Equal((true, "cpu"), (offer.Alone, offer.DeviceModel));
    }

    [Fact]
    public void Deterministic_FailsAtOnce_AndStaysFailed()
    {
        var failed = Running.Failed(1, "w", new StageFailure { Reason = FailureReason.NonFiniteLoss, Message = "NaN" }, Now, Options);
        Assert.Equal(StageState.Failed, failed.State);
        Assert.Same(failed, failed.RequestedAgain(Request("b") with { Retry = true }));
    }

    [Fact]
    public void Retry_GivesAFreshBudget_ToInfrastructureFailuresAlone()
    {
        var stage = Queued;
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            stage = stage.Started("w", "s", Now).Failed(attempt, "w", Crashed, Now, Options);
        }

        Assert.Same(stage, stage.RequestedAgain(Request("a")));
        var again = stage.RequestedAgain(Request("a") with { Retry = true });
        Assert.Equal((StageState.Queued, 0, 3), (again.State, again.InfrastructureFailures, again.Attempt));
        Assert.Null(again.Failure);
    }

    [Fact]
    public void Withdrawn_ByTheLastWaiter_Cancels_AndARequestGoesOnFromTheCheckpoint()
    {
        var checkpoint = FakeEngine.CheckpointOf(Recipe.Id, 1);
        var shared = Running.RequestedAgain(Request("b")).CheckpointCommitted(1, "w", checkpoint);
        var one = shared.Withdrawn("a", Now);
        Assert.Equal((StageState.Running, "b"), (one.State, one.PaidBy));
        Assert.Same(one, one.Withdrawn("a", Now));

        var none = one.Withdrawn("b", Now);
        Assert.Equal(StageState.Cancelled, none.State);
        Assert.False(none.IsRunBy(1, "w"));

        var again = none.RequestedAgain(Request("c"));
        Assert.Equal((StageState.Queued, "c", 1), (again.State, again.PaidBy, again.Attempt));
        Assert.Equal(checkpoint, again.Started("v", "s", Now).ToAssignment().Checkpoint);
    }

    [Fact]
    public void Relinquished_WithdrawsWhatIsQueued_AndLeavesWhatRuns()
    {
        Assert.Equal(StageState.Cancelled, Queued.Relinquished("a").State);
        var running = Running;
        Assert.Same(running, running.Relinquished("a"));
    }

    [Fact]
    public void Request_Repeated_ChangesNothing_AndALongerPathIsTaken()
    {
        var queued = Queued;
        Assert.Same(queued, queued.RequestedAgain(Request("a")));
        Assert.Equal(9, queued.RequestedAgain(Request("b") with { CriticalPath = 9 }).ToOffer().CriticalPath);
    }

    [Fact]
    public void Record_SurvivesItsJson()
    {
        var record = Running.CheckpointCommitted(1, "w", FakeEngine.CheckpointOf(Recipe.Id, 1)).Failed(1, "w", OutOfMemory, Now, Options);
        var text = CanonicalJson.Serialize(new StoredStage { Stage = record });
        Assert.Equal(text, CanonicalJson.Serialize(CanonicalJson.Deserialize<StoredStage>(text)));
    }

    [Fact]
    public void Attempts_TellWhereAndWhenTheyRan_AndHowTheyEnded()
    {
        var (lost, back, done) = (Now.AddSeconds(10), Now.AddSeconds(20), Now.AddSeconds(30));
        var first = Queued.Started("s/cpu-0/a", "s", Now);
        var saved = first.CheckpointCommitted(1, "s/cpu-0/a", FakeEngine.CheckpointOf(Recipe.Id, 2)).Noting(Progress(1, "s/cpu-0/a", 2.25), first);
        var second = saved.Lost(1, "s/cpu-0/a", LeaseEnd.Silent, lost, Options).Started("s/cpu-1/b", "s", lost);
        var third = second.HandedBack(2, "s/cpu-1/b", back).Noting(Progress(2, "s/cpu-1/b", 3.5), second).Started("s/cpu-1/c", "s", back);
        var ended = third.Succeeded(3, "s/cpu-1/c", FakeEngine.ArtifactOf(Recipe.Id), FakeEngine.ResultOf(Recipe), done).Noting(Progress(3, "s/cpu-1/c", 4) with { PeakMemory = 7 }, third);

        Assert.Equal(
            [
                new AttemptSpan { Attempt = 1, Worker = "s/cpu-0", Start = Now, End = lost, Outcome = SpanEnd.Lost, EpochsDone = 2.25, EpochsSaved = 2 },
                new AttemptSpan { Attempt = 2, Worker = "s/cpu-1", Start = lost, End = back, Outcome = SpanEnd.HandedBack, EpochsBefore = 2, EpochsDone = 3.5 },
                new AttemptSpan { Attempt = 3, Worker = "s/cpu-1", Start = back, End = done, Outcome = SpanEnd.Succeeded, EpochsBefore = 2, EpochsDone = 4, PeakMemory = 7 },
            ],
            ended.Attempts!.Spans);
        Assert.Same(ended.Attempts, ended.ToStatus().Attempts);
        Assert.Null(ended.Attempts.Omitted);
    }

    [Fact]
    public void Attempt_ThatFailed_TellsWhy_AndOneThatNobodyWantsIsWithdrawn()
    {
        var failed = Running.Failed(1, "w", OutOfMemory, Now.AddSeconds(1), Options).Attempts!.Spans[0];
        Assert.Equal((SpanEnd.Failed, FailureReason.OutOfMemory, Now.AddSeconds(1)), (failed.Outcome!.Value, failed.Reason!.Value, failed.End!.Value));

        var withdrawn = Running.Withdrawn("a", Now.AddSeconds(2)).Attempts!.Spans[0];
        Assert.Equal((SpanEnd.Withdrawn, Now.AddSeconds(2)), (withdrawn.Outcome!.Value, withdrawn.End!.Value));
        Assert.Null(Queued.Withdrawn("a", Now).Attempts);
    }

    /// <summary>Two silos' clocks differ; no span ends before it has begun.</summary>
    [Fact]
    public void Attempt_EndsNoSoonerThanItBegan() =>
        Assert.Equal(Now, Running.HandedBack(1, "w", Now.AddSeconds(-5)).Attempts!.Spans[0].End);

    [Fact]
    public void Progress_AloneIsNotWritten()
    {
        var running = Running;
        Assert.Same(running, running.Noting(Progress(1, "w", 1.5), running));
    }

    [Fact]
    public void AThousandAttempts_LeaveTheLastFew_AndHowManyThereWereBefore()
    {
        var stage = Queued;
        for (var attempt = 1; attempt <= 1000; attempt++)
        {
            stage = stage.Started("w", "s", Now).HandedBack(attempt, "w", Now);
        }

        Assert.Equal(Enumerable.Range(993, 8), stage.Attempts!.Spans.Select(span => span.Attempt));
        Assert.Equal(1000 - AttemptHistory.MostSpans, stage.Attempts.Omitted);
    }

    /// <summary>What an older version left running is gone on with, though nobody knows when it began.</summary>
    [Fact]
    public void RecordWithoutAttempts_IsReadAndGoesOn()
    {
        var stored = System.Text.Json.Nodes.JsonNode.Parse(CanonicalJson.Serialize(new StoredStage { Stage = Running }))!;
        Assert.True(stored["stage"]!.AsObject().Remove("attempts"));
        var running = CanonicalJson.Deserialize<StoredStage>(stored.ToJsonString()).Stage!;

        var done = running.Succeeded(1, "w", FakeEngine.ArtifactOf(Recipe.Id), FakeEngine.ResultOf(Recipe), Now).Noting(Progress(1, "w", 4), running);
        Assert.Equal((StageState.Succeeded, null), (done.State, done.Attempts));

        var again = running.Lost(1, "w", LeaseEnd.Silent, Now, Options).Started("v", "s", Now);
        Assert.Equal([2], again.Attempts!.Spans.Select(span => span.Attempt));
    }

    private static AttemptReport Progress(int attempt, string worker, double epochs) =>
        new() { Stage = Recipe.Id, Attempt = attempt, Worker = worker, Phase = AttemptPhase.Running, EpochsDone = epochs, Epochs = 4 };

    private static StageRequest Request(string experiment) => new() { Recipe = Recipe, Experiment = experiment, CriticalPath = 5 };
}
