using System.Diagnostics;
using Sweep.Planning;
using Sweep.Recipes;
using Xunit.Abstractions;

namespace Sweep.Cluster.Tests;

/// <summary><c>sweep run</c> itself is killed, again and again: the next one goes on, and ends as if nothing had happened. Its models can be exported then.</summary>
public sealed class KilledRunTests(FaultFreeRun reference, ITestOutputHelper output) : IClassFixture<FaultFreeRun>, IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(8);

    private readonly TemporaryState _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task KilledRun_LeavesNoProcess_AndTheNextOneEndsTheSame()
    {
        var random = new Random(3);
        for (var kill = 0; kill < 3; kill++)
        {
            using var doomed = Run();
            await Task.Delay(random.Next(3000, 7000)); // any moment will do: the end may not depend on it
            var silos = ProcessTable.ChildrenOf(doomed.Id).ToList();
            var engines = silos.SelectMany(ProcessTable.ChildrenOf).ToList();
            doomed.Kill();
            await doomed.WaitForExitAsync().WaitAsync(s_limit);
            await Waiting.For(
                $"silo {string.Join(' ', silos)} and engines {string.Join(' ', engines)} should end with their `sweep run`",
                TimeSpan.FromSeconds(60),
                () => Task.FromResult(silos.Concat(engines).Any(ProcessTable.IsAlive) ? null : this));
        }

        var finished = StateFiles.Finished(_state.Path);
        using var run = Run();
        var answer = await run.StandardOutput.ReadToEndAsync().WaitAsync(s_limit);
        await run.WaitForExitAsync().WaitAsync(s_limit);

        Assert.Equal(0, run.ExitCode);
        reference.AssertSame(CanonicalJson.Deserialize<ExperimentResult>(answer), _state.Path);
        var stages = StateFiles.Stages(_state.Path);
        Assert.All(finished, stage => Assert.Equal(stage.Value, stages[stage.Key]));
        Assert.StartsWith("<!doctype html>", await File.ReadAllTextAsync(Report), StringComparison.OrdinalIgnoreCase);
        await AssertExports(reference.Result.Front);
        output.WriteLine($"{finished.Count} of {stages.Count} stages were finished before the last kill.");
    }

    private string Report => Path.Combine(_state.Path, "report.html");

    /// <summary>Every net of the front has its proof, in a folder that was written by a silo started for the moment of it.</summary>
    private async Task AssertExports(IReadOnlyList<string> front)
    {
        var folder = Path.Combine(_state.Path, "exported");
        using var export = Start("export", SmallSweep.Name, "--front", "--to", folder, "--state", _state.Path);
        await export.StandardOutput.ReadToEndAsync().WaitAsync(s_limit);
        await export.WaitForExitAsync().WaitAsync(s_limit);
        Assert.Equal(0, export.ExitCode);
        Assert.Equal(front.Order(), Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)!).Order());
        Assert.All(front, trial => Assert.Equal(
            ["model.onnx", "model.safetensors", "proof.json", "shape.json"],
            Directory.EnumerateFiles(Path.Combine(folder, trial)).Select(path => Path.GetFileName(path)!).Order()));
    }

    private Process Run()
    {
        var spec = Path.Combine(_state.Path, "small.yaml");
        File.WriteAllText(spec, CanonicalJson.SerializeIndented(SmallSweep.Spec)); // JSON is YAML
        return Start("run", spec, "--state", _state.Path, "--report", Report, "-o", "json");
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Checkout.Client, arguments)
        {
            RedirectStandardOutput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SWEEP_", StringComparison.Ordinal) && name != "SWEEP_DATA").ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_ROOT"] = Checkout.DotnetRoot;
        return Process.Start(start)!;
    }
}
