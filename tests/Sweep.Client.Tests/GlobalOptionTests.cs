using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sweep.Client.Cluster;
using Sweep.Planning;
using Sweep.Silo.Settings;

namespace Sweep.Client.Tests;

/// <summary>What is asked of every command alike, on every kind of terminal.</summary>
public sealed partial class GlobalOptionTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public GlobalOptionTests()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        _shell.Cluster.Results["two-methods"] = Samples.Result();
    }

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("list")]
    [InlineData("list", "--no-color")]
    public async Task NoColor_IsAFlag_AndAVariable(params string[] arguments)
    {
        _shell.Terminal = true;
        if (arguments.Length == 1)
        {
            _shell.Variables["NO_COLOR"] = "1";
        }

        Assert.DoesNotMatch(Colour(), (await _shell.Run(arguments)).Output);
    }

    [Fact]
    public async Task Terminal_HasColours_UnlessItIsDumb()
    {
        _shell.Terminal = true;
        Assert.Matches(Colour(), (await _shell.Run("list")).Output);
        _shell.Variables["TERM"] = "dumb";
        Assert.DoesNotContain("\u001b", (await _shell.Run("list")).Output);
    }

    [Theory]
    [InlineData("-q")]
    [InlineData("--quiet")]
    public async Task Quiet_LeavesTheResult_AndErrors(string flag)
    {
        _shell.Cluster.Specs["two-methods"] = SweepSpecReader.Read(Samples.Spec, "two.yaml");
        var file = _shell.Write("two.json", (await _shell.Run("export", "two-methods", "--format", "json", "--to", "-")).Output);
        Assert.Contains("Imported from", (await _shell.Run("front", file)).Error);

        var quiet = await _shell.Run("front", file, flag);
        Assert.Equal((0, ""), (quiet.Code, quiet.Error));
        Assert.NotEmpty(quiet.Output);

        var missing = await _shell.Run("show", "three-methods", flag);
        Assert.Equal(4, missing.Code);
        Assert.Contains("There is no experiment named 'three-methods'.", missing.Error);
    }

    [Fact]
    public async Task QuietAndVerbose_AreRefused() => Assert.Equal(2, (await _shell.Run("list", "-q", "-v")).Code);

    [Fact]
    public async Task Verbose_TellsRequests_AndNoToken()
    {
        _shell.RealServers = new HttpConnector(_shell.Time);
        await using var silo = await ServedSilo.Start(_shell.Cluster, new HttpSettings());
        var outcome = await _shell.Run("list", "--server", silo.Address, "-v");
        Assert.Equal(0, outcome.Code);
        Assert.Equal($"The cluster is that at {silo.Address}/.\nGET {silo.Address}/api/v1/experiments: 200, 0 ms\n", outcome.Error);
    }

    [Fact]
    public async Task VeryVerbose_TellsWhereAnErrorCameFrom()
    {
        Assert.DoesNotContain("   at ", (await _shell.Run("show", "nothing", "-v")).Error);
        Assert.Contains("   at ", (await _shell.Run("show", "nothing", "-vv")).Error);
    }

    [Fact]
    public async Task Timeout_EndsWaitingForAnAnswer()
    {
        _shell.RealServers = new HttpConnector(_shell.Time);
        var asked = new TaskCompletionSource();
        await using var silo = await ServedSilo.Start(_shell.Cluster, new HttpSettings(), certificate: null, async (context, _) =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        _shell.Time = new TimeAfter(asked.Task);

        var outcome = await _shell.Run("list", "--server", silo.Address, "--timeout", "2.5");

        Assert.Equal(8, outcome.Code);
        Assert.Equal("sweep: There was no answer within 2.5 seconds.\nAn order may have been obeyed all the same; giving it again is safe.\n", outcome.Error);
    }

    [Theory]
    [InlineData("list", "--timeout", "0")]
    [InlineData("list", "--timeout", "1e30")]
    [InlineData("run", "sweep.yaml", "--timeout", "5")]
    public async Task Timeout_HasItsRule(params string[] arguments)
    {
        var outcome = await _shell.Run(arguments);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("--timeout", outcome.Error);
    }

    [Theory]
    [InlineData("'complete'", "trials", "two-methods", "--only", "complet")]
    [InlineData("'jsonl'", "list", "-o", "jsnl")]
    [InlineData("'bash'", "completion", "bsh")]
    [InlineData("'--only'", "trials", "two-methods", "--onyl", "failed")]
    [InlineData("'two-methods'", "show", "two-metods")]
    public async Task Slip_IsToldWhatItMayMean(string meant, params string[] arguments)
    {
        var outcome = await _shell.Run(arguments);
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains($"Did you mean {meant}", outcome.Error);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public async Task Terminal_IsNeverOverrun(int width)
    {
        (_shell.Terminal, _shell.Width) = (true, width);
        _shell.Cluster.Results["a-second-experiment-whose-name-is-long-but-not-out-of-the-ordinary"] = Samples.Result("a-second-experiment-whose-name-is-long-but-not-out-of-the-ordinary");
        foreach (var command in (IReadOnlyList<string>)["list", "show two-methods", "trials two-methods", "front two-methods", "summary two-methods", "queue", "silos"])
        {
            var outcome = await _shell.Run(command.Split(' '));
            Assert.Equal(0, outcome.Code);
            Assert.All(Escape().Replace(outcome.Output, "").Split('\n'), line => Assert.True(line.Length <= width, $"{command}: {line}"));
        }
    }

    [Theory]
    [InlineData("LANG", "C", false)]
    [InlineData("LC_ALL", "POSIX", false)]
    [InlineData("LANG", "C.UTF-8", true)]
    [InlineData("LANG", "", true)]
    public async Task Frames_AreDrawn_UnlessTheLocaleIsPlain(string variable, string value, bool drawn)
    {
        _shell.Terminal = true;
        if (value != "")
        {
            _shell.Variables[variable] = value;
        }

        Assert.Equal(drawn, (await _shell.Run("list")).Output.Contains('│'));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show", "two-methods")]
    [InlineData("trials", "two-methods")]
    [InlineData("front", "two-methods")]
    [InlineData("summary", "two-methods")]
    [InlineData("timeline", "two-methods")]
    [InlineData("silos")]
    [InlineData("queue")]
    [InlineData("version")]
    [InlineData("context", "list")]
    public async Task Json_SaysWhatContractItKeeps(params string[] arguments)
    {
        var outcome = await _shell.Run([.. arguments, "-o", "json"]);
        Assert.Equal(0, outcome.Code);
        Assert.Equal("sweep/v1", (string?)JsonNode.Parse(outcome.Output)!["apiVersion"]);
    }

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Escape();

    [GeneratedRegex("\u001b\\[(3|9|38;)[0-9;]*m")]
    private static partial Regex Colour();

    /// <summary>All that is set for a later time is due once something has happened.</summary>
    private sealed class TimeAfter(Task happened) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _ = happened.ContinueWith(_ => callback(state), TaskScheduler.Default);
            return new Never();
        }

        private sealed class Never : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
