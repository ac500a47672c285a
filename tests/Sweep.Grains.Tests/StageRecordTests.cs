using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

public class StageRecordTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SchedulingOptions Options = new() { LossLimit = 3, InfrastructureLimit = 3, BackOff = TimeSpan.FromSeconds(2), BackOffLimit = TimeSpan.FromSeconds(5) };
    private static readonly StageRecipe Recipe = Sweep.Planning.ExperimentPlanner.Plan(TestSpec.Of("a")).Dense.Stages[0];

    private static StageRecord Queued => StageRecord.Requested(Request("a"), new Dictionary<StageId, ArtifactId>());

    private static StageRecord Running => Queued.Started("w", "s");

    private static StageFailure Crashed => new() { Reason = FailureReason.EngineCrashed, Message = "signal 9" };

    private static StageFailure OutOfMemory => new() { Reason = FailureReason.OutOfMemory, Message = "2 GiB" };

    [Fact]
    public void Started_OpensAnAttempt_AndOnlyOne()
    {
        Assert.Equal((StageState.Running, 1, "w"), (Running.State, Running.Attempt, Running.Worker));
        var running = Running;
        Assert.Same(running, running.Started("w", "s"));
        Assert.Same(running, running.Started("other", "s"));
    }

    [Theory]
    [InlineData(2, "w")]
    [InlineData(0, "w")]
    [InlineData(1, "other")]
    public void Writes_OfAStaleAttempt_ChangeNothing(int attempt, string worker)
    {
        var running = Running;
        Assert.Same(running, running.CheckpointCommitted(attempt, worker, FakeEngine.CheckpointOf(Recipe.Id, 1)));
        Assert.Same(running, running.Succeeded(attempt, worker, FakeEngine.ArtifactOf(Recipe.Id), FakeEngine.ResultOf(Recipe)));
        Assert.Same(running, running.Failed(attempt, worker, Crashed, Now, Options));
        Assert.Same(running, running.HandedBack(attempt, worker));
        Assert.Same(running, running.Lost(attempt, worker, LeaseEnd.Silent, Now, Options));
    }

    [Fact]
    public void Succeeded_IsFinal()
    {
        var done = Running.Succeeded(1, "w", FakeEngine.ArtifactOf(Recipe.Id), FakeEngine.ResultOf(Recipe));
        Assert.Equal(StageState.Succeeded, done.State);
        Assert.Same(done, done.Succeeded(1, "w", FakeEngine.CheckpointOf(Recipe.Id, 1), FakeEngine.ResultOf(Recipe)));
        Assert.Same(done, done.Withdrawn("a"));
        Assert.Same(done, done.RequestedAgain(Request("b")));
        Assert.Same(done, done.Lost(1, "w", LeaseEnd.Silent, Now, Options));
    }

    [Fact]
    public void HandedBack_KeepsTheCheckpoint_AndCountsNothing()
    {
        var checkpoint = FakeEngine.CheckpointOf(Recipe.Id, 2);
        var again = Running.CheckpointCommitted(1, "w", checkpoint).HandedBack(1, "w").Started("v", "s");
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
            stage = stage.Started($"w{loss}", "s").Lost(loss, $"w{loss}", LeaseEnd.Silent, Now, Options);
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
            stage = stage.Started("w", "s").Lost(loss, "w", LeaseEnd.Unknown, Now, Options);
        }

        Assert.Equal((StageState.Queued, 0, 10), (stage.State, stage.Losses, stage.Attempt));
    }

    [Fact]
    public void Checkpoint_ForgivesWhatWentWrongBefore_OnlyWhenItIsNew()
    {
        var checkpoint = FakeEngine.CheckpointOf(Recipe.Id, 1);
        var once = Running.Lost(1, "w", LeaseEnd.Silent, Now, Options).Started("w", "s");
        var forgiven = once.CheckpointCommitted(2, "w", checkpoint);
        Assert.Equal(0, forgiven.Losses);

        var lostAgain = forgiven.Lost(2, "w", LeaseEnd.Silent, Now, Options).Started("w", "s");
        Assert.Equal(1, lostAgain.CheckpointCommitted(3, "w", checkpoint).Losses);
    }

    [Fact]
    public void Infrastructure_IsRetriedWithGrowingBackOff_ThenFails()
    {
        var first = Running.Failed(1, "w", Crashed, Now, Options);
        Assert.Equal((StageState.Queued, Now.AddSeconds(2)), (first.State, first.NotBefore));

        var second = first.Started("w", "s").Failed(2, "w", Crashed, Now, Options);
        Assert.Equal((StageState.Queued, Now.AddSeconds(4)), (second.State, second.NotBefore));

        var third = second.Started("w", "s").Failed(3, "w", Crashed, Now, Options);
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

        var failed = alone.Started("w", "s").Failed(2, "w", OutOfMemory, Now, Options);
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
            stage = stage.Started("w", "s").Failed(attempt, "w", Crashed, Now, Options);
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
        var one = shared.Withdrawn("a");
        Assert.Equal((StageState.Running, "b"), (one.State, one.PaidBy));
        Assert.Same(one, one.Withdrawn("a"));

        var none = one.Withdrawn("b");
        Assert.Equal(StageState.Cancelled, none.State);
        Assert.False(none.IsRunBy(1, "w"));

        var again = none.RequestedAgain(Request("c"));
        Assert.Equal((StageState.Queued, "c", 1), (again.State, again.PaidBy, again.Attempt));
        Assert.Equal(checkpoint, again.Started("v", "s").ToAssignment().Checkpoint);
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

    private static StageRequest Request(string experiment) => new() { Recipe = Recipe, Experiment = experiment, CriticalPath = 5 };
}
