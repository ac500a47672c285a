using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Sweep.Recipes;
using Xunit.Abstractions;

namespace Sweep.Cluster.Tests;

/// <summary>One control silo and workers beside it, each a process with a state folder of its own: any of them may go.</summary>
[Collection(FaultFreeCollection.Name)]
public sealed class RoleTests(FaultFreeRun reference, ITestOutputHelper output) : IDisposable
{
    private static readonly string[] s_lease = ["--lease", "6s"];

    private readonly TemporaryState _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task WorkersThatStopOrAreKilled_LeaveTheirStagesToOthers()
    {
        await using var control = await Control();
        await using var first = await Worker("first", control);
        await control.Submit(SmallSweep.Spec);
        var drained = await Waiting.ForAStageInTraining(control, epochs: 0);
        await using var second = await Worker("second", control);

        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await first.Terminate());
        output.WriteLine($"drained {drained.Stage} at epoch {drained.EpochsDone} in {watch.Elapsed.TotalSeconds:F1} s");

        Assert.Contains("Drained", first.Errors, StringComparison.Ordinal);
        Assert.Empty(first.Engines());
        await GoesOn(drained.Stage, control, second, after: (int)Math.Floor(drained.EpochsDone) + 1);

        await using var third = await Worker("third", control);
        var lost = await Waiting.For(
            "the second worker should be in training",
            TimeSpan.FromMinutes(2),
            async () => (await control.Queue()).Workers.FirstOrDefault(worker => worker is { Silo: "second", Running: { EpochsDone: > 0 } at } && at.EpochsDone < at.Epochs)?.Running,
            () => control.Errors + second.Errors,
            Waiting.BetweenEpochs);
        watch.Restart();
        second.Kill();
        await GoesOn(lost.Stage, control, third, after: (int)Math.Floor(lost.EpochsDone));
        output.WriteLine($"{lost.Stage} goes on {watch.Elapsed.TotalSeconds:F1} s after kill -9 of its worker");

        var result = await Waiting.ForTheEnd(control);
        reference.AssertSame(result, Folder("control"));
        Assert.Empty(control.Engines());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Folder("third"), "grains"), "*.json", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task ControlKilledAndRestarted_WorkersGoOnMeanwhile()
    {
        await using var control = await Control();
        await using var one = await Worker("one", control);
        await using var other = await Worker("other", control);
        await control.Submit(SmallSweep.Spec);
        await Waiting.ForAStageInTraining(control, epochs: 1);
        var engines = one.Engines().Concat(other.Engines()).ToList();
        var ports = new[] { "--silo-port", Text(control.SiloPort), "--http-port", Text(control.Http.Port) };

        var watch = Stopwatch.StartNew();
        control.Kill();
        await using var again = await Control(ports);

        Assert.All(engines, engine => Assert.True(ProcessTable.IsAlive(engine), $"engine {engine} must outlive its cluster's control silo"));
        await Waiting.For(
            "both workers should report to the restarted control silo",
            TimeSpan.FromMinutes(1),
            async () => (await again.Queue()).Workers is { Count: 2 } workers ? workers : null,
            () => again.Errors + one.Errors + other.Errors);
        output.WriteLine($"both workers are back {watch.Elapsed.TotalSeconds:F1} s after kill -9 of the control silo");
        reference.AssertSame(await Waiting.ForTheEnd(again), Folder("control"));
        Assert.DoesNotContain("goes on after", one.Errors + other.Errors, StringComparison.Ordinal);
        Assert.Empty(again.Engines());
    }

    [Fact]
    public async Task AskedToStop_ASiloIsNotReadyButAliveWhileItDrains_AndASecondTimeItDropsAtOnce()
    {
        await using var control = await Control();
        await using var worker = await Worker("worker", control, new Dictionary<string, string> { ["SWEEP_ENGINE_FAULT"] = "hang@1" });
        Assert.Equal(HttpStatusCode.OK, await worker.Health("startup"));
        await Waiting.For(
            "the worker should be ready: the queue may take its time to answer on a busy machine",
            TimeSpan.FromMinutes(1),
            async () => await worker.Health("ready") is HttpStatusCode.OK ? "so" : null,
            () => control.Errors + worker.Errors);
        await control.Submit(SmallSweep.Spec);
        await Waiting.For(
            "the engine should hang after its first epoch",
            TimeSpan.FromMinutes(2),
            async () => (await control.Queue()).Workers.FirstOrDefault(known => known.Running?.EpochsDone >= 1),
            () => worker.Errors);
        var engines = worker.Engines();
        Assert.NotEmpty(engines);

        worker.AskToStop();
        await Waiting.For(
            "the worker should not be ready",
            TimeSpan.FromSeconds(10),
            async () => await worker.Health("ready") is HttpStatusCode.ServiceUnavailable ? "so" : null,
            () => worker.Errors);
        Assert.Equal(HttpStatusCode.OK, await worker.Health("live"));
        Assert.All(engines, engine => Assert.True(ProcessTable.IsAlive(engine)));
        var watch = Stopwatch.StartNew();

        worker.AskToStop();
        await worker.Ended();

        output.WriteLine($"ended {watch.Elapsed.TotalSeconds:F1} s after the second signal");
        Assert.Contains("Asked to stop a second time", worker.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Drained", worker.Errors, StringComparison.Ordinal);
        Assert.Contains("ends within 00:01:20", worker.Errors, StringComparison.Ordinal);
    }

    private string Folder(string silo) => Path.Combine(_root.Path, silo);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Task<SiloProcess> Control(params string[] options) =>
        SiloProcess.Start(Folder("control"), ["--role", "control", "--artifact-folder", Folder("artifacts"), .. s_lease, .. options]);

    private Task<SiloProcess> Worker(string name, SiloProcess control, IReadOnlyDictionary<string, string>? environment = null) => SiloProcess.StartWith(
        environment ?? new Dictionary<string, string>(),
        Folder(name),
        ["--role", "worker", "--join", $"127.0.0.1:{Text(control.SiloPort)}", "--name", name, "--workers", "1", "--threads", "1", "--artifact-folder", Folder("artifacts"), .. s_lease]);

    /// <summary>A stage is taken up at its last checkpoint, which is no older than the epoch that was seen; or it had ended in time.</summary>
    private async Task GoesOn(StageId stage, SiloProcess control, SiloProcess worker, int after)
    {
        var from = await Waiting.For(
            $"{stage} should go on at another worker",
            TimeSpan.FromSeconds(60),
            () => Task.FromResult(
                Regex.Match(worker.Errors, $"{stage} goes on after ([0-9]+)") is { Success: true } match ? match.Groups[1].Value
                : after == 0 && worker.Errors.Contains($"starts {stage}, attempt 2", StringComparison.Ordinal) ? "0"
                : StateFiles.Finished(Folder("control")).ContainsKey(stage) ? "finished" : null),
            () => control.Errors + worker.Errors);
        output.WriteLine($"{stage} goes on after {from}");
        Assert.True(from == "finished" || int.Parse(from, CultureInfo.InvariantCulture) >= after, $"{stage} goes on after {from}, but had {after}");
    }
}
