using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>What people ask of experiments, and what they are told.</summary>
public class CommandTests
{
    [Fact]
    public async Task Submit_OfAnotherSpecUnderTheName_IsAConflictThatSaysWhatDiffers()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var spec = TestSpec.Of("same");
        await cluster.Api.Submit(spec, default);
        await cluster.Api.Submit(spec, default);

        var other = spec with { Finetune = spec.Finetune with { Epochs = 7 }, Seed = 3 };
        var conflict = await Assert.ThrowsAsync<ExperimentConflictException>(() => cluster.Api.Submit(other, default));
        Assert.Contains("finetune.epochs was 2 and is 7", conflict.Message, StringComparison.Ordinal);
        Assert.Contains("seed was 0 and is 3", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_OfASpecThatBreaksRules_NamesThem_AndLeavesNothing()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var spec = TestSpec.Of("bad");
        spec = spec with { Finetune = spec.Finetune with { LearningRate = -1 } };

        var refused = await Assert.ThrowsAsync<SweepSpecException>(() => cluster.Api.Submit(spec, default));

        Assert.Contains(refused.Faults, fault => fault.Path == "finetune.learningRate");
        Assert.Empty(await cluster.Api.List(default));
    }

    [Fact]
    public async Task Commands_OnAnUnknownExperiment_SayThatThereIsNone()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        await Assert.ThrowsAsync<ExperimentNotFoundException>(() => cluster.Api.GetStatus("nobody", default));
        await Assert.ThrowsAsync<ExperimentNotFoundException>(() => cluster.Api.GetResult("nobody", default));
        await Assert.ThrowsAsync<ExperimentNotFoundException>(() => cluster.Api.ListTrials("nobody", 0, 10, default));
        await Assert.ThrowsAsync<ExperimentNotFoundException>(() => cluster.Api.Pause("nobody", default));
        await Assert.ThrowsAsync<ExperimentNotFoundException>(() => cluster.Api.Resume("nobody", default));
        await Assert.ThrowsAsync<ExperimentNotFoundException>(() => cluster.Api.Cancel("nobody", default));
        Assert.Empty(await cluster.Api.List(default));
    }

    [Fact]
    public async Task RemoteClient_GetsRecordsAndExceptions_AsTheyAre()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client.UseLocalhostClustering(cluster.GatewayPort));
        builder.Services.AddSweepSerialization();
        using var host = builder.Build();
        await host.StartAsync();
        var api = new GrainSweepApi(host.Services.GetRequiredService<IClusterClient>());

        var status = await api.Submit(TestSpec.Of("far"), default);
        Assert.Equal(CanonicalJson.Serialize(await cluster.Api.GetStatus("far", default)), CanonicalJson.Serialize(status with { Running = [] }));
        var result = await api.GetResult("far", default);
        Assert.Equal(CanonicalJson.Serialize(await cluster.Api.GetResult("far", default)), CanonicalJson.Serialize(result));

        var missing = await Assert.ThrowsAsync<ExperimentNotFoundException>(() => api.Pause("nobody", default));
        Assert.Equal("There is no experiment named 'nobody'.", missing.Message);
        var conflict = await Assert.ThrowsAsync<ExperimentConflictException>(() => api.Submit(TestSpec.Of("far") with { Seed = 1 }, default));
        Assert.Contains("seed was 0 and is 1", conflict.Message, StringComparison.Ordinal);
        await host.StopAsync();
    }

    [Fact]
    public async Task Pause_LetsRunningStagesFinish_AndOpensNone_UntilResumed()
    {
        await using var cluster = await FakeCluster.Start();
        var counts = SweepTests.Watch(cluster);
        var spec = TestSpec.Of("pause");
        await cluster.Api.Submit(spec, default);
        await cluster.RunUntil(() => Task.FromResult(cluster.Workers.All(worker => worker.Assignment is not null)), "both workers to be busy");
        await cluster.Api.Pause("pause", default);
        await cluster.Api.Pause("pause", default);
        await cluster.RunUntil(async () => cluster.Workers.All(worker => worker.Assignment is null) && (await cluster.Api.GetQueue(default)).Depth == 0, "the workers to be idle");
        var starts = counts.Starts.Values.Sum();
        var done = counts.Successes.Count;
        for (var i = 0; i < 200; i++)
        {
            await cluster.Turn();
        }

        Assert.Equal((starts, done), (counts.Starts.Values.Sum(), counts.Successes.Count));
        Assert.Equal(starts, done);
        Assert.Equal(ExperimentState.Paused, (await cluster.Api.GetStatus("pause", default)).State);

        await cluster.Api.Resume("pause", default);
        await cluster.RunUntilEnded("pause");
        Assert.Equal(SweepTests.Expected(spec), SweepTests.Untimed(await cluster.Api.GetResult("pause", default)));
        Assert.All(counts.Starts.Values, count => Assert.Equal(1, count));
        await Assert.ThrowsAsync<ExperimentConflictException>(() => cluster.Api.Pause("pause", default));
    }

    [Fact]
    public async Task Cancel_StopsTheWork_AndAnotherSubmissionGoesOnFromTheCheckpoint()
    {
        await using var cluster = await FakeCluster.Start(workers: 1);
        var spec = TestSpec.Of("cancel");
        await cluster.Api.Submit(spec, default);
        var worker = cluster.Workers[0];
        var root = ExperimentPlanner.Plan(spec).Dense.Stages[0];
        await cluster.RunUntil(async () => (await cluster.Api.GetQueue(default)).Workers.Any(row => row.Running is { EpochsDone: >= 2 }), "the second epoch");
        await cluster.Api.Cancel("cancel", default);
        await cluster.RunUntil(() => Task.FromResult(worker.Assignment is null), "the worker to drop its stage");

        Assert.Equal(1, worker.Drops);
        Assert.Equal(StageState.Cancelled, (await SweepTests.Stage(cluster, root.Id).GetStatus())!.State);
        var status = await cluster.Api.GetStatus("cancel", default);
        Assert.Equal((ExperimentState.Cancelled, 9), (status.State, status.Trials.Stopped));
        await Assert.ThrowsAsync<ExperimentConflictException>(() => cluster.Api.Resume("cancel", default));

        ArtifactId? from = null;
        worker.Starting = assignment => from ??= assignment.Checkpoint;
        await cluster.Api.Submit(spec, default);
        await cluster.RunUntilEnded("cancel");
        Assert.Equal(2, FakeEngine.EpochsIn(root, from));
        Assert.Equal(SweepTests.Expected(spec), SweepTests.Untimed(await cluster.Api.GetResult("cancel", default)));
    }

    [Fact]
    public async Task Cancel_OfOneOfTwo_TakesAwayAWaiterOnly()
    {
        await using var cluster = await FakeCluster.Start();
        var counts = SweepTests.Watch(cluster);
        await cluster.Api.Submit(TestSpec.Of("one"), default);
        await cluster.Api.Submit(TestSpec.Of("two"), default);
        await cluster.RunUntil(() => Task.FromResult(cluster.Workers.Any(worker => worker.Assignment is not null)), "the root to run");
        await cluster.Api.Cancel("one", default);
        await cluster.Api.Cancel("one", default);
        var status = await cluster.RunUntilEnded("two");

        Assert.Equal(ExperimentState.Complete, status.State);
        Assert.Equal(0, cluster.Workers.Sum(worker => worker.Drops));
        Assert.All(counts.Starts.Values, count => Assert.Equal(1, count));
        Assert.Equal(SweepTests.Expected(TestSpec.Of("two")), SweepTests.Untimed(await cluster.Api.GetResult("two", default)));
    }

    [Fact]
    public async Task ListTrials_GivesPages()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        await cluster.Api.Submit(TestSpec.Of("pages"), default);
        var page = await cluster.Api.ListTrials("pages", 6, 5, default);
        Assert.Equal((6, 9), (page.Offset, page.Total));
        Assert.Equal(["t0007", "t0008", "t0009"], page.Trials.Select(trial => trial.Id));
    }

    [Fact]
    public async Task FindTrials_FiltersSortsAndPages()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        await cluster.Api.Submit(TestSpec.Of("found"), default);
        var all = (await cluster.Api.ListTrials("found", 0, 100, default)).Trials;
        var one = all[4].Settings;
        var query = new TrialQuery { Text = $"METHOD={one.Method}", Order = TrialOrder.Sparsity, Descending = true, Offset = 1, Limit = 1 };
        var page = await cluster.Api.FindTrials("found", query, default);
        var expected = all.Where(trial => trial.Settings.Method == one.Method).OrderByDescending(trial => trial.Settings.Sparsity).ToList();
        Assert.Equal((1, expected.Count), (page.Offset, page.Total));
        Assert.Equal(expected[1].Id, Assert.Single(page.Trials).Id);
        Assert.Equal(["t0009", "t0008"], (await cluster.Api.FindTrials("found", new TrialQuery { Descending = true, Limit = 2 }, default)).Trials.Select(trial => trial.Id));
        Assert.Equal(0, (await cluster.Api.FindTrials("found", new TrialQuery { State = TrialState.Complete, Limit = 5 }, default)).Total);
        Assert.Equal(0, (await cluster.Api.FindTrials("found", new TrialQuery { OnFront = true, Limit = 5 }, default)).Total);
        await Assert.ThrowsAsync<ArgumentException>(() => cluster.Api.FindTrials("found", new TrialQuery { Offset = -1, Limit = 5 }, default));
        await Assert.ThrowsAsync<ExperimentNotFoundException>(() => cluster.Api.FindTrials("nobody", query, default));
    }

    [Fact]
    public async Task FindTrials_InBrief_SaysTheSameWithoutWhatIsStored()
    {
        await using var cluster = await FakeCluster.Start();
        await cluster.Api.Submit(TestSpec.Of("brief"), default);
        await cluster.RunUntilEnded("brief");
        var whole = (await cluster.Api.FindTrials("brief", new TrialQuery { Order = TrialOrder.Accuracy, Limit = 9 }, default)).Trials;

        var brief = await cluster.Api.FindTrials("brief", new TrialQuery { Order = TrialOrder.Accuracy, Limit = 9, Brief = true }, default);
        var some = await cluster.Api.FindTrials("brief", new TrialQuery { Limit = 3, Brief = true, Spread = true }, default);

        Assert.Equal(
            whole.Select(trial => CanonicalJson.Serialize(trial with { Stages = [], Shape = null, Proof = null, LargestLogitDifference = null, Device = null })),
            brief.Trials.Select(CanonicalJson.Serialize));
        Assert.Equal((9, "t0001 t0004 t0007"), (some.Total, string.Join(' ', some.Trials.Select(trial => trial.Id))));
    }

    [Fact]
    public async Task GetQueue_TellsWhatRunsAndWaits_ByExperiment()
    {
        await using var cluster = await FakeCluster.Start(workers: 1);
        await cluster.Api.Submit(TestSpec.Of("first") with { Sharing = Sharing.Off }, default);
        await cluster.Api.Submit(TestSpec.Of("second") with { Sharing = Sharing.Off, Priority = 1 }, default);
        await cluster.RunUntil(async () => (await cluster.Api.GetQueue(default)) is { Depth: > 10 } queue && queue.Workers.Any(worker => worker.Running is not null), "work for one");

        var queue = await cluster.Api.GetQueue(default);

        Assert.Equal(["second", "first"], queue.Experiments.Select(experiment => experiment.Experiment));
        Assert.Equal(queue.Depth, queue.Experiments.Sum(experiment => experiment.Waiting));
        Assert.Equal(1, queue.Experiments.Sum(experiment => experiment.Running));
        Assert.Equal(queue.Experiments.Single(experiment => experiment.Running == 1).Experiment, Assert.Single(queue.Workers).Experiment);
    }

    [Fact]
    public async Task GetTrial_TellsTheAttempts()
    {
        await using var cluster = await FakeCluster.Start();
        await cluster.Api.Submit(TestSpec.Of("one"), default);
        await cluster.RunUntilEnded("one");
        var detail = await cluster.Api.GetTrial("one", "t0002", default);
        Assert.Equal((await cluster.Api.ListTrials("one", 1, 1, default)).Trials[0].Stages, detail.Trial.Stages);
        Assert.Equal(detail.Trial.Stages, detail.Attempts.Select(span => span.Stage));
        Assert.All(detail.Attempts, span => Assert.Equal(SpanEnd.Succeeded, span.Outcome));
        await Assert.ThrowsAsync<TrialNotFoundException>(() => cluster.Api.GetTrial("one", "t9999", default));
        await Assert.ThrowsAsync<TrialNotFoundException>(() => cluster.Api.GetTrial("one", "", default));
    }

    [Fact]
    public async Task Report_OfAStaleAttempt_IsRefused()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var spec = TestSpec.Of("stale");
        var recipe = ExperimentPlanner.Plan(spec).Dense.Stages[0];
        var stage = SweepTests.Stage(cluster, recipe.Id);
        await stage.Request(new StageRequest { Recipe = recipe, Experiment = "stale", CriticalPath = 1 });
        var first = (await stage.Start("w1", "s"))!;
        await stage.Lose(first.Attempt, "w1", LeaseEnd.Silent);
        var second = (await stage.Start("w2", "s"))!;
        var late = new AttemptReport
        {
            Stage = recipe.Id,
            Attempt = first.Attempt,
            Worker = "w1",
            Phase = AttemptPhase.Succeeded,
            Artifact = FakeEngine.CheckpointOf(recipe.Id, 1),
            Result = FakeEngine.ResultOf(recipe),
        };

        Assert.False(await stage.Report(late));
        Assert.False(await stage.Report(late with { Attempt = second.Attempt }));
        Assert.Null((await stage.GetStatus())!.Artifact);
        Assert.True(await stage.Report(late with { Attempt = second.Attempt, Worker = "w2", Artifact = FakeEngine.ArtifactOf(recipe.Id) }));
        Assert.Equal(FakeEngine.ArtifactOf(recipe.Id), (await stage.GetStatus())!.Artifact);
        Assert.Null(await stage.Start("w3", "s"));
    }

    [Fact]
    public async Task Request_BeforeItsInputs_IsRefused()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var recipe = ExperimentPlanner.Plan(TestSpec.Of("early")).Dense.Stages[1];
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            SweepTests.Stage(cluster, recipe.Id).Request(new StageRequest { Recipe = recipe, Experiment = "early", CriticalPath = 1 }));
        Assert.Contains(recipe.ParentId!.Value.Value, refused.Message, StringComparison.Ordinal);
    }
}
