using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>Stopped trials that a person lets go on.</summary>
public class GoneOnTrialTests
{
    private static SweepSpec Halving(string name) => TestSpec.Of(name, methods: [PruningMethod.Somp]) with
    {
        Space = TestSpec.Of(name, methods: [PruningMethod.Somp]).Space with { Sparsity = new SpaceAxis<double> { Range = [0.2, 0.6] }, Lambda = null, Rho = null },
        Search = new SearchSpec { Algorithm = SearchAlgorithm.Sobol, Trials = 9, Seed = 3 },
        Finetune = new FinetuneSpec { Epochs = 9 },
        Stopping = new StoppingSpec { Algorithm = StoppingAlgorithm.Asha, Reduction = 3, MinEpochs = 1 },
    };

    private static SweepSpec Whole(string name) => Halving(name) with { Stopping = null };

    /// <summary>Told to stop in training, and later to go on: it ends as if it had never been stopped, and nothing is computed twice.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TrialThatAPersonStopped_GoesOnFromWhereItWas(bool restart)
    {
        await using var plain = await FakeCluster.Start(workers: 1);
        await plain.Api.Submit(Whole("whole"), default);
        await plain.RunUntilEnded("whole");
        var expected = (await plain.Api.GetResult("whole", default)).Trials;

        await using var cluster = await FakeCluster.Start(workers: 1);
        var counts = SweepTests.Watch(cluster);
        await cluster.Api.Submit(Whole("whole"), default);
        await cluster.RunUntil(
            async () => (await cluster.Api.GetQueue(default)).Workers.Any(worker => worker.Running is { Stage.Kind: StageKind.FineTune, EpochsDone: >= 2 }),
            "a trial in fine-tuning");
        var running = (await cluster.Api.GetQueue(default)).Workers.Select(worker => worker.Running).OfType<RunningStage>().Single().Stage;
        var trial = (await cluster.Api.ListTrials("whole", 0, 10, default)).Trials.Single(one => one.Stages.Contains(running)).Id;
        await cluster.Api.StopTrial("whole", trial, default);
        var ended = await cluster.RunUntilEnded("whole");
        Assert.Equal((ExperimentState.Complete, 1), (ended.State, ended.Trials.Stopped));

        await cluster.Api.RetryTrial("whole", trial, default);
        await cluster.Api.RetryTrial("whole", trial, default);
        if (restart)
        {
            await cluster.Kill();
            await cluster.Start();
        }

        var status = await cluster.RunUntilEnded("whole");

        Assert.Equal((ExperimentState.Complete, 9, 0), (status.State, status.Trials.Complete, status.Trials.Stopped));
        var trials = (await cluster.Api.GetResult("whole", default)).Trials;
        Assert.Equal(expected.Select(one => CanonicalJson.Serialize(one.Metrics)), trials.Select(one => CanonicalJson.Serialize(one.Metrics)));
        Assert.Empty(counts.Faults);
        Assert.All(counts.Successes.Values, successes => Assert.Equal(1, successes));
        await cluster.Api.RetryTrial("whole", trial, default); // it is complete now
        Assert.NotNull((await cluster.Api.GetStatus("whole", default)).EndedAt);
    }

    /// <summary>The rule's word at that rung is overruled; at the next one it decides again.</summary>
    [Fact]
    public async Task TrialThatTheRuleStopped_GoesOnToTheNextRung_AndOthersStayAsTheyWere()
    {
        await using var cluster = await FakeCluster.Start();
        await cluster.Api.Submit(Halving("halved"), default);
        var first = await cluster.RunUntilEnded("halved");
        var before = (await cluster.Api.GetResult("halved", default)).Trials;
        var stopped = before.First(trial => trial is { State: TrialState.Stopped, Rungs.Count: 1 });

        await cluster.Api.RetryTrial("halved", stopped.Id, default);
        var status = await cluster.RunUntilEnded("halved");

        var after = (await cluster.Api.GetResult("halved", default)).Trials;
        var gone = after.Single(trial => trial.Id == stopped.Id);
        Assert.Equal((ExperimentState.Complete, first.Trials.Failed), (status.State, status.Trials.Failed));
        Assert.True(gone.Rungs!.Count >= 2);
        Assert.Equal((TrialVerdict.Continue, "A person lets it go on."), (gone.Rungs[0].Verdict, gone.Rungs[0].Reason));
        Assert.Equal(
            before.Where(trial => trial.Id != stopped.Id).Select(trial => CanonicalJson.Serialize(trial)),
            after.Where(trial => trial.Id != stopped.Id).Select(trial => CanonicalJson.Serialize(trial)));

        await cluster.Kill();
        await cluster.Start();
        Assert.Equal(CanonicalJson.Serialize(after), CanonicalJson.Serialize((await cluster.Api.GetResult("halved", default)).Trials));
    }

