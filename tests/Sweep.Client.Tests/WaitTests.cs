using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Tests;

/// <summary>What a script sees of <c>sweep wait</c>: an exit code, and nothing on standard error while it waits.</summary>
public sealed class WaitTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public WaitTests()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        _shell.Cluster.Results["two-methods"] = Samples.Result();
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Done_IsTheEnd()
    {
        See(Running(0), Running(1), Ended(ExperimentState.Complete));

        var outcome = await _shell.Run("wait", "two-methods", "-o", "name");

        Assert.Equal((0, "two-methods\n", ""), (outcome.Code, outcome.Output, outcome.Error));
        Assert.Single(_shell.Cluster.Statuses);
    }

    [Theory]
    [InlineData(ExperimentState.Failed, 10)]
    [InlineData(ExperimentState.Cancelled, 11)]
    public async Task OtherEnds_HaveTheirCodes(ExperimentState state, int code)
    {
        See(Running(0), Ended(state));

        Assert.Equal(code, (await _shell.Run("wait", "two-methods")).Code);
    }

    [Fact]
    public async Task Trials_CountThoseThatHaveEnded()
    {
        See(Running(0), Running(1), Running(2), Running(3), Ended(ExperimentState.Complete));

        var outcome = await _shell.Run("wait", "two-methods", "--for", "trials=2");

        Assert.Equal(0, outcome.Code);
        Assert.Equal(2, _shell.Cluster.Statuses.Count);
    }

    [Fact]
    public async Task MilestoneThatIsNeverReached_IsAConflict()
    {
        See(Running(0), Ended(ExperimentState.Complete));

        var outcome = await _shell.Run("wait", "two-methods", "--for", "front=99");

        Assert.Equal(5, outcome.Code);
        Assert.Equal("sweep: 'two-methods' ended before front=99.\n", outcome.Error);
    }

    [Fact]
    public async Task Timeout_HasItsCode()
    {
        See(Running(0));

        Assert.Equal(8, (await _shell.Run("wait", "two-methods", "--timeout", "3")).Code);
    }

    [Fact]
    public async Task UnknownName_IsNotFound() => Assert.Equal(4, (await _shell.Run("wait", "nothing")).Code);

    private static ExperimentStatus Running(int complete) => Samples.Running() with { Trials = new TrialCounts { Complete = complete, Running = 4 - complete } };

    private static ExperimentStatus Ended(ExperimentState state) => Running(4) with { State = state };

    private void See(params ExperimentStatus[] seen)
    {
        // The first look only asks whether there is such an experiment.
        foreach (var status in seen.Prepend(seen[0]))
        {
            _shell.Cluster.Statuses.Enqueue(() => status);
        }
    }
}
