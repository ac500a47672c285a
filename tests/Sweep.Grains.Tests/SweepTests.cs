using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>Whole sweeps in virtual time, with nothing going wrong that a sweep does not say itself.</summary>
public class SweepTests
{
    [Fact]
    public async Task Sweep_OverThreeMethods_RunsEachStageOnce_AndFindsTheFront()
    {
        await using var cluster = await FakeCluster.Start();
        var counts = Watch(cluster);
        var spec = TestSpec.Of("front");
        var submitted = await cluster.Api.Submit(spec, default);
        Assert.Equal(ExperimentState.Running, submitted.State);

        var status = await cluster.RunUntilEnded("front");
        var plan = ExperimentPlanner.Plan(spec);
        var result = await cluster.Api.GetResult("front", default);

        Assert.Equal(ExperimentState.Complete, status.State);
        Assert.Equal((plan.Trials.Count, plan.Stages, plan.EpochsNeeded), (status.Trials.Complete, status.StagesDone, (int)status.EpochsDone));
        counts.AssertEachOnce(plan.Trials.Append(plan.Dense).SelectMany(trial => trial.Stages).Select(stage => stage.Id).Distinct());
        Assert.All(counts.Starts.Values, starts => Assert.Equal(1, starts));
        Assert.Equal(Expected(spec), Untimed(result));
        Assert.Equal(result.Front, status.Front.Select(point => point.Trial));
        Assert.Equal(result.Dense, status.Dense);
        Assert.NotEmpty(result.Front);
    }

    [Fact]
    public async Task Submit_OfAFinishedExperiment_RunsNothing()
    {
        await using var cluster = await FakeCluster.Start();
        var counts = Watch(cluster);
        await cluster.Api.Submit(TestSpec.Of("twice"), default);
        await cluster.RunUntilEnded("twice");
        var before = counts.Starts.Values.Sum();

        var status = await cluster.Api.Submit(TestSpec.Of("twice"), default);
        Assert.Equal(ExperimentState.Complete, status.State);
        Assert.Equal(before, counts.Starts.Values.Sum());
    }

    [Fact]
    public async Task TwoExperiments_ShareStages_AndOnePays()
    {
        await using var cluster = await FakeCluster.Start();
        var counts = Watch(cluster);
        await cluster.Api.Submit(TestSpec.Of("first"), default);
        await cluster.Api.Submit(TestSpec.Of("second", sparsities: [0.4, 0.8]), default);
        await cluster.RunUntilEnded("first");
        await cluster.RunUntilEnded("second");

        var first = await cluster.Api.GetResult("first", default);
        var second = await cluster.Api.GetResult("second", default);
        var distinct = new[] { TestSpec.Of("first"), TestSpec.Of("second", sparsities: [0.4, 0.8]) }
            .Select(ExperimentPlanner.Plan)
            .SelectMany(plan => plan.Trials.Append(plan.Dense))
            .SelectMany(trial => trial.Stages)
            .DistinctBy(stage => stage.Id)
            .ToList();
        counts.AssertEachOnce(distinct.Select(stage => stage.Id));
        Assert.Equal(distinct.Sum(stage => stage.Epochs), first.Sharing.EpochsRun + second.Sharing.EpochsRun);
        Assert.True(second.Sharing.EpochsRun < second.Sharing.EpochsNeeded);
        Assert.Equal(["first", "second"], (await cluster.Api.List(default)).Select(status => status.Name));
    }

