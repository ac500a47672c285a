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

    /// <summary>A name may be the same: they never meet.</summary>
    [Fact]
    public async Task SeveralFiles_AreComparedOverTheSameSeeds()
    {
        var whole = _shell.Write("whole.yaml", Samples.Spec.Replace("finetune: { epochs: 1 }", "finetune: { epochs: 9 }", StringComparison.Ordinal));
        var halved = _shell.Write("halved.yaml", File.ReadAllText(whole) + "stopping: { algorithm: asha, minEpochs: 1 }\n");
        string[] command = ["simulate", whole, halved, "--runs", "5"];

        var text = await _shell.Run(command);
        Assert.Equal((0, ""), (text.Code, text.Error));
        Assert.Contains("1 silo with 1 device each; in the middle of 5 runs.", text.Output, StringComparison.Ordinal);
        Assert.Contains("The goal is a hypervolume of ", text.Output, StringComparison.Ordinal);
        var csv = (await _shell.Run([.. command, "-o", "csv"])).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("file,makespan,epochsRun,hypervolume,secondsToGoal,epochsToGoal,stopped,complete,deviceSeconds,makespanLowest,makespanHighest", csv[0], StringComparison.Ordinal);
        var sweeps = JsonNode.Parse((await _shell.Run([.. command, "-o", "json"])).Output)!["sweeps"]!.AsArray();
        Assert.Equal([whole, halved], sweeps.Select(sweep => sweep!["file"]!.GetValue<string>()));
        Assert.True(sweeps[1]!["epochsRun"]!["median"]!.GetValue<double>() < sweeps[0]!["epochsRun"]!["median"]!.GetValue<double>());
        Assert.Equal((await _shell.Run([.. command, "-o", "yaml"])).Output, (await _shell.Run([.. command, "-o", "yaml"])).Output);
    }

    [Fact]
    public async Task SweepsOfOtherObjectives_AreNotCompared()
    {
        var outcome = await _shell.Run(
            "simulate", _shell.Write("one.yaml", Samples.Spec), _shell.Write("other.yaml", Samples.Spec + "objectives: [{ metric: accuracy, goal: maximize }]\n"));

        Assert.Equal(2, outcome.Code);
        Assert.Contains("but objectives of", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatEndedIt_IsSaid()
    {
        var spec = _shell.Write("spec.yaml", Samples.Spec + "limits: { wallTime: 4m }\n");

        Assert.Contains("two-methods is complete: limits.wallTime was reached: 00:04:00 have passed since the submission.\n", (await _shell.Run("simulate", spec)).Output, StringComparison.Ordinal);
        var experiment = JsonNode.Parse((await _shell.Run("simulate", spec, "-o", "json")).Output)!["experiments"]![0]!;
        Assert.StartsWith("limits.wallTime was reached", experiment["reason"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    /// <summary>A result without times, and what is none.</summary>
    [Theory]
    [InlineData("{}", "must be a result document")]
    [InlineData(null, "has no stageTimes")]
    public async Task TimesThatAreNone_AreRefused(string? text, string said)
    {
        var past = _shell.Write("past.json", text ?? Recipes.CanonicalJson.Serialize(Samples.Result()));

        var outcome = await _shell.Run("simulate", _shell.Write("spec.yaml", Samples.Spec), "--times", past);

        Assert.Equal(2, outcome.Code);
        Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
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
