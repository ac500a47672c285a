using Orleans;
using Sweep.Planning;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>Whatever goes wrong, wherever: the same front, and no stage finished twice.</summary>
public class FaultTests
{
    private static readonly Mishap[] Mishaps = Enum.GetValues<Mishap>();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Sweep_UnderRandomFaults_EndsWithTheSameFront(int seed)
    {
        var random = new Random(seed);
        var spec = TestSpec.Of("faults");
        var disk = new FakeDisk();
        await using var cluster = await FakeCluster.Start(workers: 3, disk, options => options.LossLimit = options.InfrastructureLimit = 100);
        var counts = SweepTests.Watch(cluster);
        var damage = new Random(seed + 1000);
        disk.BeforeWrite = (_, key) => Fail(damage, key, "before");
        disk.AfterWrite = (key, text) =>
        {
            counts.OnWritten(key, text);
            Fail(damage, key, "after");
        };
        foreach (var worker in cluster.Workers)
        {
            worker.Mishaps = () => random.NextDouble() < 0.1 ? Mishaps[random.Next(Mishaps.Length)] : Mishap.None;
        }

        await Persist(() => cluster.Api.Submit(spec, default));
        var kills = 0;
        var ended = false;
        while (!ended)
        {
            if (random.NextDouble() < 0.01 && kills++ < 5)
            {
                await cluster.Kill();
                await cluster.Start();
            }

            ended = await Turn(cluster);
        }

        disk.BeforeWrite = null;
        var result = await cluster.Api.GetResult("faults", default);
        Assert.Equal(SweepTests.Expected(spec), SweepTests.Untimed(result));
        counts.AssertEachOnce(ExperimentPlanner.Plan(spec).Trials.SelectMany(trial => trial.Stages).Select(stage => stage.Id));
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 12)];

    [Fact]
    public async Task Kill_InMidSweep_IsGoneOnFrom_WithNothingFinishedRunTwice()
    {
        var spec = TestSpec.Of("kill");
        var total = ExperimentPlanner.Plan(spec).Stages;
        await using var cluster = await FakeCluster.Start();
        var counts = SweepTests.Watch(cluster);
        await cluster.Api.Submit(spec, default);
        for (var stop = 1; stop < total; stop += 6)
        {
            var enough = stop;
            await cluster.RunUntil(() => Task.FromResult(counts.Successes.Count >= enough), $"{enough} stages");
            await cluster.Kill();
            foreach (var worker in cluster.Workers)
            {
                worker.Crash();
            }

            await cluster.Start();
        }

        Assert.Equal(ExperimentState.Complete, (await cluster.RunUntilEnded("kill")).State);
        Assert.Equal(SweepTests.Expected(spec), SweepTests.Untimed(await cluster.Api.GetResult("kill", default)));
        counts.AssertEachOnce(ExperimentPlanner.Plan(spec).Trials.SelectMany(trial => trial.Stages).Select(stage => stage.Id));
    }

    /// <summary>The page of outcomes cannot be written for a while, and then the silo dies: no trial may have ended without the outcomes that it ended by.</summary>
    [Fact]
    public async Task TrialThatEndsWhileItsOutcomesCannotBeWritten_HasThemAfterAKill()
    {
        await using var cluster = await FakeCluster.Start();
        var spec = TestSpec.Of("torn");
        var refused = 0;
        await cluster.Api.Submit(spec, default);
        cluster.Disk.BeforeWrite = (_, key) =>
        {
            if (key.StartsWith("results-0", StringComparison.Ordinal) && ++refused > 5)
            {
                throw new IOException("No outcome can be written for a while.");
            }
        };
        await cluster.RunUntil(() => Task.FromResult(refused > 20), "outcomes to be refused");
        await cluster.Kill();
        cluster.Disk.BeforeWrite = null;
        await cluster.Start();

        Assert.Equal(ExperimentState.Complete, (await cluster.RunUntilEnded("torn")).State);
        Assert.Equal(SweepTests.Expected(spec), SweepTests.Untimed(await cluster.Api.GetResult("torn", default)));
    }

    [Fact]
    public async Task Queue_StartedAgain_LetsTheWorkersGoOn()
    {
        await using var cluster = await FakeCluster.Start();
        var counts = SweepTests.Watch(cluster);
        var spec = TestSpec.Of("queue");
        await cluster.Api.Submit(spec, default);
        await cluster.RunUntil(() => Task.FromResult(cluster.Workers.All(worker => worker.Assignment is not null)), "both workers to be busy");
        await cluster.Kill();
        await cluster.Start();
        await cluster.RunUntilEnded("queue");

        Assert.Equal(0, cluster.Workers.Sum(worker => worker.Drops));
        Assert.All(counts.Starts.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task Worker_ThatNeverComesBack_LosesItsStageToAnother_WhichGoesOnFromTheCheckpoint()
    {
        await using var cluster = await FakeCluster.Start(workers: 1);
        var spec = TestSpec.Of("lost");
        var root = ExperimentPlanner.Plan(spec).Dense.Stages[0];
        await cluster.Api.Submit(spec, default);
        await cluster.RunUntil(async () => (await cluster.Api.GetQueue(default)).Workers.Any(row => row.Running is { EpochsDone: >= 1 }), "an epoch");
        var lost = cluster.Workers[0];
        lost.Mishaps = () => Mishap.Partition;
        var lostAt = cluster.Clock.GetUtcNow();
        var other = cluster.AddWorker("cpu-9");
        StageAssignment? taken = null;
        other.Starting = assignment => taken ??= assignment;
        await cluster.RunUntil(() => Task.FromResult(taken is not null), "the other worker to take over");

        Assert.Equal((root.Id, 2), (taken!.Recipe.Id, taken.Attempt));
        Assert.True(FakeEngine.EpochsIn(root, taken.Checkpoint) >= 1);
        Assert.InRange(cluster.Clock.GetUtcNow() - lostAt, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        await cluster.RunUntilEnded("lost");
    }

    [Fact]
    public async Task Cancel_InterruptedByAKill_StillReachesEveryStage()
    {
        await using var cluster = await FakeCluster.Start(workers: 1);
        var spec = TestSpec.Of("torn");
        await cluster.Api.Submit(spec, default);
        await cluster.RunUntil(() => Task.FromResult(cluster.Workers[0].Assignment is not null), "the root to run");
        cluster.Disk.BeforeWrite = (_, key) =>
        {
            if (key.StartsWith("stage|", StringComparison.Ordinal))
            {
                throw new IOException("No stage can be written for a while.");
            }
        };
        await cluster.Api.Cancel("torn", default);
        await cluster.Kill();
        cluster.Disk.BeforeWrite = null;
        cluster.Workers[0].Mishaps = () => Mishap.Partition;
        await cluster.Start();

        var root = SweepTests.Stage(cluster, ExperimentPlanner.Plan(spec).Dense.Stages[0].Id);
        await cluster.RunUntil(async () => (await root.GetStatus())!.State == StageState.Cancelled, "the root to be cancelled");
        Assert.Equal(ExperimentState.Cancelled, (await cluster.Api.GetStatus("torn", default)).State);
    }

    [Fact]
    public async Task Report_OfAnAttemptThatAnotherActivationOpened_IsTaken()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var root = ExperimentPlanner.Plan(TestSpec.Of("parted")).Dense.Stages[0];
        var stage = SweepTests.Stage(cluster, root.Id);
        await stage.Request(new StageRequest { Recipe = root, Experiment = "parted", CriticalPath = 1 });

        // While a cluster is parted a stage may have two activations; the other one has opened the attempt.
        var storage = cluster.Disk.Open();
        var state = new GrainState<StoredStage>(new StoredStage());
        await storage.ReadStateAsync("stage", stage.GetGrainId(), state);
        state.State = new StoredStage { Stage = state.State!.Stage!.Started("silo/cpu-1/1", "silo", DateTimeOffset.UnixEpoch) };
        await storage.WriteStateAsync("stage", stage.GetGrainId(), state);

        var report = new AttemptReport
        {
            Stage = root.Id,
            Attempt = 1,
            Worker = "silo/cpu-1/1",
            Phase = AttemptPhase.Succeeded,
            Artifact = FakeEngine.ArtifactOf(root.Id),
            Result = FakeEngine.ResultOf(root),
        };
        Assert.False(await stage.Report(report with { Worker = "silo/cpu-2/1" }));
        Assert.False(await stage.Report(report with { Attempt = 2 }));
        Assert.True(await stage.Report(report));
        Assert.Equal((StageState.Succeeded, report.Artifact), ((await stage.GetStatus())!.State, (await stage.GetStatus())!.Artifact));
    }

    private static void Fail(Random random, string key, string when)
    {
        lock (random)
        {
            if (random.NextDouble() < 0.05)
            {
                throw new IOException($"The disk failed {when} writing {key}.");
            }
        }
    }

    /// <summary>A turn of the driver; what the faulty disk makes fail, the next turn repeats, as every caller of the protocol does.</summary>
    private static async Task<bool> Turn(FakeCluster cluster)
    {
        try
        {
            await cluster.Turn();
            return (await cluster.Api.GetStatus("faults", default)).EndedAt is not null;
        }
        catch (Exception e) when (IsOfTheDisk(e))
        {
            cluster.Clock.Advance(TimeSpan.FromMilliseconds(250));
            return false;
        }
    }

    private static async Task Persist(Func<Task> command)
    {
        for (var done = false; !done;)
        {
            try
            {
                await command();
                done = true;
            }
            catch (Exception e) when (IsOfTheDisk(e))
            {
                done = false;
            }
        }
    }

    private static bool IsOfTheDisk(Exception? e) =>
        e is not null && (e is IOException || e.GetType().Namespace!.StartsWith("Orleans", StringComparison.Ordinal) || IsOfTheDisk(e.InnerException));
}
