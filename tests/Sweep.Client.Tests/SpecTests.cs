using System.Text.Json.Nodes;
using Sweep.Client.Settings;

namespace Sweep.Client.Tests;

public sealed class SpecTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Validate_AcceptsTheSamples()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples"), "*.yaml", SearchOption.AllDirectories))
        {
            var outcome = await _shell.Run("validate", file);
            Assert.Equal((0, ""), (outcome.Code, outcome.Error));
            Assert.Contains("is valid", outcome.Output);
        }
    }

    [Fact]
    public async Task Validate_NamesEveryFaultWithItsPlace()
    {
        var file = _shell.Write("bad.yaml", Samples.Spec.Replace("0.4", "1.4").Replace("vit-nano-28", "vit-nono-28"));
        var outcome = await _shell.Run("validate", file);
        Assert.Equal(3, outcome.Code);
        Assert.Contains("has 2 faults", outcome.Error);
        Assert.Contains($"{file}:3:", outcome.Error);
        Assert.Contains($"{file}:8:", outcome.Error);
        Assert.Contains("1.4", outcome.Error);
    }

    [Fact]
    public async Task Validate_AsJson_HasTheFaults()
    {
        var outcome = await _shell.Run("validate", _shell.Write("bad.yaml", Samples.Spec.Replace("0.4", "1.4")), "-o", "json");
        Assert.Equal(3, outcome.Code);
        var document = JsonNode.Parse(outcome.Output)!;
        Assert.False(document["valid"]!.GetValue<bool>());
        Assert.Equal(8, document["faults"]![0]!["line"]!.GetValue<int>());
        Assert.Empty(outcome.Error);
    }

    [Fact]
    public async Task Validate_ReadsStandardInput()
    {
        _shell.Input = Samples.Spec;
        Assert.Equal(0, (await _shell.Run("validate", "-")).Code);
        _shell.Input = "name: [";
        var outcome = await _shell.Run("validate", "-");
        Assert.Equal(3, outcome.Code);
        Assert.Contains("standard input:1:", outcome.Error);
    }

    [Fact]
    public async Task MissingFile_IsNotFound()
    {
        var outcome = await _shell.Run("plan", _shell.At("none.yaml"));
        Assert.Equal(4, outcome.Code);
        Assert.Contains("none.yaml", outcome.Error);
    }

    [Fact]
    public async Task Plan_ShowsTheTreeAndTheSaving() =>
        Expected.Equal("plan.txt", (await _shell.Run("plan", _shell.Write("spec.yaml", Samples.Spec))).Output);

    [Fact]
    public async Task Plan_AsJson_NamesEveryStage()
    {
        var outcome = await _shell.Run("plan", _shell.Write("spec.yaml", Samples.Spec), "-o", "json");
        var document = JsonNode.Parse(outcome.Output)!;
        Assert.Equal("two-methods", document["experiment"]!.GetValue<string>());
        Assert.Equal(139_018, document["dense"]!["parameters"]!.GetValue<long>());
        var trials = document["trials"]!.AsArray();
        Assert.Equal(4, trials.Count);
        Assert.All(trials, trial => Assert.StartsWith("pretrain-", trial!["stages"]![0]!.GetValue<string>()));
    }

    [Fact]
    public async Task Set_ChangesThePlan()
    {
        var file = _shell.Write("spec.yaml", Samples.Spec);
        var outcome = await _shell.Run("plan", file, "--set", "finetune.epochs=3", "--set", "name=other", "-o", "json");
        var document = JsonNode.Parse(outcome.Output)!;
        Assert.Equal("other", document["experiment"]!.GetValue<string>());
        Assert.Equal(2 + 1 + 4 * 3, document["epochsNeeded"]!.GetValue<int>());
    }

    [Fact]
    public async Task Set_WithAFault_NamesTheUsersLine()
    {
        var outcome = await _shell.Run("validate", _shell.Write("spec.yaml", Samples.Spec), "--set", "finetune.epochs=-3");
        Assert.Equal(3, outcome.Code);
        Assert.Contains(":10:", outcome.Error);
        Assert.Contains("-3", outcome.Error);
    }

    [Theory]
    [InlineData("a: 1\nb: 2 # two\n", "b=3", "a: 1\nb: 3 # two\n")]
    [InlineData("a: 1\nb:\n  c: 2 # two\nd: 4\n", "b.e=5", "a: 1\nb:\n  c: 2 # two\n  e: 5\nd: 4\n")]
    [InlineData("a: { b: 1 }\n", "a.c=2", "a: { c: 2, b: 1 }\n")]
    [InlineData("a: {}\n", "a.c=2", "a: { c: 2 }\n")]
    [InlineData("a: 1", "b.c=2", "a: 1\nb: { c: 2 }")]
    [InlineData("a: [1, 2]\nb: 3\n", "a=[4]", "a: [4]\nb: 3\n")]
    [InlineData("a:\n  - 1\n  - 2\nb: 3\n", "a=[4]", "a:\n  [4]\nb: 3\n")]
    [InlineData("a:\nb: 3\n", "a=4", "a: 4\nb: 3\n")]
    [InlineData("a: \"x # y\" # z\n", "a=4", "a: 4 # z\n")]
    public void Overrides_ChangeTheTextInPlace(string yaml, string set, string expected) =>
        Assert.Equal(expected, SpecOverrides.Apply(yaml, [set]));

    [Theory]
    [InlineData("epochs")]
    [InlineData("=3")]
    [InlineData("finetune..epochs=3")]
    [InlineData("name.first=3")]
    public async Task Set_WithoutAPath_IsUsage(string set)
    {
        var outcome = await _shell.Run("validate", _shell.Write("spec.yaml", Samples.Spec), "--set", set);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("--set must", outcome.Error);
    }
}
