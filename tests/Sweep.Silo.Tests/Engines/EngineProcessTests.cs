using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using Sweep.Silo.Engines;
using static Sweep.Silo.Tests.Engines.ScriptedEngine;

namespace Sweep.Silo.Tests.Engines;

public sealed class EngineProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingListener _listener = new();
    private readonly ScriptedEngine _scripted;

    public EngineProcessTests() => _scripted = new ScriptedEngine(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_TellsNewsAndTheResult()
    {
        await using var engine = _scripted.Start(
            Ready,
            Take,
            Started,
            Say(new ProgressEvent { Stage = Recipe.Id, EpochsDone = 0.5, Epochs = 1, Loss = 2.25 }),
            Say(new ProgressEvent
            {
                Stage = Recipe.Id,
                EpochsDone = 1,
                Epochs = 1,
                Loss = 2,
                Work = new TrainingWork { Steps = 7, Samples = 70, Seconds = 1, LoaderSeconds = 0.5 },
            }),
            Say(new CheckpointEvent { Stage = Recipe.Id, Epochs = 1, Folder = "epoch-0001" }),
            Completed,
            Hang);

        var outcome = await Run(engine);

        Assert.Equal(Result, Assert.IsType<StageOutcome.Completed>(outcome).Result);
        Assert.Equal(["progress 0", "progress 0.5 2.25", "progress 1 2 7 steps", $"checkpoint 1 {_folder["checkpoints", "epoch-0001"]}"], _listener.Heard);
    }

    private static EpochRecord Epoch(int epoch, double loss) => new() { Epoch = epoch, Loss = loss, LearningRate = 1e-3 };

    private static CheckpointEvent Checkpoint(params EpochRecord[] curve) => new() { Stage = Recipe.Id, Epochs = 1, Folder = "epoch-0001", Curve = curve };

    [Fact]
    public async Task Run_TellsTheEpochsOfACheckpoint()
    {
        var time = new EpochTime { Epoch = 0, Seconds = 1, LoaderSeconds = 0, Images = 64 };
        await using var engine = _scripted.Start(Ready, Take, Started, Say(Checkpoint(Epoch(0, 2), Epoch(1, 1.5)) with { Times = [time] }), Completed, Hang);

        await Run(engine);

        Assert.Equal("epochs 2 1.5, 1 timed", _listener.Heard[^1]);
    }

    [Fact]
    public async Task Run_PassesOverCheckpointsWhoseEpochsAreNone()
    {
        await using var engine = _scripted.Start(
            Ready,
            Take,
            Started,
            Say(Checkpoint(Epoch(0, double.NaN))),
            Say(Checkpoint(Epoch(-1, 1))),
            Say(Checkpoint(Epoch(0, 1) with { LearningRate = -1 })),
            Say(Checkpoint(Epoch(0, 1), Epoch(0, 1))),
            Say(Checkpoint([.. Enumerable.Range(0, StageHistory.MostEpochs + 1).Select(epoch => Epoch(epoch, 1))])),
            Say(Checkpoint() with { Times = [new EpochTime { Epoch = 0, Seconds = double.PositiveInfinity, LoaderSeconds = 0, Images = 1 }] }),
            Completed,
            Hang);

        Assert.IsType<StageOutcome.Completed>(await Run(engine));

        Assert.Equal(["progress 0"], _listener.Heard);
    }

    [Fact]
    public async Task Run_SendsTheWholeRequest()
    {
        await using var engine = _scripted.Start(Ready, Take, $"printf '%s' \"$request\" > '{_folder["request"]}'", Completed, Hang);

        await Run(engine);

        var request = Assert.IsType<RunRequest>(CanonicalJson.Deserialize<EngineRequest>(File.ReadAllText(_folder["request"])));
        Assert.Equal(Recipe, request.Recipe);
        Assert.Equal(_folder["output"], request.Output);
        Assert.Equal(_folder["checkpoints"], request.Checkpoints);
    }

    [Fact]
    public async Task Run_KeepsTheProcessForTheNextStage()
    {
        await using var engine = _scripted.Start(Ready, Take, Completed, Take, Completed, Hang);

        await Run(engine);
        var first = engine.ProcessId;
        await Run(engine);

        Assert.NotNull(first);
        Assert.Equal(first, engine.ProcessId);
    }

    [Fact]
    public async Task Run_AfterACrash_StartsAnotherProcess()
    {
        await using var engine = _scripted.Start(
            Ready, Take, $"if [ ! -e '{_folder["crashed"]}' ]; then : > '{_folder["crashed"]}'; exit 3; fi", Completed, Hang);

        Assert.IsType<StageOutcome.Failed>(await Run(engine));
        Assert.IsType<StageOutcome.Completed>(await Run(engine));
    }

    [Fact]
    public async Task Run_OfAnEngineThatExits_TellsCodeAndLastWords()
    {
        await using var engine = _scripted.Start(Ready, Take, "for i in 1 2 3; do echo \"word $i\" >&2; done", "exit 3");

        var failure = Failure(await Run(engine));

        Assert.Equal(FailureReason.EngineCrashed, failure.Reason);
        Assert.Contains("exit code 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("word 1\nword 2\nword 3", failure.Message, StringComparison.Ordinal);
        Assert.Equal("word 1\nword 2\nword 3\n", File.ReadAllText(_scripted.Log));
    }

    [Theory]
    [InlineData("SEGV", "SIGSEGV")]
    [InlineData("ABRT", "SIGABRT")]
    public async Task Run_OfAnEngineThatASignalEnds_NamesTheSignal(string signal, string named)
    {
        await using var engine = _scripted.Start(Ready, Take, $"kill -{signal} $$");

        var failure = Failure(await Run(engine));

        Assert.Equal(FailureReason.EngineCrashed, failure.Reason);
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, FailureReason.EngineCrashed, "killed from outside")]
    [InlineData(1, FailureReason.OutOfMemory, "memory ran out")]
    public async Task Run_OfAKilledEngine_TellsTheKernelFromOthers(int kernelKills, FailureReason reason, string words)
    {
        var asked = 0;
        await using var engine = _scripted.Start(null, null, () => asked++ == 0 ? 5 : 5 + kernelKills, Ready, Take, "kill -KILL $$");

        var failure = Failure(await Run(engine));

        Assert.Equal(reason, failure.Reason);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfASilentEngine_KillsIt()
    {
        await using var engine = _scripted.Start(settings => settings with { HangLimit = TimeSpan.FromMilliseconds(100) }, null, null, Ready, Take, Started, Hang);

        var failure = Failure(await Run(engine));

        Assert.Equal(FailureReason.EngineHung, failure.Reason);
        Assert.Contains(Recipe.Id.Value, failure.Message, StringComparison.Ordinal);
        Assert.Null(engine.ProcessId);
    }

    [Fact]
    public async Task Run_PassesOverNonsense()
    {
        await using var engine = _scripted.Start(
            "echo hello", Ready, Take, "echo '{'", "echo '{\"event\":\"party\"}'", "printf '\\377\\376\\n'", "echo", "echo '[1]'", "echo null", Completed, Hang);

        Assert.IsType<StageOutcome.Completed>(await Run(engine));
    }

    [Fact]
    public async Task Run_PassesOverALineWithoutEnd()
    {
        await using var engine = _scripted.Start(
            settings => settings with { LongestLine = 10_000 }, null, null, Ready, Take, "head -c 3000000 /dev/zero | tr '\\0' x; echo", Completed, Hang);

        Assert.IsType<StageOutcome.Completed>(await Run(engine));
    }

    [Fact]
    public async Task Run_PassesOverEventsOfAnotherStage()
    {
        var other = StageId.Parse("evaluate-1-00000000000000000000000000");
        await using var engine = _scripted.Start(Ready, Take, Say(new ProgressEvent { Stage = other, EpochsDone = 9, Epochs = 9 }), Completed, Hang);

        Assert.IsType<StageOutcome.Completed>(await Run(engine));
        Assert.Empty(_listener.Heard);
    }

    [Fact]
    public async Task Run_OfAFailedStage_TellsItsFailure()
    {
        var failure = new StageFailure { Reason = FailureReason.NonFiniteLoss, Message = "The loss must be finite, but is NaN." };
        await using var engine = _scripted.Start(Ready, Take, Say(new FailedEvent { Stage = Recipe.Id, Failure = failure }), Hang);

        Assert.Equal(failure, Failure(await Run(engine)));
    }

    [Fact]
    public async Task Run_WaitsForASlowStart()
    {
        await using var engine = _scripted.Start("sleep 0.3", Ready, Take, Completed, Hang);

        Assert.IsType<StageOutcome.Completed>(await Run(engine));
    }

    [Fact]
    public async Task Run_OfAnEngineThatNeverIsReady_Fails()
    {
        await using var engine = _scripted.Start(settings => settings with { StartLimit = TimeSpan.FromMilliseconds(100) }, null, null, Hang);

        Assert.Equal(FailureReason.EngineHung, Failure(await Run(engine)).Reason);
    }

    [Fact]
    public async Task Run_OfAnEngineThatEndsAtItsStart_TellsItsLastWords()
    {
        await using var engine = _scripted.Start("echo 'cannot load libtorch.so' >&2", "exit 127");

        var failure = Failure(await Run(engine));

        Assert.Equal(FailureReason.EngineCrashed, failure.Reason);
        Assert.Contains("cannot load libtorch.so", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfAnExecutableThatIsNotThere_NamesIt()
    {
        await using var engine = _scripted.Start(settings => settings with { Executable = _folder["absent"] }, null, null);

        Assert.Contains(_folder["absent"], Failure(await Run(engine)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_AsksTheEngineAndKeepsIt()
    {
        await using var engine = _scripted.Start(
            Ready, Take, Started, Take, $"printf '%s' \"$request\" > '{_folder["request"]}'", Say(new StoppedEvent { Stage = Recipe.Id, Reason = StopReason.Cancelled }), Hang);
        using var cancelled = new CancellationTokenSource();

        var running = engine.Run(ScriptedEngine.Run(_folder), _listener, cancelled.Token, CancellationToken.None);
        await _listener.First;
        await cancelled.CancelAsync();

        Assert.IsType<StageOutcome.Cancelled>(await running);
        Assert.IsType<CancelRequest>(CanonicalJson.Deserialize<EngineRequest>(File.ReadAllText(_folder["request"])));
        Assert.NotNull(engine.ProcessId);
    }

    [Fact]
    public async Task Cancel_KillsAnEngineThatDoesNotListen()
    {
        await using var engine = _scripted.Start(settings => settings with { CancelLimit = TimeSpan.FromMilliseconds(100) }, null, null, Ready, Take, Started, Hang);
        using var cancelled = new CancellationTokenSource();

        var running = engine.Run(ScriptedEngine.Run(_folder), _listener, cancelled.Token, CancellationToken.None);
        await _listener.First;
        await cancelled.CancelAsync();

        Assert.IsType<StageOutcome.Cancelled>(await running);
        Assert.Null(engine.ProcessId);
    }

    [Fact]
    public async Task Drain_AsksTheEngineAndTakesItsLastCheckpoint()
    {
        await using var engine = _scripted.Start(
            Ready,
            Take,
            Started,
            Take,
            $"printf '%s' \"$request\" > '{_folder["request"]}'",
            Say(new CheckpointEvent { Stage = Recipe.Id, Epochs = 2, Folder = "epoch-0002" }),
            Say(new StoppedEvent { Stage = Recipe.Id, Reason = StopReason.Drained }),
            Hang);
        using var draining = new CancellationTokenSource();

        var running = engine.Run(ScriptedEngine.Run(_folder), _listener, CancellationToken.None, draining.Token);
        await _listener.First;
        await draining.CancelAsync();

        Assert.IsType<StageOutcome.Drained>(await running);
        Assert.IsType<DrainRequest>(CanonicalJson.Deserialize<EngineRequest>(File.ReadAllText(_folder["request"])));
        Assert.Equal($"checkpoint 2 {_folder["checkpoints", "epoch-0002"]}", _listener.Heard[^1]);
    }

    [Fact]
    public async Task Environment_IsOnlyWhatWasGiven()
    {
        await using var engine = _scripted.Start(
            settings => settings with { Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["OMP_NUM_THREADS"] = "1" } },
            null,
            null,
            $"env > '{_folder["environment"]}'",
            Ready,
            Take,
            Completed,
            Hang);

        await Run(engine);

        // A shell adds these by itself.
        string[] own = ["PWD", "SHLVL", "_", "OLDPWD"];
        var names = File.ReadAllLines(_folder["environment"]).Select(line => line.Split('=')[0]).Except(own).Order(StringComparer.Ordinal);
        Assert.Equal(["OMP_NUM_THREADS", "PATH"], names);
    }

    [Fact]
    public async Task Dispose_EndsTheProcessByEndingItsInput()
    {
        var engine = _scripted.Start(Ready, Take, Completed, Hang, $": > '{_folder["ended by itself"]}'");
        await Run(engine);

        await engine.DisposeAsync();

        Assert.True(File.Exists(_folder["ended by itself"]));
    }

    private Task<StageOutcome> Run(EngineProcess engine) =>
        engine.Run(ScriptedEngine.Run(_folder), _listener, CancellationToken.None, CancellationToken.None);

    private static StageFailure Failure(StageOutcome outcome) => Assert.IsType<StageOutcome.Failed>(outcome).Failure;
}
