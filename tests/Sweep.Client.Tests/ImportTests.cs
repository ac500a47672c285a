using System.Text.Json.Nodes;

namespace Sweep.Client.Tests;

/// <summary><c>sweep import</c>, and <c>--warm-start</c> of the commands that take a sweep file.</summary>
public sealed class ImportTests : IDisposable
{
    private const string Trials = """
        method,sparsity,lambda,accuracy,parameters,flops
        somp,0.3,,0.86,97000,1700000
        vtp,0.5,1e-4,0.84,69000,1200000
        vtp,0.9,1e-4,0.5,14000,250000

        """;

    private readonly SweepShell _shell = new();

    private readonly string _sweep;
    private readonly string _trials;

    public ImportTests()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        _sweep = _shell.Write("sweep.yaml", Samples.Spec.Replace("values: [0.2, 0.4]", "range: [0.2, 0.8]", StringComparison.Ordinal) + "search: { algorithm: nsga2, trials: 20 }\n");
        _trials = _shell.Write("trials.csv", Trials);
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Import_ShowsWhatFits_AndWhyTheRestDoesNot()
    {
        var outcome = await _shell.Run("import", _sweep, "--from", _trials, "-o", "json");
        Assert.Equal((0, $"{_trials}: 2 trials to start from.\n  left out, 1 trial: sparsity outside the space (the first: line 4)\n"), (outcome.Code, outcome.Error));
        var known = JsonNode.Parse(outcome.Output)!["known"]!.AsArray();
        Assert.Equal([0.3, 0.5], known.Select(trial => (double)trial!["sparsity"]!));
    }

    [Fact]
    public async Task Submit_SendsThemAsPartOfTheSpec()
    {
        _shell.Cluster.Results["two-methods"] = Samples.Result();
        var outcome = await _shell.Run("submit", _sweep, "--warm-start", _trials);
        Assert.Equal(0, outcome.Code);
        Assert.Equal([0.86, 0.84], _shell.Cluster.Specs["two-methods"].Search.Known!.Select(trial => trial.Accuracy!.Value));
    }

    [Fact]
    public async Task WarmStart_AddsToWhatTheFileHas_EachOnce()
    {
        _shell.Cluster.Results["two-methods"] = Samples.Result();
        var file = _shell.Write("warm.yaml", File.ReadAllText(_sweep).Replace(
            "trials: 20", "trials: 20, known: [{ method: somp, sparsity: 0.3, accuracy: 0.86, parameters: 97000, flops: 1700000 }]", StringComparison.Ordinal));
        Assert.Equal(0, (await _shell.Run("submit", file, "--warm-start", _trials)).Code);
        Assert.Equal(2, _shell.Cluster.Specs["two-methods"].Search.Known!.Count);
    }

    [Fact]
    public async Task Simulate_StartsFromThem() =>
        Assert.Equal(0, (await _shell.Run("simulate", _sweep, "--warm-start", _trials)).Code);

    [Fact]
    public async Task NothingThatFits_IsRefused_AfterTheReasons()
    {
        var outcome = await _shell.Run("import", _sweep, "--from", _shell.Write("none.csv", "method,sparsity,accuracy\nsomp,0.3,0.8\n"));
        Assert.Equal(3, outcome.Code);
        Assert.Contains("left out, 1 trial: no parameters (the first: line 2)", outcome.Error);
    }

    [Fact]
    public async Task Grid_LearnsFromNothing()
    {
        var outcome = await _shell.Run("validate", _shell.Write("grid.yaml", Samples.Spec), "--warm-start", _shell.Write("two.csv", "method,sparsity,accuracy,parameters,flops,lambda\nsomp,0.2,0.8,9,9,\n"));
        Assert.Equal(3, outcome.Code);
        Assert.Contains("search.known: belongs to a searcher that learns", outcome.Output + outcome.Error);
    }

    [Fact]
    public async Task MissingFile_IsNotFound() => Assert.Equal(4, (await _shell.Run("import", _sweep, "--from", _shell.At("no.csv"))).Code);
}
