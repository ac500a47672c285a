using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Silo.Engines;

namespace Sweep.Silo.Tests.Workers;

public sealed class WorkerTests : IAsyncLifetime
{
    private static readonly StageId s_parent = StageId.Parse("hardprune-1-00000000000000000000000000");

    private static readonly StageRecipe s_recipe = new FineTuneRecipe
    {
        Parent = s_parent,
        Data = new DataRecipe { Name = "fashion-mnist", Digest = "0", Validation = 1, SplitSeed = 0 },
        Training = new TrainingRecipe { Epochs = 3, LearningRate = 1e-3, Batch = 1 },
    };

    private readonly WorkerStage _stage = new();
    private ArtifactId _input;

    public async Task InitializeAsync() => _input = await _stage.Put("model.safetensors", "parent");

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact]
    public async Task Idle_SaysWhatItIs()
    {
        var report = (await _stage.Called()).Report;

        Assert.Equal("primary/cpu-0/a1", report.Worker);
        Assert.Equal(("primary", "cpu", 1), (report.Silo, report.Device, report.Threads));
        Assert.Equal(["cpu", "Babbage 1"], report.DeviceModels);
        Assert.True(report.AcceptsWork);
        Assert.Null(report.Attempt);
        Assert.False(report.Leaving);
    }

    [Fact]
    public async Task Run_BringsTheInputs_AndCommitsTheArtifactBeforeItReports()
    {
        var run = await _stage.Run(Assignment(attempt: 3));
        Assert.Equal("parent", File.ReadAllText(Path.Combine(run.Stage.Inputs[s_parent], "model.safetensors")));
        run.Complete("weights");

        var report = (await _stage.Called()).Report.Attempt!;

        Assert.Equal((s_recipe.Id, 3, AttemptPhase.Succeeded), (report.Stage, report.Attempt, report.Phase));
        Assert.Equal(s_recipe.Id, report.Result!.Stage);
        await _stage.Store.Materialize(report.Artifact!.Value, _stage.Folder["out"], CancellationToken.None);
        Assert.Equal("weights", File.ReadAllText(_stage.Folder["out", "model.safetensors"]));
    }

    [Fact]
    public async Task Result_IsForgotten_WhenTheQueueHasTakenIt()
    {
        (await _stage.Run(Assignment())).Complete("weights");
        (await _stage.Called()).Answer(WorkerStage.Wait);

        var report = (await _stage.CalledAfter(WorkerStage.NextCall)).Report;

        Assert.Null(report.Attempt);
        Assert.Contains(s_recipe.Id, report.Holds);
        Assert.Empty(Directory.GetDirectories(_stage.Folder["scratch"]));
    }

    [Fact]
    public async Task Result_IsRepeated_UntilAnAnswerArrives()
    {
        (await _stage.Run(Assignment())).Complete("weights");
        var first = await _stage.Called();
        first.Lose();
        var second = await _stage.CalledAfter(WorkerStage.Retry);
        second.Lose();
        var third = await _stage.CalledAfter(WorkerStage.Retry);

        Assert.Equal(AttemptPhase.Succeeded, first.Report.Attempt!.Phase);
        Assert.Equal(first.Report.Attempt, second.Report.Attempt);
        Assert.Equal(first.Report.Attempt, third.Report.Attempt);
    }

    [Fact]
    public async Task Work_GoesOn_WhileTheClusterIsAway()
    {
        var run = await _stage.Run(Assignment());
        (await _stage.CalledAfter(WorkerStage.NextCall)).Lose();
        var call = await _stage.CalledAfter(WorkerStage.Retry);

        Assert.Equal(AttemptPhase.Running, call.Report.Attempt!.Phase);
        Assert.False(run.Cancelled.IsCompleted);
    }

    [Fact]
    public async Task Progress_IsToldAtTheNextCall()
    {
        var run = await _stage.Run(Assignment());
        run.Listener.OnProgress(0.5, 2.0);

        var report = (await _stage.CalledAfter(WorkerStage.NextCall)).Report.Attempt!;

        Assert.Equal((0.5, 2.0, s_recipe.Epochs), (report.EpochsDone, report.Loss, report.Epochs));
    }

    [Fact]
    public async Task Epochs_AreTold_UntilTheClusterHasHeard()
    {
        EpochRecord[] Curve(int epochs) => [.. Enumerable.Range(0, epochs).Select(epoch => new EpochRecord { Epoch = epoch, Loss = 1, LearningRate = 1 })];
        var run = await _stage.Run(Assignment());
        run.Listener.OnEpochs(Curve(1), null);

        var lost = await _stage.CalledAfter(WorkerStage.NextCall);
        Assert.Equal(Curve(1), lost.Report.Attempt!.Curve);
        lost.Lose();
        var again = await _stage.CalledAfter(WorkerStage.Retry);
        Assert.Equal(Curve(1), again.Report.Attempt!.Curve);
        again.Answer(WorkerStage.Continue);

        Assert.Null((await _stage.CalledAfter(WorkerStage.NextCall)).Report.Attempt!.Curve);
    }

    [Fact]
    public async Task Checkpoint_IsCommitted_AndToldAtOnce()
    {
        var run = await _stage.Run(Assignment());
        run.WriteCheckpoint(1);

        var report = (await _stage.Called()).Report.Attempt!;

        await _stage.Store.Materialize(report.Checkpoint!.Value, _stage.Folder["out"], CancellationToken.None);
        Assert.Equal("1", File.ReadAllText(_stage.Folder["out", "epoch-0001", "state.json"]));
    }

    [Fact]
    public async Task Run_ResumesFromTheCommittedCheckpoint()
    {
        var checkpoint = await _stage.Put("epoch-0002/state.json", "2");

        var run = await _stage.Run(Assignment() with { Checkpoint = checkpoint });

        Assert.Equal("2", File.ReadAllText(Path.Combine(run.Stage.Checkpoints, "epoch-0002", "state.json")));
    }

    [Fact]
    public async Task Run_WithADamagedCheckpoint_StartsFromTheBeginning()
    {
        var run = await _stage.Run(Assignment() with { Checkpoint = new ArtifactId(new string('0', 64)) });

        Assert.False(Directory.Exists(run.Stage.Checkpoints));
    }

    [Fact]
    public async Task Run_WithADamagedInput_FailsAndNamesIt()
    {
        var unknown = new ArtifactId(new string('0', 64));
        (await _stage.Called()).Answer(WorkerStage.Start(Assignment() with { Inputs = new Dictionary<StageId, ArtifactId> { [s_parent] = unknown } }));

        var report = (await _stage.Called()).Report.Attempt!;

        Assert.Equal((AttemptPhase.Failed, FailureReason.DamagedArtifact), (report.Phase, report.Failure!.Reason));
        Assert.Contains(unknown.Value, report.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ThatFails_IsToldAsItIs()
    {
        var failure = new StageFailure { Reason = FailureReason.NonFiniteLoss, Message = "The loss must be finite, but is NaN." };
        (await _stage.Run(Assignment())).End(new StageOutcome.Failed(failure));

        Assert.Equal(failure, (await _stage.Called()).Report.Attempt!.Failure);
    }

    [Fact]
    public async Task Run_GivenTwice_StartsOnce()
    {
        var run = await _stage.Run(Assignment());
        (await _stage.CalledAfter(WorkerStage.NextCall)).Answer(WorkerStage.Start(Assignment()));
        await _stage.CalledAfter(WorkerStage.NextCall);

        Assert.True(_stage.RunnerIsIdle);
        Assert.False(run.Cancelled.IsCompleted);
    }

    [Fact]
    public async Task Run_OfAnotherAttempt_WaitsForTheEndOfTheFirst()
    {
        var first = await _stage.Run(Assignment());
        (await _stage.CalledAfter(WorkerStage.NextCall)).Answer(WorkerStage.Start(Assignment(attempt: 2)));
        await first.Cancelled;
        Assert.True(_stage.RunnerIsIdle);
        first.End(new StageOutcome.Cancelled());

        await _stage.Started();
    }

    [Fact]
    public async Task Drop_CancelsTheRun_AndAsksForMoreAtOnce()
    {
        var run = await _stage.Run(Assignment());
        (await _stage.CalledAfter(WorkerStage.NextCall)).Answer(WorkerStage.Drop);
        await run.Cancelled;
        run.End(new StageOutcome.Cancelled());

        var report = (await _stage.Called()).Report;

        Assert.Null(report.Attempt);
        Assert.True(report.AcceptsWork);
    }

    [Fact]
    public async Task Drain_OfAnIdleWorker_TakesLeave()
    {
        (await _stage.Called()).Answer(WorkerStage.Wait);
        _stage.Drain();
        var call = await _stage.Called();
        call.Answer(WorkerStage.Wait);

        await _stage.Left();
        Assert.True(call.Report.Leaving);
        Assert.False(call.Report.AcceptsWork);
    }

    [Fact]
    public async Task Drain_HandsTheStageBackWithItsCheckpoint_AndThenTakesLeave()
    {
        var run = await _stage.Run(Assignment());
        _stage.Drain();
        await run.Draining;
        run.WriteCheckpoint(1);
        run.End(new StageOutcome.Drained());
        var call = await _stage.CalledWith(AttemptPhase.HandedBack);
        call.Answer(WorkerStage.Wait);
        var last = await _stage.Called();
        last.Answer(WorkerStage.Wait);

        await _stage.Left();
        Assert.NotNull(call.Report.Attempt!.Checkpoint);
        Assert.False(call.Report.AcceptsWork);
        Assert.True(last.Report.Leaving);
        Assert.Null(last.Report.Attempt);
    }

    [Fact]
    public async Task Abandon_GivesTheEpochUp_AndLeavesWithWhatIsCommitted()
    {
        var run = await _stage.Run(Assignment());
        run.WriteCheckpoint(1);
        (await _stage.Called()).Answer(WorkerStage.Continue);
        _stage.Drain();
        (await _stage.Called()).Answer(WorkerStage.Continue);
        _stage.Abandon();
        await run.Cancelled;
        run.End(new StageOutcome.Cancelled());
        var last = await _stage.Called();
        last.Lose();

        await _stage.Left();
        Assert.True(last.Report.Leaving);
        Assert.Equal(AttemptPhase.HandedBack, last.Report.Attempt!.Phase);
        Assert.NotNull(last.Report.Attempt.Checkpoint);
    }

    [Fact]
    public async Task Drain_ShorterThanTheEpoch_GivesItUpAtOnce_AndHandsTheLastCheckpointBack()
    {
        var run = await _stage.Run(Assignment());
        run.Listener.OnProgress(0, loss: null);
        run.WriteCheckpoint(1);
        (await _stage.Called()).Answer(WorkerStage.Continue);
        run.Listener.OnProgress(1.1, 2);
        _stage.Time.Move(TimeSpan.FromSeconds(10));
        run.Listener.OnProgress(1.2, 2); // 80 s to go
        _stage.Drain(TimeSpan.FromSeconds(25));
        await run.Cancelled;
        run.End(new StageOutcome.Cancelled());
        var call = await _stage.CalledWith(AttemptPhase.HandedBack);
        call.Answer(WorkerStage.Wait);
        var last = await _stage.Called();
        last.Answer(WorkerStage.Wait);

        await _stage.Left();
        Assert.NotNull(call.Report.Attempt!.Checkpoint);
        Assert.True(last.Report.Leaving);
    }

    [Fact]
    public async Task Drain_LongerThanTheEpoch_LetsItFinish_UntilItSlowsDown()
    {
        var run = await _stage.Run(Assignment());
        run.Listener.OnProgress(0, loss: null);
        run.Listener.OnProgress(0.5, 2);
        _stage.Time.Move(TimeSpan.FromSeconds(4));
        run.Listener.OnProgress(0.7, 2); // 6 s to go
        _stage.Drain(TimeSpan.FromSeconds(25));
        await run.Draining;
        _stage.Time.Move(TimeSpan.FromSeconds(4));
        run.Listener.OnProgress(0.8, 2);
        Assert.False(run.Cancelled.IsCompleted);

        _stage.Time.Move(TimeSpan.FromSeconds(15)); // 2 s left
        run.Listener.OnProgress(0.81, 2);
        await run.Cancelled;
        run.End(new StageOutcome.Cancelled());
        (await _stage.CalledWith(AttemptPhase.HandedBack)).Answer(WorkerStage.Wait);
        (await _stage.Called()).Answer(WorkerStage.Wait);
        await _stage.Left();
    }

    [Fact]
    public async Task Benchmark_ReportsWhileItWaitsForTheMachine_AndStartsWhenItHasItAlone()
    {
        var other = await _stage.Gate.Enter(alone: false, CancellationToken.None);
        (await _stage.Called()).Answer(WorkerStage.Start(Benchmark()));
        var waiting = await _stage.CalledAfter(WorkerStage.NextCall);
        waiting.Answer(WorkerStage.Continue);
        Assert.Equal(AttemptPhase.Running, waiting.Report.Attempt!.Phase);
        Assert.True(_stage.RunnerIsIdle);

        other.Dispose();
        var run = await _stage.Started();
        var next = _stage.Gate.Enter(alone: false, CancellationToken.None);
        Assert.False(next.IsCompleted);

        run.Complete("figures");
        (await next).Dispose();
    }

    [Fact]
    public async Task Stage_WaitsForABenchmarkBesideIt_AndIsHandedBackWhenTheSiloDrains()
    {
        using var benchmark = await _stage.Gate.Enter(alone: true, CancellationToken.None);
        (await _stage.Called()).Answer(WorkerStage.Start(Assignment()));
        (await _stage.CalledAfter(WorkerStage.NextCall)).Answer(WorkerStage.Continue);
        _stage.Drain();

        (await _stage.CalledWith(AttemptPhase.HandedBack)).Answer(WorkerStage.Wait);
        Assert.True(_stage.RunnerIsIdle);
        (await _stage.Called()).Answer(WorkerStage.Wait);
        await _stage.Left();
    }

    [Fact]
    public async Task Drop_OfAStageThatWaitsForTheMachine_LeavesTheOthersTheirTurn()
    {
        using var first = await _stage.Gate.Enter(alone: false, CancellationToken.None);
        (await _stage.Called()).Answer(WorkerStage.Start(Benchmark()));
        var call = await _stage.CalledAfter(WorkerStage.NextCall);
        var behind = _stage.Gate.Enter(alone: false, CancellationToken.None);
        Assert.False(behind.IsCompleted);

        call.Answer(WorkerStage.Drop);
        (await behind).Dispose();
        Assert.Null((await _stage.Called()).Report.Attempt);
    }

    [Fact]
    public async Task Memory_IsMeasured_AndToldWithItsClass()
    {
        var run = await _stage.Run(Assignment() with { MemoryClass = new MemoryClass("finetune-1") });
        _stage.Gauge.Now = 900;
        run.Listener.OnProgress(0.5, 2);
        var early = await _stage.CalledAfter(WorkerStage.NextCall);
        early.Answer(WorkerStage.Continue);
        Assert.Equal(900, early.Report.Attempt!.PeakMemory);
        Assert.Empty(early.Report.Memory!.Peaks); // an epoch may need more than its beginning

        _stage.Gauge.Now = 1000;
        run.WriteCheckpoint(1);
        var later = await _stage.Called();

        Assert.Equal(new MeasuredPeak(new MemoryClass("finetune-1"), 1000), Assert.Single(later.Report.Memory!.Peaks));
        Assert.Equal((4L << 30, 1000), (later.Report.Memory.Usable, later.Report.Memory.Held));
    }

    [Fact]
    public async Task GiveBack_EndsTheIdleEngine_AndSaysSoAtOnce()
    {
        _stage.Gauge.Now = 1000;
        (await _stage.Called()).Answer(WorkerStage.Wait with { GiveBack = true });

        await _stage.Called();

        Assert.Equal(1, _stage.Releases);
    }

    private StageAssignment Benchmark() => Assignment() with
    {
        Recipe = new BenchmarkRecipe { Parent = s_parent, Dense = s_parent, DeviceModel = "cpu" },
    };

    private StageAssignment Assignment(int attempt = 1) => new()
    {
        Recipe = s_recipe,
        Attempt = attempt,
        Inputs = new Dictionary<StageId, ArtifactId> { [s_parent] = _input },
    };
}
