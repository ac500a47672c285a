namespace Sweep.Client.Tests;

public sealed class SettingsTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public SettingsTests() => _shell.Cluster.Results["two-methods"] = Samples.Result();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Output_FlagGoesOverEnvironmentOverContextFile()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        Assert.StartsWith("experiment", (await _shell.Run("list")).Output);
        _shell.Write(".config/sweep/config.yaml", "output: csv\n");
        Assert.StartsWith("experiment,state,", (await _shell.Run("list")).Output);
        _shell.Variables["SWEEP_OUTPUT"] = "yaml";
        Assert.StartsWith("apiVersion: sweep/v1\n", (await _shell.Run("list")).Output);
        Assert.StartsWith("{\"dense\"", (await _shell.Run("list", "-o", "jsonl")).Output);
    }

    [Fact]
    public async Task ContextFile_WithUnknownKey_IsNamedWithItsLine()
    {
        var path = _shell.Write(".config/sweep/config.yaml", "output: csv\ngatway: localhost:1\n");
        var outcome = await _shell.Run("list");
        Assert.Equal(2, outcome.Code);
        Assert.Contains($"{path}:2", outcome.Error);
        Assert.Contains("gatway", outcome.Error);
    }

    [Fact]
    public async Task Gateway_OfTheEnvironment_YieldsToAStateFolderNamedByFlag()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "cluster:30000";
        Assert.Equal(0, (await _shell.Run("list")).Code);
        Assert.Equal(7, (await _shell.Run("list", "--state", _shell.At("other"))).Code);
        Assert.Equal(0, (await _shell.Run("list", "--state", _shell.At("other"), "--gateway", "third:1")).Code);
        Assert.Equal(["cluster:30000", "third:1"], _shell.Connector.Addresses);
    }

    [Fact]
    public async Task StateFolder_WithALiveSilo_LeadsToItsGateway()
    {
        _shell.Write("state/silo.json", FormattableString.Invariant($$"""{"gatewayPort":4711,"httpPort":1,"name":"primary","pid":{{Environment.ProcessId}},"ready":true,"siloPort":2,"workers":2}"""));
        Assert.Equal(0, (await _shell.Run("list")).Code);
        Assert.Equal(["localhost:4711"], _shell.Connector.Addresses);
        Assert.Empty(_shell.Silos.Launches);
    }

    [Fact]
    public async Task StateFolder_HeldByASiloThatIsNotReady_IsLookedAtAgain()
    {
        Directory.CreateDirectory(_shell.State);
        _shell.Silos.Refusals.Enqueue(ClientException.SiloEnded(5, _shell.State, "another process holds it"));
        _shell.Silos.Refusals.Enqueue(ClientException.SiloEnded(5, _shell.State, "another process holds it"));
        Assert.Equal(0, (await _shell.Run("list")).Code);
        Assert.Equal((3, 1), (_shell.Silos.Launches.Count, _shell.Silos.Started.Count));

        for (var i = 0; i < 100; i++)
        {
            _shell.Silos.Refusals.Enqueue(ClientException.SiloEnded(5, _shell.State, "another process holds it"));
        }

        var outcome = await _shell.Run("list");
        Assert.Equal(5, outcome.Code);
        Assert.Contains("another process holds it", outcome.Error);
    }

    [Fact]
    public async Task StateFolder_WithoutASilo_GetsOneForTheMomentOfAQuestion()
    {
        // Left by a silo that was killed: no process has this number.
        _shell.Write("state/silo.json", """{"gatewayPort":4711,"pid":2147483646}""");
        var outcome = await _shell.Run("front", "two-methods");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("t0001", outcome.Output);
        Assert.Equal([new Cluster.SiloLaunch { State = _shell.State, Workers = 0 }], _shell.Silos.Launches);
        Assert.True(_shell.Silos.Started[0].Drained);
        Assert.True(_shell.Silos.Started[0].Disposed);
    }

    [Theory]
    [InlineData("pause", "x")]
    [InlineData("silos")]
    [InlineData("queue")]
    [InlineData("watch", "x")]
    public async Task Orders_NeedAClusterThatRuns(params string[] arguments)
    {
        Directory.CreateDirectory(_shell.State);
        var outcome = await _shell.Run(arguments);
        Assert.Equal(7, outcome.Code);
        Assert.Contains(_shell.State, outcome.Error);
        Assert.Contains("--gateway", outcome.Error);
        Assert.Empty(_shell.Silos.Launches);
    }

    [Fact]
    public async Task DeadGateway_IsUnreachable()
    {
        _shell.Connector.Dead.Add("localhost:9");
        var outcome = await _shell.Run("list", "--gateway", "9");
        Assert.Equal(7, outcome.Code);
        Assert.Contains("localhost:9 does not answer: connection refused.", outcome.Error);
    }
}
