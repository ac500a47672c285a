using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Tests;

/// <summary>Commands that change what a submitted experiment is to do.</summary>
public sealed class ChangeTests : IDisposable
{
    private const string Name = "two-methods";

    private readonly SweepShell _shell = new();
    private readonly SweepSpec _spec = SweepSpecReader.Read(Samples.Spec, "test");

    public ChangeTests()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:4242";
        _shell.Cluster.Results[Name] = Samples.Result(state: ExperimentState.Running);
        _shell.Cluster.Specs[Name] = _spec;
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Set_SubmitsTheSpecWithOtherValues()
    {
        var outcome = await _shell.Run("set", Name, "priority=5", "limits.trials=20", "parallelism=3");

        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        AssertSubmitted(_spec with { Priority = 5, Parallelism = 3, Limits = new LimitsSpec { Trials = 20 } });
        Assert.Equal($"'{Name}' is running. Watch it with: sweep watch {Name}\n", outcome.Output);
    }

    [Theory]
    [InlineData("priority=high", "priority")]
    [InlineData("priorty=5", "did you mean 'priority'")]
    [InlineData("priority", "must be path=value")]
    public async Task Set_ToWhatIsNoValue_IsAFault(string value, string words)
    {
        var outcome = await _shell.Run("set", Name, value);

        Assert.InRange(outcome.Code, 2, 3);
        Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_shell.Cluster.Orders);
    }

    [Fact]
    public async Task Extend_AddsTrials()
    {
        var search = _spec with { Search = new SearchSpec { Algorithm = SearchAlgorithm.Random, Trials = 12 } };
        _shell.Cluster.Specs[Name] = search;

        Assert.Equal(0, (await _shell.Run("extend", Name, "--trials", "8")).Code);

        AssertSubmitted(search with { Search = search.Search with { Trials = 20 } });
    }

    /// <summary>A total says the same however often it is said.</summary>
    [Fact]
    public async Task Extend_ToATotal_MayBeRepeated()
    {
        var search = _spec with { Search = new SearchSpec { Algorithm = SearchAlgorithm.Random, Trials = 12 } };
        _shell.Cluster.Specs[Name] = search;

        var once = await _shell.Run("extend", Name, "--to", "20");
        Assert.Equal(once, await _shell.Run("extend", Name, "--to", "20"));

        AssertSubmitted(search with { Search = search.Search with { Trials = 20 } });
        var fewer = await _shell.Run("extend", Name, "--to", "19");
        Assert.Equal(5, fewer.Code);
        Assert.Contains("has 20, and --to is 19", fewer.Error, StringComparison.Ordinal);
    }

    /// <summary>Whether the silo has taken it nobody knows: what to say next is right in both cases.</summary>
    [Fact]
    public async Task Extend_WhoseAnswerIsLost_SaysHowToRepeatIt()
    {
        _shell.Cluster.Specs[Name] = _spec with { Search = new SearchSpec { Algorithm = SearchAlgorithm.Random, Trials = 12 } };
        _shell.Cluster.Statuses.Enqueue(() => throw new TimeoutException("No answer came."));

        var outcome = await _shell.Run("extend", Name, "--trials", "8");

        Assert.Equal(7, outcome.Code);
        Assert.Contains($"This is safe either way: sweep extend {Name} --to 20\n", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--trials", "3", "--to", "30")]
    public async Task Extend_NeedsOneOfBoth(params string[] options)
    {
        var outcome = await _shell.Run(["extend", Name, .. options]);

        Assert.Equal(2, outcome.Code);
        Assert.Contains("One of --trials and --to says how far.", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extend_OfAWholeGrid_SaysWhatToDoInstead()
    {
        var outcome = await _shell.Run("extend", Name, "--trials", "8");

        Assert.Equal(5, outcome.Code);
        Assert.Contains($"sweep fork {Name}", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_shell.Cluster.Orders);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    public async Task Extend_ByNothing_IsAFault(string trials)
    {
        var outcome = await _shell.Run("extend", Name, "--trials", trials);

        Assert.Equal(2, outcome.Code);
        Assert.Contains("--trials must be at least 1", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fork_SubmitsUnderAnotherName_Changed()
    {
        _shell.Cluster.Results["longer"] = Samples.Result("longer", ExperimentState.Running);

        Assert.Equal(0, (await _shell.Run("fork", Name, "longer", "--set", "finetune.epochs=3")).Code);

        AssertSubmitted(_spec with { Name = "longer", Finetune = _spec.Finetune with { Epochs = 3 } });
        AssertSubmitted(_spec);
    }

    [Fact]
    public async Task StopAndRetry_TakeTrialsOneByOne()
    {
        Assert.Equal(0, (await _shell.Run("stop", Name, "t0001", "t0002")).Code);
        Assert.Equal(0, (await _shell.Run("retry", Name, "t0004")).Code);

        Assert.Equal([$"stop {Name} t0001", $"stop {Name} t0002", $"retry {Name} t0004"], _shell.Cluster.Orders);
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("retry")]
    public async Task UnknownTrial_IsNotFound(string verb)
    {
        var outcome = await _shell.Run(verb, Name, "t0099");

        Assert.Equal(4, outcome.Code);
        Assert.Contains("no open or ended trial 't0099'", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownExperiment_IsNotFound_AndNamesThoseThatAre() =>
        Assert.Contains(Name, (await _shell.Run("set", "two-metods", "priority=1")).Error, StringComparison.Ordinal);

    private void AssertSubmitted(SweepSpec spec) => Assert.Equal(CanonicalJson.Serialize(spec), CanonicalJson.Serialize(_shell.Cluster.Specs[spec.Name]));
}