    [Fact]
    public async Task Parallelism_BoundsTheTrialsThatAreOpen()
    {
        await using var cluster = await FakeCluster.Start(workers: 4);
        await cluster.Api.Submit(TestSpec.Of("narrow") with { Parallelism = 2 }, default);
        var most = 0;
        await cluster.RunUntil(
            async () =>
            {
                var status = await cluster.Api.GetStatus("narrow", default);
                most = Math.Max(most, status.Trials.Running);
                return status.EndedAt is not null;
            },
            "the end of 'narrow'");
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task DeterministicFailure_FailsTheTrialsBelowIt_AndNamesTheAncestor()
    {
        await using var cluster = await FakeCluster.Start();
        var spec = TestSpec.Of("nan");
        var sick = ExperimentPlanner.Plan(spec).Trials.SelectMany(trial => trial.Stages).First(stage => stage.Kind == StageKind.SparseTrain).Id;
        FailAlways(cluster, sick, FailureReason.NonFiniteLoss);
        await cluster.Api.Submit(spec, default);
        var status = await cluster.RunUntilEnded("nan");
        var result = await cluster.Api.GetResult("nan", default);

        Assert.Equal((ExperimentState.Complete, 3, 6), (status.State, status.Trials.Failed, status.Trials.Complete));
        Assert.All(result.Trials.Where(trial => trial.Settings.Method == PruningMethod.Vtp), trial =>
        {
            Assert.Equal((TrialState.Failed, sick, FailureReason.NonFiniteLoss), (trial.State, trial.Failure!.Stage, trial.Failure.Failure.Reason));
        });
        Assert.Equal(1, (await Stage(cluster, sick).GetStatus())!.Attempt);
    }

    [Fact]
    public async Task FailureOfTheRoot_FailsTheExperiment_AndSaysWhy()
    {
        await using var cluster = await FakeCluster.Start();
        var spec = TestSpec.Of("bad");
        FailAlways(cluster, ExperimentPlanner.Plan(spec).Dense.Stages[0].Id, FailureReason.BadData);
        await cluster.Api.Submit(spec, default);
        var status = await cluster.RunUntilEnded("bad");

        Assert.Equal((ExperimentState.Failed, 9), (status.State, status.Trials.Failed));
        Assert.Contains("as scripted", status.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InfrastructureFailures_BeyondTheLimit_Fail_AndAnotherSubmissionRetriesThem()
    {
        await using var cluster = await FakeCluster.Start();
        var counts = Watch(cluster);
        var spec = TestSpec.Of("disk");
        var root = ExperimentPlanner.Plan(spec).Dense.Stages[0].Id;
        FailAlways(cluster, root, FailureReason.DiskFull);
        await cluster.Api.Submit(spec, default);
        Assert.Equal(ExperimentState.Failed, (await cluster.RunUntilEnded("disk")).State);
        Assert.Equal(new SchedulingOptions().InfrastructureLimit, counts.Starts[root]);

        FailNever(cluster);
        var again = await cluster.Api.Submit(spec, default);
        Assert.Equal((ExperimentState.Running, null, null), (again.State, again.EndedAt, again.Failure));
        Assert.Equal(ExperimentState.Complete, (await cluster.RunUntilEnded("disk")).State);
        Assert.Equal(Expected(spec), Untimed(await cluster.Api.GetResult("disk", default)));
    }

    [Fact]
    public async Task OutOfMemory_IsRunOnceMoreAlone()
    {
        await using var cluster = await FakeCluster.Start(workers: 3);
        var spec = TestSpec.Of("memory");
        var large = ExperimentPlanner.Plan(spec).Trials.SelectMany(trial => trial.Stages).First(stage => stage.Kind == StageKind.SoftPrune).Id;
        var others = new List<int>();
        foreach (var worker in cluster.Workers)
        {
            worker.Failures = assignment => assignment.Recipe.Id == large && !assignment.Alone ? Failure(FailureReason.OutOfMemory) : null;
            worker.Starting = assignment =>
            {
                if (assignment.Alone)
                {
                    others.Add(cluster.Workers.Count(other => other != worker && other.Assignment is not null));
                }
            };
        }

        await cluster.Api.Submit(spec, default);
        var status = await cluster.RunUntilEnded("memory");
        Assert.Equal((ExperimentState.Complete, 9), (status.State, status.Trials.Complete));
        Assert.Equal([0], others);
        Assert.Equal(2, (await Stage(cluster, large).GetStatus())!.Attempt);
    }

    [Fact]
    public async Task StageThatKillsItsWorkers_IsTakenForPoison_AndTheRestGoesOn()
    {
        await using var cluster = await FakeCluster.Start();
        var spec = TestSpec.Of("poison");
        var poison = ExperimentPlanner.Plan(spec).Trials.SelectMany(trial => trial.Stages).First(stage => stage.Kind == StageKind.HardPrune).Id;
        foreach (var worker in cluster.Workers)
        {
            worker.Mishaps = () => worker.Assignment?.Recipe.Id == poison ? Mishap.Crash : Mishap.None;
        }

        await cluster.Api.Submit(spec, default);
        var status = await cluster.RunUntilEnded("poison");
        Assert.Equal((ExperimentState.Complete, 1, 8), (status.State, status.Trials.Failed, status.Trials.Complete));
        var stage = (await Stage(cluster, poison).GetStatus())!;
        Assert.Equal((StageState.Failed, FailureReason.WorkerLost, new SchedulingOptions().LossLimit), (stage.State, stage.Failure!.Reason, stage.Attempt));
    }

    /// <summary>The result document without grains: every stage succeeds, paid by this experiment.</summary>
    internal static string Expected(SweepSpec spec)
    {
        var plan = ExperimentPlanner.Plan(spec);
        var recipes = plan.Trials.Append(plan.Dense).SelectMany(trial => trial.Stages).DistinctBy(stage => stage.Id).ToDictionary(stage => stage.Id);
        return CanonicalJson.Serialize(ResultBuilder.Build(
            spec, plan, ExperimentState.Complete, id => new StageStanding { Result = FakeEngine.ResultOf(recipes[id]), PaidHere = true }));
    }

    /// <summary>A result document without what the clock says.</summary>
    internal static string Untimed(ExperimentResult result) => CanonicalJson.Serialize(result with { Timeline = null });

    internal static StageCounts Watch(FakeCluster cluster)
    {
        var counts = new StageCounts();
        counts.Watch(cluster.Disk);
        foreach (var worker in cluster.Workers)
        {
            counts.Watch(worker);
        }

        return counts;
    }

    internal static IStageGrain Stage(FakeCluster cluster, StageId stage) => cluster.Grains.GetGrain<IStageGrain>(stage.Value);

    internal static StageFailure Failure(FailureReason reason) => new() { Reason = reason, Message = "It failed as scripted." };

    private static void FailAlways(FakeCluster cluster, StageId stage, FailureReason reason)
    {
        foreach (var worker in cluster.Workers)
        {
            worker.Failures = assignment => assignment.Recipe.Id == stage ? Failure(reason) : null;
        }
    }

    private static void FailNever(FakeCluster cluster)
    {
        foreach (var worker in cluster.Workers)
        {
            worker.Failures = _ => null;
        }
    }
}
