namespace Sweep.Client.Tests;

public sealed class ParsingTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task UnknownCommand_IsUsage_AndNamesTheLikelyOne()
    {
        var outcome = await _shell.Run("validat", "x.yaml");
        Assert.Equal(2, outcome.Code);
        Assert.Equal("sweep: There is no command 'validat'.\nDid you mean 'validate'?\n'sweep --help' tells what there is.\n", outcome.Error);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public async Task UnknownOption_IsUsage_AndNamesTheLikelyOne()
    {
        var outcome = await _shell.Run("front", "x", "--sate", "/tmp");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("There is no option '--sate'.\nDid you mean '--state'?\n", outcome.Error);
    }

    [Theory]
    [InlineData("front")]
    [InlineData("validate")]
    [InlineData("front", "a", "b")]
    [InlineData("run", "x.yaml", "--workers", "0")]
    [InlineData("run", "x.yaml", "--workers", "two")]
    [InlineData("watch", "x", "--timeout", "-1")]
    [InlineData("wait", "x", "--for", "trials=0")]
    [InlineData("wait", "x", "--for", "trials=two")]
    [InlineData("wait", "x", "--for", "stages=3")]
    [InlineData("importance", "x", "--metric", "beauty")]
    [InlineData("trials", "x", "--only", "done")]
    [InlineData("completion", "tcsh")]
    [InlineData("version", "-o", "xml")]
    [InlineData("list", "--gateway", "nowhere")]
    [InlineData("list", "--gateway", "host:70000")]
    public async Task Misuse_IsUsage(params string[] arguments)
    {
        var outcome = await _shell.Run(arguments);
        Assert.Equal(2, outcome.Code);
        Assert.StartsWith("sweep: ", outcome.Error);
        Assert.Empty(outcome.Output);
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("run", "--help")]
    public async Task Help_IsAResult(params string[] arguments)
    {
        var outcome = await _shell.Run(arguments);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("Usage:", outcome.Output);
        Assert.Empty(outcome.Error);
    }

    [Fact]
    public async Task Silo_TakesFlagsThatTheClientDoesNotKnow()
    {
        // The program is missing, so the message shows that parsing let the flags through.
        _shell.Variables["SWEEP_SILO"] = _shell.At("no-such-silo");
        var outcome = await _shell.Run("silo", "--join", "localhost:1", "--lease", "10s", "--help");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("SWEEP_SILO must name the sweep-silo executable", outcome.Error);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task Completion_AsksTheProgramItself(string shell)
    {
        var outcome = await _shell.Run("completion", shell);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("[suggest:", outcome.Output);
    }

    [Fact]
    public async Task Suggest_CompletesCommandsAndForms()
    {
        Assert.Equal("validate\n", (await _shell.Run("[suggest:8]", "sweep va")).Output);
        Assert.Contains("jsonl\n", (await _shell.Run("[suggest:17]", "sweep version -o ")).Output);
    }

    [Theory]
    [InlineData("front", "fron", true)]
    [InlineData("validate", "validat", true)]
    [InlineData("--onyl", "--only", true)]
    [InlineData("resnet", "fashion-mnist-front", false)]
    [InlineData("fashion-minst-front", "fashion-mnist-front", true)]
    public void Spelling_TellsSlipsFromOtherWords(string typed, string known, bool close) =>
        Assert.Equal(close, Commands.Spelling.IsClose(typed, known));
}