    /// <summary>Stopped while it waits for a verdict, and told to go on: it waits no longer, and the rule's later word changes nothing.</summary>
    [Fact]
    public async Task TrialThatWaitedForAVerdict_GoesOnWithoutOne()
    {
        await using var cluster = await FakeCluster.Start(workers: 1);
        await cluster.Api.Submit(Halving("waiting"), default);
        TrialResult? held = null;
        await cluster.RunUntil(
            async () => (held = (await cluster.Api.ListTrials("waiting", 0, 10, default)).Trials.FirstOrDefault(trial => trial is { State: TrialState.Waiting, Rungs.Count: 1 })) is not null,
            "a trial that waits at a rung");
        await cluster.Api.StopTrial("waiting", held!.Id, default);
        await cluster.Api.RetryTrial("waiting", held.Id, default);
        await cluster.Kill();
        await cluster.Start();

        var status = await cluster.RunUntilEnded("waiting");

        Assert.Equal((ExperimentState.Complete, 9), (status.State, status.Trials.Complete + status.Trials.Stopped));
        var trial = (await cluster.Api.GetResult("waiting", default)).Trials.Single(one => one.Id == held.Id);
        Assert.True(trial.Rungs!.Count >= 2);
        Assert.Equal("A person lets it go on.", trial.Rungs[0].Reason);
    }

    [Fact]
    public async Task WhereNothingGoesOn_TheReasonIsSaid()
    {
        await using var cluster = await FakeCluster.Start(workers: 1);
        await cluster.Api.Submit(Whole("cut") with { Limits = new LimitsSpec { WallTime = TimeSpan.FromSeconds(10) } }, default);
        await cluster.RunUntilEnded("cut");
        var left = await Assert.ThrowsAsync<ExperimentConflictException>(() => cluster.Api.RetryTrial("cut", "t0009", default));
        Assert.Contains("limits.wallTime was reached", left.Message, StringComparison.Ordinal);
        Assert.Contains("sweep set cut", left.Message, StringComparison.Ordinal);

        await cluster.Api.Submit(Whole("dropped") with { Seed = 1 }, default);
        await cluster.RunUntil(async () => (await cluster.Api.GetStatus("dropped", default)).Trials.Running > 0, "an open trial");
        await cluster.Api.StopTrial("dropped", "t0001", default);
        await cluster.Api.Cancel("dropped", default);
        var cancelled = await Assert.ThrowsAsync<ExperimentConflictException>(() => cluster.Api.RetryTrial("dropped", "t0001", default));
        Assert.Contains("is cancelled", cancelled.Message, StringComparison.Ordinal);
    }

    /// <summary>Which of a plan's stages have finished, whoever wanted them.</summary>
    [Fact]
    public async Task FinishedStages_AreFound_WhicheverExperimentWantedThem()
    {
        await using var cluster = await FakeCluster.Start();
        await cluster.Api.Submit(TestSpec.Of("first", [0.4], [PruningMethod.Vtp]), default);
        await cluster.RunUntilEnded("first");
        var known = ExperimentPlanner.Plan(TestSpec.Of("first", [0.4], [PruningMethod.Vtp])).Paths.SelectMany(trial => trial.Stages).Select(stage => stage.Id).Distinct().ToList();
        var wider = ExperimentPlanner.Plan(TestSpec.Of("second", [0.4, 0.6], [PruningMethod.Vtp])).Paths.SelectMany(trial => trial.Stages).Select(stage => stage.Id).Distinct().ToList();

        Assert.Equal(known.Order(), (await cluster.Api.FindFinished(wider, default)).Order());
        Assert.Empty(await cluster.Api.FindFinished([.. wider.Except(known)], default));
        await Assert.ThrowsAsync<ArgumentException>(() => cluster.Api.FindFinished([.. Enumerable.Repeat(known[0], ISweepApi.MostStages + 1)], default));
    }
}
