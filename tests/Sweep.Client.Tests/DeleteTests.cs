using Sweep.Planning;
using Sweep.Silo.Settings;

namespace Sweep.Client.Tests;

/// <summary><c>sweep delete</c>.</summary>
public sealed class DeleteTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public DeleteTests()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        _shell.Cluster.Results["first"] = Samples.Result("first");
        _shell.Cluster.Results["second"] = Samples.Result("second");
    }

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("y\n", 0)]
    [InlineData("YES\n", 0)]
    [InlineData("\n", 1)]
    [InlineData("n\n", 1)]
    [InlineData("", 1)]
    public async Task Terminal_IsAsked(string answer, int code)
    {
        (_shell.Terminal, _shell.Input) = (true, answer);
        var outcome = await _shell.Run("delete", "first");
        Assert.Equal(code, outcome.Code);
        Assert.StartsWith("Delete 'first' (4 trials)? Nothing brings them back. [y/N] ", outcome.Error);
        Assert.Equal(code != 0, _shell.Cluster.Results.ContainsKey("first"));
        Assert.True(_shell.Cluster.Results.ContainsKey("second"));
    }

    [Fact]
    public async Task WhereNobodyCanBeAsked_YesIsNeeded()
    {
        var refused = await _shell.Run("delete", "first");
        Assert.Equal(2, refused.Code);
        Assert.Contains("--yes", refused.Error);

        var outcome = await _shell.Run("delete", "first", "--yes");
        Assert.Equal((0, "'first' is deleted.\n", ""), (outcome.Code, outcome.Output, outcome.Error));
        Assert.Equal(["second"], _shell.Cluster.Results.Keys);
    }

    [Fact]
    public async Task NamesFromStandardInput_AreAllDeleted()
    {
        _shell.Input = "first\nsecond\n";
        Assert.Equal(0, (await _shell.Run("delete", "-", "--yes")).Code);
        Assert.Empty(_shell.Cluster.Results);
    }

    [Fact]
    public async Task SlipInOneName_DeletesNone()
    {
        var outcome = await _shell.Run("delete", "first", "secont", "--yes");
        Assert.Equal(4, outcome.Code);
        Assert.Contains("Did you mean 'second'?", outcome.Error);
        Assert.Equal(2, _shell.Cluster.Results.Count);
    }

    [Fact]
    public async Task WhatRuns_IsRefused_AndWhatWasBeforeItIsSaid()
    {
        _shell.Cluster.Results["second"] = Samples.Result("second", ExperimentState.Running);
        var outcome = await _shell.Run("delete", "first", "second", "--yes");
        Assert.Equal((5, "'first' is deleted.\n"), (outcome.Code, outcome.Output));
        Assert.Contains("Cancel it first.", outcome.Error);
    }

    /// <summary>The order is obeyed, and its answer never comes: it is given again, and ends as if nothing had happened.</summary>
    [Fact]
    public async Task LostAnswer_IsNoFailure()
    {
        _shell.RealServers = new Cluster.HttpConnector(_shell.Time);
        var orders = 0;
        await using var silo = await ServedSilo.Start(_shell.Cluster, new HttpSettings(), certificate: null, async (context, next) =>
        {
            await next(context);
            if (context.Request.Method == "DELETE" && Interlocked.Increment(ref orders) == 1)
            {
                context.Abort();
            }
        });

        var outcome = await _shell.Run("delete", "first", "--yes", "--server", silo.Address);

        Assert.Equal((0, "'first' is deleted.\n", ""), (outcome.Code, outcome.Output, outcome.Error));
        Assert.Equal(2, orders);
        Assert.Equal(["second"], _shell.Cluster.Results.Keys);
    }
}
