using System.Text.Json.Nodes;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>What a cluster keeps and tells of the training of a stage.</summary>
public class HistoryTests
{
    private const string Worker = "honest/cpu-0/a";

    private static readonly StageRecipe s_recipe = ExperimentPlanner.Plan(TestSpec.Of("a")).Dense.Stages[0];

    private static EpochRecord[] Curve(int epochs) =>
        [.. Enumerable.Range(0, epochs).Select(epoch => new EpochRecord { Epoch = epoch, Loss = 2.0 / (epoch + 1), LearningRate = 1e-3 })];

    private static EpochTime[] Times(int epochs) =>
        [.. Enumerable.Range(0, epochs).Select(epoch => new EpochTime { Epoch = epoch, Seconds = 3, LoaderSeconds = 1, Images = 640 })];

    private static StageResult Result(StageRecipe recipe, int epochs)
    {
        var result = FakeEngine.ResultOf(recipe);
        return result with { Curve = Curve(epochs), Provenance = result.Provenance with { EpochTimes = Times(epochs) } };
    }

    private static WorkerReport Report(AttemptReport? attempt = null) =>
        new() { Worker = Worker, Silo = "honest", Device = "cpu", Threads = 1, AcceptsWork = true, Attempt = attempt };

    private static AttemptReport Attempt(StageAssignment assignment) =>
        new() { Stage = assignment.Recipe.Id, Attempt = assignment.Attempt, Worker = Worker, Phase = AttemptPhase.Running, Epochs = assignment.Recipe.Epochs };

    /// <summary>A worker of the test's own has the first stage of an experiment.</summary>
    private static async Task<AttemptReport> Begin(FakeCluster cluster)
    {
        await cluster.Api.Submit(TestSpec.Of("told", [0.4], [PruningMethod.Vtp]), default);
        WorkerDirective directive = new() { Kind = DirectiveKind.Wait, NextCall = TimeSpan.Zero };
        await cluster.RunUntil(async () => (directive = await cluster.Queue.Synchronize(Report())).Assignment is not null, "a stage for the worker");
        return Attempt(directive.Assignment!);
    }

    private static async Task<StageHistory> Ask(FakeCluster cluster, StageId stage) => Assert.Single(await cluster.Api.GetHistories([stage], default));

    [Fact]
    public async Task RunningStage_IsToldAsFarAsItsWorkerHasCome()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var attempt = await Begin(cluster);
        Assert.Empty((await Ask(cluster, attempt.Stage)).Epochs);
        var writes = cluster.Disk.Writes;

        await cluster.Queue.Synchronize(Report(attempt with { Curve = Curve(2), Times = Times(2) }));

        var history = await Ask(cluster, attempt.Stage);
        Assert.Equal((attempt.Epochs, false), (history.Length, history.Finished));
        Assert.Equal(Curve(2), history.Epochs);
        Assert.Equal(Times(2), history.Times);
        Assert.Equal(writes, cluster.Disk.Writes);

