using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>Experiments that are changed after they were submitted.</summary>
public class ChangeTests
{
    private static SweepSpec Drawn(string name, int trials) => TestSpec.Of(name, methods: [PruningMethod.Somp]) with
    {
        Space = TestSpec.Of(name, methods: [PruningMethod.Somp]).Space with { Sparsity = new SpaceAxis<double> { Range = [0.2, 0.6] }, Lambda = null, Rho = null },
        Search = new SearchSpec { Algorithm = SearchAlgorithm.Sobol, Trials = trials, Seed = 3 },
        Parallelism = 2,
    };

    [Fact]
    public async Task StoppedTrial_EndsAlone_AlsoOverARestart()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        await cluster.Api.Submit(Drawn("stopped", trials: 5), default);
        await cluster.RunUntil(async () => (await cluster.Api.GetStatus("stopped", default)).Trials.Running == 2, "two open trials");
        await cluster.Api.StopTrial("stopped", "t0001", default);
        await cluster.Api.StopTrial("stopped", "t0001", default);

        await cluster.Kill();
        await cluster.Start();
        cluster.AddWorker("cpu-0");
        var status = await cluster.RunUntilEnded("stopped");

        Assert.Equal((ExperimentState.Complete, 1, 4), (status.State, status.Trials.Stopped, status.Trials.Complete));
        var trials = (await cluster.Api.GetResult("stopped", default)).Trials;
        Assert.Equal((TrialState.Stopped, null), (trials[0].State, trials[0].Metrics));
        Assert.All(trials.Skip(1), trial => Assert.NotNull(trial.Metrics));
    }

    [Fact]
    public async Task StoppedTrial_InTraining_GivesItsWorkerFree_AndWhatOthersWantGoesOn()
    {
        await using var cluster = await FakeCluster.Start(workers: 1);
        var counts = SweepTests.Watch(cluster);
        await cluster.Api.Submit(Drawn("freed", trials: 3), default);
        StageId? running = null;
        await cluster.RunUntil(
            async () =>
            {
                running = (await cluster.Api.GetQueue(default)).Workers.Select(worker => worker.Running).OfType<RunningStage>()
                    .Where(stage => stage.Stage.Kind == StageKind.FineTune).Select(stage => (StageId?)stage.Stage).FirstOrDefault();
                return running is not null;
            },
            "a trial in fine-tuning");
        var owner = (await cluster.Api.ListTrials("freed", 0, 10, default)).Trials.Single(trial => trial.Stages.Contains(running!.Value));

        await cluster.Api.StopTrial("freed", owner.Id, default);
        var status = await cluster.RunUntilEnded("freed");

        Assert.Equal((1, 2), (status.Trials.Stopped, status.Trials.Complete));
        Assert.DoesNotContain(running!.Value, counts.Successes.Keys);
        Assert.Equal(StageState.Cancelled, (await cluster.Grains.GetGrain<IStageGrain>(running.Value.Value).GetStatus())!.State);
    }

    [Fact]
    public async Task FailedTrial_IsTriedAgainWhenAPersonSaysSo_Once()
    {
        await using var cluster = await FakeCluster.Start(workers: 1);
        var bad = true;
        cluster.Workers[0].Failures = assignment => bad && assignment.Recipe.Kind == StageKind.FineTune ? SweepTests.Failure(FailureReason.BadData) : null;
        await cluster.Api.Submit(Drawn("retried", trials: 2), default);
        Assert.Equal((ExperimentState.Failed, 2), (await Ended()).Value);

        // Submitting again does not try what would fail again; a person may know better.
        await cluster.Api.Submit(Drawn("retried", trials: 2), default);
        Assert.Equal((ExperimentState.Failed, 2), (await Ended()).Value);
        bad = false;
        await cluster.Api.RetryTrial("retried", "t0002", default);
        await cluster.Api.RetryTrial("retried", "t0002", default);

        Assert.Equal((ExperimentState.Complete, 1), (await Ended()).Value);
        var trials = (await cluster.Api.GetResult("retried", default)).Trials;
        Assert.Equal([TrialState.Failed, TrialState.Complete], trials.Select(trial => trial.State));
        await cluster.Api.RetryTrial("retried", "t0002", default);
        Assert.NotNull((await cluster.Api.GetStatus("retried", default)).EndedAt);

        async Task<KeyValuePair<string, (ExperimentState, int)>> Ended()
        {
            var status = await cluster.RunUntilEnded("retried");
            return new(status.Name, (status.State, status.Trials.Failed));
        }
    }

    [Fact]
    public async Task ExtendedSearch_GoesOnAfterItsEnd_WithWhatItHas()
    {
        await using var cluster = await FakeCluster.Start();
        var counts = SweepTests.Watch(cluster);
        var spec = Drawn("extended", trials: 3);
        await cluster.Api.Submit(spec, default);
        await cluster.RunUntilEnded("extended");
        var before = (await cluster.Api.GetResult("extended", default)).Trials;

        var extended = spec with { Search = spec.Search with { Trials = 5 } };
        await cluster.Api.Submit(extended, default);
        await cluster.Api.Submit(extended, default);
        var status = await cluster.RunUntilEnded("extended");

        Assert.Equal((ExperimentState.Complete, 5), (status.State, status.Trials.Complete));
        Assert.Equal(CanonicalJson.Serialize(extended), CanonicalJson.Serialize(await cluster.Api.GetSpec("extended", default)));
        var after = (await cluster.Api.GetResult("extended", default)).Trials;
        Assert.Equal(before.Select(trial => CanonicalJson.Serialize(trial)), after.Take(3).Select(trial => CanonicalJson.Serialize(trial)));
        Assert.Empty(counts.Faults);
        Assert.All(counts.Successes.Values, successes => Assert.Equal(1, successes));
    }

    [Fact]
    public async Task PriorityRaisedLater_GoesFirst()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        await cluster.Api.Submit(Drawn("low", trials: 2) with { Seed = 1 }, default);
        var high = Drawn("high", trials: 2) with { Seed = 2 };
        await cluster.Api.Submit(high, default);
        await cluster.RunUntil(async () => (await cluster.Api.GetQueue(default)).Depth == 2, "both waiting");

        await cluster.Api.Submit(high with { Priority = 5 }, default);
        await cluster.RunUntil(async () => (await cluster.Api.GetSpec("high", default)).Priority == 5, "the change");
        await cluster.Turn();
        cluster.AddWorker("cpu-0");
        var first = await cluster.RunUntilEnded("high");

        // Nobody idles: while the urgent one has nothing to offer, the other gets a stage.
        var second = await cluster.Api.GetStatus("low", default);
        Assert.Null(second.EndedAt);
        Assert.True(2 * second.StagesDone < first.StagesDone, FormattableString.Invariant($"{second.StagesDone} stages of the other were done, of the urgent one {first.StagesDone}"));
    }

    [Fact]
    public async Task WhatMayNotChange_IsAConflictAsBefore()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var spec = Drawn("kept", trials: 2);
        await cluster.Api.Submit(spec, default);

        var conflict = await Assert.ThrowsAsync<ExperimentConflictException>(
            () => cluster.Api.Submit(spec with { Priority = 3, Search = spec.Search with { Seed = 4 } }, default));

        Assert.Contains("search.seed was 3 and is 4", conflict.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("priority", conflict.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await cluster.Api.GetSpec("kept", default)).Priority);
    }

    [Fact]
    public async Task Commands_OnAnUnknownTrial_SaySo_AndOnAnEndedExperimentAreRefused()
    {
        await using var cluster = await FakeCluster.Start();
        await cluster.Api.Submit(Drawn("small", trials: 2), default);
        await cluster.RunUntilEnded("small");

        await Assert.ThrowsAsync<TrialNotFoundException>(() => cluster.Api.StopTrial("small", "t0003", default));
        await Assert.ThrowsAsync<TrialNotFoundException>(() => cluster.Api.RetryTrial("small", "dense", default));
        await Assert.ThrowsAsync<ExperimentConflictException>(() => cluster.Api.StopTrial("small", "t0001", default));
        await Assert.ThrowsAsync<ExperimentNotFoundException>(() => cluster.Api.GetSpec("nobody", default));
    }
}
