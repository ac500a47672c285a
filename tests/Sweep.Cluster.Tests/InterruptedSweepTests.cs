using Sweep.Recipes;
using Xunit.Abstractions;

namespace Sweep.Cluster.Tests;

/// <summary>Real processes, real training, real kills: a sweep that is interrupted ends as if it had not been.</summary>
[Collection(FaultFreeCollection.Name)]
public sealed class InterruptedSweepTests(FaultFreeRun reference, ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryState _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public void FaultFree_RunsEveryStageOnce()
    {
        Assert.Equal(3, reference.Result.Trials.Count);
        Assert.NotEmpty(reference.Result.Front);
        Assert.All(reference.Stages.Values, stage => Assert.Equal(("succeeded", 1), (stage.State, stage.Attempt)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task KilledAtRandomMoments_EndsTheSame_AndRunsNoFinishedStageAgain(int seed)
    {
        const int Faults = 3;
        var random = new Random(seed);
        var finished = new Dictionary<StageId, StoredStage>();
        for (var fault = 0; fault < Faults; fault++)
        {
            await using var doomed = await SiloProcess.Start(_state.Path, "--workers", "2", "--lease", "4s");
            await doomed.Submit(SmallSweep.Spec);
            await Task.Delay(random.Next(500, 3500)); // any moment will do: the end may not depend on it
            var engines = doomed.Engines();
            if (random.Next(2) == 0 && engines.Count > 0)
            {
                var engine = engines[random.Next(engines.Count)];
                output.WriteLine($"kill engine {engine}");
                ProcessTable.KillNow(engine);
                await Task.Delay(random.Next(500, 3500));
            }

            output.WriteLine($"kill silo {doomed.Id}");
            engines = doomed.Engines();
            doomed.Kill();
            await AssertGone(engines);
            foreach (var (stage, stored) in StateFiles.Finished(_state.Path))
            {
                finished.TryAdd(stage, stored);
            }
        }

        await using var silo = await SiloProcess.Start(_state.Path, "--workers", "2", "--lease", "4s");
        var result = await Waiting.ForTheEnd(silo);

        reference.AssertSame(result, _state.Path);
        var stages = StateFiles.Stages(_state.Path);
        Assert.All(finished, stage => Assert.Equal(stage.Value, stages[stage.Key]));
        output.WriteLine($"{finished.Count} of {stages.Count} stages were finished before the last kill; attempts: {stages.Values.Sum(stage => stage.Attempt)}");
    }

    [Fact]
    public async Task EnginesThatCrashAfterEveryFirstEpoch_EndTheSame()
    {
        await using var silo = await SiloProcess.StartWith(
            new Dictionary<string, string> { ["SWEEP_ENGINE_FAULT"] = "crash@1" }, _state.Path, "--workers", "2");
        await silo.Submit(SmallSweep.Spec);

        var result = await Waiting.ForTheEnd(silo);

        reference.AssertSame(result, _state.Path);
        var training = StateFiles.Stages(_state.Path).Values.Where(stage => stage.Stage.Kind is StageKind.Pretrain or StageKind.FineTune).ToList();
        Assert.All(training, stage => Assert.Equal(2, stage.Attempt));
    }

    [Fact]
    public async Task Terminated_HandsTheStageBackWithItsCheckpoint_AndGoesOnFromThere()
    {
        StageId stage;
        await using (var first = await SiloProcess.Start(_state.Path, "--workers", "2"))
        {
            await first.Submit(SmallSweep.Spec);
            stage = (await Waiting.ForAStageInTraining(first, epochs: 1)).Stage;
            var engines = first.Engines();

            Assert.Equal(0, await first.Terminate());

            await AssertGone(engines);
            Assert.Contains("Drained", first.Errors, StringComparison.Ordinal);
            var stored = StateFiles.Stages(_state.Path)[stage];
            Assert.True(stored is { State: "queued", Attempt: 1 } or { State: "succeeded", Attempt: 1 }, $"{stage} is {stored}");
        }

        await using var second = await SiloProcess.Start(_state.Path, "--workers", "2");
        reference.AssertSame(await Waiting.ForTheEnd(second), _state.Path);
        if (StateFiles.Stages(_state.Path)[stage].Attempt > 1)
        {
            Assert.Matches($"{stage} goes on after [1-9]", second.Errors);
        }
    }

    [Fact]
    public async Task MemberKilledInTraining_ItsStageGoesOnElsewhereFromItsLastCheckpoint()
    {
        await using var primary = await SiloProcess.Start(_state.Path, "--workers", "0", "--lease", "10s");
        await using var one = await Member(primary, "one");
        await primary.Submit(SmallSweep.Spec);
        var lost = await Waiting.ForAStageInTraining(primary, epochs: 1);
        await using var other = await Member(primary, "other");

        one.Kill();

        await Waiting.For(
            $"{lost.Stage} should go on at the other silo",
            TimeSpan.FromSeconds(30),
            () => Task.FromResult(other.Errors.Contains($"{lost.Stage} goes on after", StringComparison.Ordinal) ? other : null),
            () => primary.Errors + other.Errors);
        Assert.Matches($"{lost.Stage} goes on after [1-9]", other.Errors);
        await Waiting.For(
            $"{lost.Stage} should succeed at the other silo",
            TimeSpan.FromMinutes(5),
            () => Task.FromResult(StateFiles.Finished(_state.Path).GetValueOrDefault(lost.Stage)),
            () => primary.Errors + other.Errors);
        Assert.Equal(2, StateFiles.Stages(_state.Path)[lost.Stage].Attempt);
    }

    [Fact]
    public async Task ParentProcessKilled_TheSiloAndItsEnginesEndAtOnce()
    {
        using var parent = System.Diagnostics.Process.Start("sleep", "1000");
        await using var silo = await SiloProcess.Start(
            _state.Path, "--workers", "1", "--parent-pid", parent.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await silo.Submit(SmallSweep.Spec);
        await Waiting.ForAStageInTraining(silo, epochs: 0);
        var engines = silo.Engines();
        Assert.NotEmpty(engines);

        parent.Kill();

        await silo.Ended();
        await AssertGone(engines);
    }

    private Task<SiloProcess> Member(SiloProcess primary, string name) => SiloProcess.Start(
        _state.Path, "--join", FormattableString.Invariant($"127.0.0.1:{primary.SiloPort}"), "--name", name, "--workers", "1", "--lease", "10s");

    /// <summary>An engine ends with its silo, because its input does.</summary>
    private static Task AssertGone(IReadOnlyList<int> engines) => Waiting.For(
        $"the engines {string.Join(", ", engines)} should be gone",
        TimeSpan.FromSeconds(20),
        () => Task.FromResult(engines.Any(ProcessTable.IsAlive) ? null : engines));
}
