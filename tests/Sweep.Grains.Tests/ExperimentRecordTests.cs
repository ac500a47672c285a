using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

public class ExperimentRecordTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static ExperimentRecord Running => ExperimentRecord.Submitted(TestSpec.Of("a"), Now);

    [Fact]
    public void PauseAndResume_AreIdempotent()
    {
        var paused = Running.Paused();
        Assert.Equal(ExperimentState.Paused, paused.State);
        Assert.Same(paused, paused.Paused());
        var running = paused.Resumed();
        Assert.Equal(ExperimentState.Running, running.State);
        Assert.Same(running, running.Resumed());
    }

    [Fact]
    public void Cancelled_IsUnfinishedUntilEveryStageHasHeard()
    {
        var cancelled = Running.Cancelled(Now);
        Assert.True(cancelled.IsUnfinished);
        Assert.Same(cancelled, cancelled.Cancelled(Now.AddDays(1)));
        Assert.False(cancelled.Withdrawn().IsUnfinished);
    }

    [Fact]
    public void Ended_RefusesCommands_AndSaysWhichAndWhy()
    {
        var complete = Running.Finished(Now, null);
        Assert.Equal("Only an unfinished experiment can be paused, but 'a' is complete.", Assert.Throws<ExperimentConflictException>(complete.Paused).Message);
        Assert.Throws<ExperimentConflictException>(complete.Resumed);
        Assert.Throws<ExperimentConflictException>(() => complete.Cancelled(Now));
        Assert.Throws<ExperimentConflictException>(Running.Cancelled(Now).Resumed);
        Assert.Throws<ExperimentConflictException>(Running.Finished(Now, "why").Resumed);
    }

    [Fact]
    public void SubmittedAgain_GoesOnOnlyWhereThereIsSomethingToDo()
    {
        var complete = Running.Finished(Now, null);
        Assert.Same(complete, complete.SubmittedAgain(complete.Spec, []));
        Assert.Equal((ExperimentState.Running, null), (Running.Cancelled(Now).SubmittedAgain(Running.Spec, []).State, Running.Cancelled(Now).SubmittedAgain(Running.Spec, []).EndedAt));
        var stage = ExperimentPlanner.Plan(TestSpec.Of("a")).Dense.Stages[0].Id;
        var failed = Running.Finished(Now, "why").SubmittedAgain(Running.Spec, [stage]);
        Assert.Equal((ExperimentState.Running, null), (failed.State, failed.Failure));
        Assert.Equal([stage], failed.Retries);
        Assert.Empty(failed.Retried().Retries);
    }

    [Fact]
    public void Record_SurvivesItsJson()
    {
        var text = CanonicalJson.Serialize(new StoredExperiment { Experiment = Running.Cancelled(Now) });
        Assert.Equal(text, CanonicalJson.Serialize(CanonicalJson.Deserialize<StoredExperiment>(text)));
    }
}
