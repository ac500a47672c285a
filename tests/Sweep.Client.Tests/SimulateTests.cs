using System.Text.Json.Nodes;

namespace Sweep.Client.Tests;

public sealed class SimulateTests : IDisposable
{
    private const string Cluster = """
        silos: 2
        devices: 2
        failures: { silo: { meanTime: 1800, repair: 60 }, engine: { meanTime: 3600 } }
        times: { epoch: { logNormal: { median: 60, sigma: 0.1 } } }
        scheduling: { lossLimit: 20, infrastructureLimit: 20 }
        """;

    private readonly SweepShell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Simulate_SaysHowLongItTakes_AndDrawsTheTimeline()
    {
        var outcome = await _shell.Run("simulate", _shell.Write("spec.yaml", Samples.Spec), "--cluster", _shell.Write("cluster.yaml", Cluster), "--seed", "3");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Contains("2 silos with 2 devices each, seed 3", outcome.Output);
        Assert.Contains("silo-2/cuda:1-1 ", outcome.Output);
        Assert.Contains("P pretrain", outcome.Output);
        Assert.Contains("complete", outcome.Output);
    }

    [Fact]
    public async Task Simulate_WithTheSameSeed_IsTheSameRun()
    {
        string[] command = ["simulate", _shell.Write("spec.yaml", Samples.Spec), "--cluster", _shell.Write("cluster.yaml", Cluster), "-o", "json"];
        var once = await _shell.Run(command);
        Assert.Equal(once.Output, (await _shell.Run(command)).Output);
        var report = JsonNode.Parse(once.Output)!;
        Assert.NotEqual(report["trace"]!.GetValue<string>(), JsonNode.Parse((await _shell.Run([.. command, "--seed", "1"])).Output)!["trace"]!.GetValue<string>());
        Assert.Equal("complete", report["experiments"]![0]!["state"]!.GetValue<string>());
        Assert.Equal(report["attempts"]!.GetValue<int>(), report["timeline"]!.AsArray().Count);
    }

    [Fact]
    public async Task Runs_GetALineEach()
    {
        var outcome = await _shell.Run("simulate", _shell.Write("spec.yaml", Samples.Spec), "--runs", "3", "-o", "csv");
        var lines = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("seed,makespan,utilisation", lines[0]);
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public async Task Beside_IsSimulatedTogether_AndNeedsAnotherName()
    {
        var (spec, other) = (_shell.Write("spec.yaml", Samples.Spec), _shell.Write("other.yaml", Samples.Spec.Replace("two-methods", "other")));
        var report = JsonNode.Parse((await _shell.Run("simulate", spec, "--beside", other, "-o", "json")).Output)!;
        Assert.Equal(2, report["experiments"]!.AsArray().Count);
        Assert.Equal(2, (await _shell.Run("simulate", spec, "--beside", spec)).Code);
    }

    [Theory]
    [InlineData("silos: none", 3, "silos")]
    [InlineData("racks: 2", 3, "racks")]
    public async Task Cluster_ThatBreaksARule_IsRefused(string yaml, int code, string said)
    {
        var outcome = await _shell.Run("simulate", _shell.Write("spec.yaml", Samples.Spec), "--cluster", _shell.Write("cluster.yaml", yaml));
        Assert.Equal(code, outcome.Code);
        Assert.Contains(said, outcome.Error);
    }

    [Fact]
    public async Task MissingFiles_AreNotFound()
    {
        Assert.Equal(4, (await _shell.Run("simulate", _shell.At("none.yaml"))).Code);
        Assert.Equal(4, (await _shell.Run("simulate", _shell.Write("spec.yaml", Samples.Spec), "--cluster", _shell.At("none.yaml"))).Code);
        Assert.Equal(2, (await _shell.Run("simulate", _shell.At("spec.yaml"), "--runs", "0")).Code);
    }
}