        // The epochs after a checkpoint that was lost come again, and count once.
        await cluster.Queue.Synchronize(Report(attempt with { Curve = Curve(1) }));
        Assert.Equal(Curve(1), (await Ask(cluster, attempt.Stage)).Epochs);
    }

    [Fact]
    public async Task FinishedStage_KeepsABoundedHistory_OverARestart()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var attempt = await Begin(cluster);
        var assignment = ExperimentPlanner.Plan(TestSpec.Of("told", [0.4], [PruningMethod.Vtp])).Dense.Stages[0];
        Assert.Equal(attempt.Stage, assignment.Id);

        await cluster.Queue.Synchronize(Report(attempt with { Phase = AttemptPhase.Succeeded, Artifact = FakeEngine.ArtifactOf(attempt.Stage), Result = Result(assignment, 1000) }));

        var before = await Ask(cluster, attempt.Stage);
        Assert.Equal((true, StageHistory.MostEpochs, 0, 999), (before.Finished, before.Epochs.Count, before.Epochs[0].Epoch, before.Epochs[^1].Epoch));
        Assert.Equal(before.Epochs.Select(epoch => epoch.Epoch), before.Times!.Select(time => time.Epoch));
        await cluster.Kill();
        await cluster.Start();
        Assert.Equal(CanonicalJson.Serialize(before), CanonicalJson.Serialize(await Ask(cluster, attempt.Stage)));
    }

    [Theory]
    [InlineData(AttemptPhase.HandedBack, StageState.Queued)]
    [InlineData(AttemptPhase.Failed, StageState.Failed)]
    public async Task EpochsOfAnAttemptWithoutResult_AreKept_OverARestart(AttemptPhase phase, StageState state)
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var attempt = await Begin(cluster);
        await cluster.Queue.Synchronize(Report(attempt with { Curve = Curve(2), Times = Times(2) }));
        var failure = new StageFailure { Reason = FailureReason.NonFiniteLoss, Message = "The loss must be finite, but is NaN." };
        await cluster.Queue.Synchronize(Report(attempt with { Phase = phase, Failure = phase == AttemptPhase.Failed ? failure : null }) with { AcceptsWork = false });
        Assert.Equal(state, (await cluster.Grains.GetGrain<IStageGrain>(attempt.Stage.Value).GetStatus())!.State);

        await cluster.Kill();
        await cluster.Start();

        var history = await Ask(cluster, attempt.Stage);
        Assert.False(history.Finished);
        Assert.Equal(Curve(2), history.Epochs);
        Assert.Equal(Times(2), history.Times);

        // Somebody goes on with it, and a result has the last word.
        var recipe = ExperimentPlanner.Plan(TestSpec.Of("told", [0.4], [PruningMethod.Vtp])).Dense.Stages[0];
        var record = StageRecord.Requested(new StageRequest { Recipe = recipe, Experiment = "a", CriticalPath = 1 }, new Dictionary<StageId, ArtifactId>())
            .Remembering(attempt with { Curve = Curve(2) }).Started(Worker, "honest", cluster.Clock.GetUtcNow());
        Assert.Equal(2, record.CurveSoFar!.Count);
        Assert.Null(record.Succeeded(1, Worker, FakeEngine.ArtifactOf(recipe.Id), Result(recipe, 3), cluster.Clock.GetUtcNow()).CurveSoFar);
    }

    [Fact]
    public async Task Curve_ThatIsNone_FailsTheStage_AndInAReportIsNotShown()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        var attempt = await Begin(cluster);
        var recipe = ExperimentPlanner.Plan(TestSpec.Of("told", [0.4], [PruningMethod.Vtp])).Dense.Stages[0];
        var broken = Curve(2).Append(Curve(1)[0] with { Epoch = 2, Loss = double.NaN }).ToArray();

        await cluster.Queue.Synchronize(Report(attempt with { Curve = broken, Times = [null!] }));
        Assert.Empty((await Ask(cluster, attempt.Stage)).Epochs);

        await cluster.Queue.Synchronize(Report(attempt with
        {
            Phase = AttemptPhase.Succeeded,
            Artifact = FakeEngine.ArtifactOf(attempt.Stage),
            Result = Result(recipe, 2) with { Curve = broken },
        }));

        var status = await cluster.Grains.GetGrain<IStageGrain>(attempt.Stage.Value).GetStatus();
        Assert.Equal((StageState.Failed, FailureKind.Deterministic), (status!.State, status.Failure!.Kind));
        Assert.Contains("loss must be finite, but is NaN", status.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LongReport_IsThinned()
    {
        var report = Attempt(new StageAssignment { Recipe = s_recipe, Attempt = 1, Inputs = new Dictionary<StageId, ArtifactId>() }) with { Curve = Curve(500), Times = Times(500) };

        var tempered = MessageRules.Tempered(report);

        Assert.Equal((StageHistory.MostEpochs, StageHistory.MostEpochs), (tempered.Curve!.Count, tempered.Times!.Count));
    }

    [Fact]
    public async Task Histories_AreAskedFor_InABound_AndUnknownStagesLeftOut()
    {
        await using var cluster = await FakeCluster.Start();
        await cluster.Api.Submit(TestSpec.Of("told"), default);
        await cluster.RunUntilEnded("told");
        var path = (await cluster.Api.GetResult("told", default)).Trials[0].Stages;
        var unknown = StageId.Parse("pretrain-1-" + new string('0', 26));

        var histories = await cluster.Api.GetHistories([.. path, unknown], default);

        Assert.Equal(path, histories.Select(history => history.Stage));
        Assert.All(histories, history => Assert.True(history.Finished));
        Assert.NotNull(histories.Single(history => history.Stage.Kind == StageKind.Evaluate).Evaluation);
        await Assert.ThrowsAsync<ArgumentException>(() => cluster.Api.GetHistories([.. Enumerable.Repeat(unknown, ISweepApi.MostHistories + 1)], default));
    }

    [Fact]
    public async Task ResultOfStagesWithoutCurves_GetsNone()
    {
        await using var cluster = await FakeCluster.Start();
        await cluster.Api.Submit(TestSpec.Of("plain"), default);
        await cluster.RunUntilEnded("plain");
        var result = await cluster.Api.GetResult("plain", default);

        Assert.Same(result, await cluster.Api.WithCurves(result, default));
    }

    [Fact]
    public void StoredStage_FromBeforeTimesWereKept_ReadsAndTells()
    {
        var now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var record = StageRecord.Requested(new StageRequest { Recipe = s_recipe, Experiment = "a", CriticalPath = 1 }, new Dictionary<StageId, ArtifactId>())
            .Started(Worker, "honest", now).Succeeded(1, Worker, FakeEngine.ArtifactOf(s_recipe.Id), Result(s_recipe, 100), now);
        var stored = JsonNode.Parse(CanonicalJson.Serialize(record))!;
        Assert.True(stored["result"]!["provenance"]!.AsObject().Remove("epochTimes"));

        var old = CanonicalJson.Deserialize<StageRecord>(stored.ToJsonString());

        // It was not thinned when it was written.
        Assert.Equal(100, old.Result!.Curve!.Count);
        Assert.Equal((StageHistory.MostEpochs, null), (old.ToHistory(told: null).Epochs.Count, old.ToHistory(told: null).Times));
    }
}
