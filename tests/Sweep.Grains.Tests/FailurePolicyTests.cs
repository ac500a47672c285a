using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>What an experiment's policies make of its stages' failures.</summary>
public class FailurePolicyTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SchedulingOptions Options = new() { LossLimit = 3, InfrastructureLimit = 3, BackOff = TimeSpan.FromSeconds(2), BackOffLimit = TimeSpan.FromSeconds(5) };
    private static readonly StageRecipe Recipe = ExperimentPlanner.Plan(TestSpec.Of("a")).Dense.Stages[0];

    public static TheoryData<FailureReason> Reasons { get; } = [.. Enum.GetValues<FailureReason>()];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void EveryReason_HasAPolicyOfItsOwn(FailureReason reason)
    {
        var policy = new FailurePolicy { Action = FailureAction.PauseExperiment };
        var policies = new FailurePolicies();
        typeof(FailurePolicies).GetProperty(reason.ToString())!.SetValue(policies, policy);

        Assert.All(Enum.GetValues<FailureReason>(), other => Assert.Same(other == reason ? policy : null, policies.For(other)));
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void FailTrial_FailsAtOnce_WhateverTheReason(FailureReason reason)
    {
        var failed = FailedFor(reason, FailureAction.FailTrial);

        Assert.Equal((StageState.Failed, reason, null), (failed.State, failed.Failure!.Reason, failed.Pauses));
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void PauseExperiment_FailsTheStage_AndItsRetryReopensIt(FailureReason reason)
    {
        var failed = FailedFor(reason, FailureAction.PauseExperiment);
        Assert.Equal((StageState.Failed, "a"), (failed.State, failed.ToStatus().Pauses));

        Assert.Same(failed, failed.RequestedAgain(Request(reason, FailureAction.PauseExperiment)));
        var again = failed.RequestedAgain(Request(reason, FailureAction.PauseExperiment) with { Retry = true });
        Assert.Equal((StageState.Queued, null, 1), (again.State, again.Pauses, again.Attempt));
        Assert.Null(again.Failure);
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Alone_IsOneMoreChance_WhateverTheReason(FailureReason reason)
    {
        var alone = FailedFor(reason, FailureAction.Alone);
        Assert.Equal((StageState.Queued, true), (alone.State, alone.ToOffer().Alone));

        Assert.Equal(StageState.Failed, Fail(alone.Started("w", "s", Now), reason).State);
    }

    [Theory]
    [InlineData(FailureReason.NonFiniteLoss)]
    [InlineData(FailureReason.OutOfMemory)]
    [InlineData(FailureReason.DiskFull)]
    [InlineData(FailureReason.WorkerLost)]
    public void Retry_HasALimitAndAWaitOfItsOwn(FailureReason reason)
    {
        var policies = Policies(reason, new FailurePolicy { Action = FailureAction.Retry, Limit = 3, BackOff = 7 });
        var once = Fail(Queued(policies).Started("w", "s", Now), reason);
        Assert.Equal((StageState.Queued, Now.AddSeconds(7)), (once.State, once.NotBefore));

        // No longer than the cluster's longest wait, unless the policy's first is.
        var twice = Fail(once.Started("w", "s", Now), reason);
        Assert.Equal((StageState.Queued, Now.AddSeconds(7)), (twice.State, twice.NotBefore));

        var thrice = Fail(twice.Started("w", "s", Now), reason);
        Assert.Equal((StageState.Failed, reason), (thrice.State, thrice.Failure!.Reason));
        Assert.Contains("3 times in a row", thrice.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExcludeWorker_NamesTheSlotInItsOffer_WhicheverInstanceStoodThere()
    {
        var policies = Policies(FailureReason.DiskFull, new FailurePolicy { Action = FailureAction.ExcludeWorker });
        var once = Fail(Queued(policies).Started("s/cpu-0/1", "s", Now), FailureReason.DiskFull);
        Assert.Equal(StageState.Queued, once.State);
        Assert.Equal(["s/cpu-0"], once.ToOffer().Excluded);

        var twice = Fail(Fail(once.Started("s/cpu-1/1", "s", Now), FailureReason.DiskFull).Started("s/cpu-0/2", "s", Now), FailureReason.DiskFull);
        Assert.Equal(["s/cpu-1", "s/cpu-0"], twice.ToOffer().Excluded);
    }

    [Fact]
    public void ExcludeWorker_BeyondItsLimit_FailsAndNamesThem()
    {
        var policies = Policies(FailureReason.DiskFull, new FailurePolicy { Action = FailureAction.ExcludeWorker, Limit = 1 });
        var once = Fail(Queued(policies).Started("s/cpu-0/1", "s", Now), FailureReason.DiskFull);
        var twice = Fail(once.Started("s/cpu-1/1", "s", Now), FailureReason.DiskFull);

        Assert.Equal(StageState.Failed, twice.State);
        Assert.Contains("s/cpu-0, s/cpu-1", twice.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExcludeWorker_WithNoWorkerLeft_Fails_AndARetryStartsAfresh()
    {
        var policies = Policies(FailureReason.DiskFull, new FailurePolicy { Action = FailureAction.ExcludeWorker });
        var queued = Queued(policies);
        Assert.Same(queued, queued.LeftWithoutWorker());

        var excluding = Fail(queued.Started("s/cpu-0/1", "s", Now), FailureReason.DiskFull);
        var running = excluding.Started("s/cpu-1/1", "s", Now);
        Assert.Same(running, running.LeftWithoutWorker());

        var failed = excluding.LeftWithoutWorker();
        Assert.Equal((StageState.Failed, FailureReason.DiskFull), (failed.State, failed.Failure!.Reason));
        Assert.Contains("s/cpu-0", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Same(failed, failed.LeftWithoutWorker());

        Assert.Empty(failed.RequestedAgain(Request(FailureReason.DiskFull, FailureAction.ExcludeWorker) with { Retry = true }).ToOffer().Excluded);
    }

    [Fact]
    public void Policies_AreThoseOfTheExperimentThatPays()
    {
        var shared = Queued(policies: null).RequestedAgain(Request(FailureReason.DiskFull, FailureAction.FailTrial) with { Experiment = "b" });

        Assert.Equal(StageState.Queued, Fail(shared.Started("w", "s", Now), FailureReason.DiskFull).State);
        Assert.Equal(StageState.Failed, Fail(shared.Withdrawn("a", Now).Started("w", "s", Now), FailureReason.DiskFull).State);
    }

    [Fact]
    public void LostWithTheQueue_IsNoFailure_WhateverThePolicy()
    {
        var policies = Policies(FailureReason.WorkerLost, new FailurePolicy { Action = FailureAction.FailTrial });
        var lost = Queued(policies).Started("w", "s", Now).Lost(1, "w", LeaseEnd.Unknown, Now, Options);

        Assert.Equal(StageState.Queued, lost.State);
    }

    [Fact]
    public void Force_ReopensAnyFailure_Once_HoweverOftenItArrives()
    {
        var failed = Fail(Queued(policies: null).Started("w", "s", Now), FailureReason.NonFiniteLoss);
        var force = Request("a") with { ForceAfter = 1 };
        var again = failed.RequestedAgain(force);
        Assert.Equal((StageState.Queued, 1), (again.State, again.Attempt));
        Assert.Same(again, again.RequestedAgain(force));

        var running = again.Started("w", "s", Now);
        Assert.Equal(2, running.Attempt);
        Assert.Same(running, running.RequestedAgain(force));

        var failedAgain = running.Failed(2, "w", FailureOf(FailureReason.NonFiniteLoss), Now, Options);
        Assert.Same(failedAgain, failedAgain.RequestedAgain(force));
        Assert.Equal(StageState.Queued, failedAgain.RequestedAgain(force with { ForceAfter = 2 }).State);
    }

    [Fact]
    public void AnUrgentWaiter_PaysForAQueuedStage_AndNotForARunningOne()
    {
        var urgent = Request("b") with { Priority = 5, Weight = 2, ShareRevision = 1 };
        var queued = Queued(policies: null).RequestedAgain(urgent).ToOffer();
        Assert.Equal(("b", 5, 2.0, 1), (queued.Experiment, queued.Priority, queued.Weight, queued.ShareRevision));

        var running = Queued(policies: null).Started("w", "s", Now).RequestedAgain(urgent).ToOffer();
        Assert.Equal(("a", 0, 1.0), (running.Experiment, running.Priority, running.Weight));
    }

    [Fact]
    public void ARequestWithAnotherShare_ChangesTheOffer()
    {
        var queued = Queued(policies: null);
        var changed = queued.RequestedAgain(Request("a") with { Weight = 3, ShareRevision = 1 });

        Assert.Equal((3.0, 1), (changed.ToOffer().Weight, changed.ToOffer().ShareRevision));
        Assert.Same(changed, changed.RequestedAgain(Request("a") with { Weight = 3, ShareRevision = 1 }));
    }

    [Fact]
    public void RecordsOfBefore_StillLoad_AndDefaultsAddNothingToThem()
    {
        var text = CanonicalJson.Serialize(new StoredStage { Stage = Queued(policies: null) });
        Assert.DoesNotContain("share", text, StringComparison.Ordinal);
        Assert.DoesNotContain("policies", text, StringComparison.Ordinal);
        Assert.DoesNotContain("excluded", text, StringComparison.Ordinal);
        Assert.DoesNotContain("pauses", text, StringComparison.Ordinal);

        var policies = Policies(FailureReason.DiskFull, new FailurePolicy { Action = FailureAction.ExcludeWorker });
        var full = Fail(Queued(policies).RequestedAgain(Request("b") with { Weight = 2 }).Started("w/1", "s", Now), FailureReason.DiskFull);
        var written = CanonicalJson.Serialize(new StoredStage { Stage = full });
        Assert.Equal(written, CanonicalJson.Serialize(CanonicalJson.Deserialize<StoredStage>(written)));
    }

    [Fact]
    public async Task PauseExperiment_PausesTheSweep_WhichGoesOnWhereItWasResumed()
    {
        await using var cluster = await FakeCluster.Start(workers: 1);
        var policies = new FailurePolicies { BadData = new() { Action = FailureAction.PauseExperiment } };
        var spec = TestSpec.Of("pausing") with { FailurePolicies = policies };
        var failures = 0;
        cluster.Workers[0].Failures = _ => failures++ == 0 ? FailureOf(FailureReason.BadData) : null;
        await cluster.Api.Submit(spec, default);
        await cluster.RunUntil(async () => (await cluster.Api.GetStatus("pausing", default)).State == ExperimentState.Paused, "the pause");
        var paused = await cluster.Api.GetStatus("pausing", default);
        Assert.Contains("as told", paused.PausedFor, StringComparison.Ordinal);
        Assert.Equal(0, paused.Trials.Failed);

        await cluster.Kill();
        await cluster.Start();
        await cluster.Api.Resume("pausing", default);
        var ended = await cluster.RunUntilEnded("pausing");

        Assert.Equal((ExperimentState.Complete, 0), (ended.State, ended.Trials.Failed));
        Assert.Null(ended.PausedFor);
        Assert.Equal(SweepTests.Expected(spec), SweepTests.Untimed(await cluster.Api.GetResult("pausing", default)));
    }

    private static StageRecord FailedFor(FailureReason reason, FailureAction action) =>
        Fail(StageRecord.Requested(Request(reason, action), new Dictionary<StageId, ArtifactId>()).Started("w", "s", Now), reason);

    /// <summary>The last attempt, failed or lost.</summary>
    private static StageRecord Fail(StageRecord running, FailureReason reason) => reason == FailureReason.WorkerLost
        ? running.Lost(running.Attempt, running.Worker!, LeaseEnd.Silent, Now, Options)
        : running.Failed(running.Attempt, running.Worker!, FailureOf(reason), Now, Options);

    private static StageFailure FailureOf(FailureReason reason) => new() { Reason = reason, Message = "as told" };

    private static StageRecord Queued(FailurePolicies? policies) =>
        StageRecord.Requested(Request("a") with { FailurePolicies = policies }, new Dictionary<StageId, ArtifactId>());

    private static FailurePolicies Policies(FailureReason reason, FailurePolicy policy)
    {
        var policies = new FailurePolicies();
        typeof(FailurePolicies).GetProperty(reason.ToString())!.SetValue(policies, policy);
        return policies;
    }

    private static StageRequest Request(FailureReason reason, FailureAction action) =>
        Request("a") with { FailurePolicies = Policies(reason, new FailurePolicy { Action = action }) };

    private static StageRequest Request(string experiment) => new() { Recipe = Recipe, Experiment = experiment, CriticalPath = 5 };
}
