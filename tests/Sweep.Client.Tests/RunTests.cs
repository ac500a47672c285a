using System.Text.Json.Nodes;
using Orleans.Runtime;
using Sweep.Client.Watching;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client.Tests;

public sealed class RunTests : IDisposable
{
    private readonly SweepShell _shell = new();
    private readonly string _spec;

    public RunTests()
    {
        _spec = _shell.Write("spec.yaml", Samples.Spec);
        _shell.PlaceData();
        _shell.Cluster.Results["two-methods"] = Samples.Result();
    }

    public void Dispose() => _shell.Dispose();

    private Task<Outcome> Run(params string[] more) => _shell.Run(["run", _spec, "--report", _shell.At("report.html"), .. more]);

    private void See(params ExperimentStatus[] statuses)
    {
        foreach (var status in statuses)
        {
            _shell.Cluster.Statuses.Enqueue(() => status);
        }
    }

    [Fact]
    public async Task Run_SubmitsWatchesReportsAndStopsItsSilo()
    {
        See(Samples.Running(), Samples.Running(), Samples.Status(Samples.Result()));
        var outcome = await Run("--workers", "2", "--threads", "1");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("t0001", outcome.Output);
        Assert.Contains($"Report: {_shell.At("report.html")}", outcome.Output);
        Assert.True(File.Exists(_shell.At("report.html")));
        Assert.Equal(["submit two-methods"], _shell.Cluster.Orders);
        Assert.Equal([new Cluster.SiloLaunch { State = _shell.State, Workers = 2, Threads = 1 }], _shell.Silos.Launches);
        Assert.Equal(["localhost:4242"], _shell.Connector.Addresses);
        Assert.True(_shell.Cluster.Disposed);
        Assert.True(_shell.Silos.Started[0].Drained);
    }

    [Fact]
    public async Task Run_OffATerminal_TellsChangesInPlainLines()
    {
        See(Samples.Running(epochsDone: 0), Samples.Running(epochsDone: 0), Samples.Running(epochsDone: 0), Samples.Status(Samples.Result()));
        var lines = (await Run()).Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [
                $"Starting a silo with its state in '{_shell.State}'.",
                "two-methods: t0004 failed in FineTune: nonFiniteLoss: The loss must be finite, but is NaN, at step 7.",
                "two-methods: running, 0 of 8 epochs, 3 of 5 trials (1 failed), 2 on the front; running finetune-1-7k0000 on primary/cpu-0/1",
                "two-methods: complete, 8 of 8 epochs, 3 of 4 trials (1 failed), 2 on the front",
                "sweep: 1 trial of 'two-methods' failed; 'sweep trials two-methods --only failed -o csv' says why.",
            ],
            lines);
    }

    [Fact]
    public async Task Run_AsJson_PrintsTheDocumentAndNothingElse()
    {
        var outcome = await Run("-o", "json");
        Assert.Equal("two-methods", JsonNode.Parse(outcome.Output)!["experiment"]!.GetValue<string>());
        Assert.Contains("Report: ", outcome.Error);
    }

    [Fact]
    public async Task Run_OnATerminal_DrawsThePicture()
    {
        _shell.Terminal = true;
        See(Samples.Running(), Samples.Running(), Samples.Status(Samples.Result()));
        var outcome = await Run();
        Assert.Equal(0, outcome.Code);
        Assert.Contains("\u001b[?1049h", outcome.Error);
        Assert.Contains("two-methods", outcome.Error);
        Assert.EndsWith("\u001b[?1049l", outcome.Error.Split("sweep: ")[0]);
        Assert.DoesNotContain('\u001b', outcome.Output.Split("Report")[1]);
    }

    [Fact]
    public async Task Run_LeftByItsKey_StopsAsByCtrlC()
    {
        _shell.Terminal = true;
        See(Samples.Running());
        foreach (var key in "qy")
        {
            _shell.Cluster.Statuses.Enqueue(() =>
            {
                _shell.Keys.Press(Watching.Screens.Key.Of(key));
                return Samples.Running();
            });
        }

        See(Samples.Running());
        var outcome = await Run();
        Assert.Equal(130, outcome.Code);
        Assert.Contains("\u001b[?1049lStopping: running epochs finish and are kept.", outcome.Error);
        Assert.True(_shell.Silos.Started[0].Drained);
    }

    [Fact]
    public async Task Watch_ThatFails_LeavesTheTerminalAsItWas()
    {
        _shell.Terminal = true;
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        See(Samples.Running(), Samples.Running());
        _shell.Cluster.Statuses.Enqueue(() => throw new InvalidOperationException("out of order"));
        var outcome = await _shell.Run("watch", "two-methods");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("\u001b[?25h\u001b[?1049lsweep: InvalidOperationException: out of order", outcome.Error);
    }

    [Fact]
    public async Task Watch_ThatIsQuiet_ShowsNothing()
    {
        _shell.Terminal = true;
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        See(Samples.Running(), Samples.Status(Samples.Result()));
        var outcome = await _shell.Run("watch", "two-methods", "--quiet", "-o", "json");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
    }

    [Fact]
    public async Task Top_OffATerminal_LooksOnce()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        _shell.Cluster.Queue = new QueueStatus
        {
            Depth = 3,
            Workers = [new WorkerStatus { Worker = "primary/cpu-0/1", Silo = "primary", Device = "cpu", Threads = 2, AcceptsWork = true, Silence = TimeSpan.Zero, Running = Samples.Stage }],
        };
        var outcome = await _shell.Run("top");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Contains("two-methods", outcome.Output);
        Assert.Contains("primary/cpu-0/1", outcome.Output);
        Assert.Contains("3 stages", outcome.Output);

        _shell.Terminal = true;
        var document = JsonNode.Parse((await _shell.Run("top", "-o", "json")).Output)!;
        Assert.Equal("two-methods", document["experiments"]![0]!["name"]!.GetValue<string>());
        Assert.Equal(3, document["queue"]!["depth"]!.GetValue<int>());
        Assert.StartsWith("experiment,state,", (await _shell.Run("top", "-o", "csv")).Output);
    }

    [Fact]
    public async Task Run_WithAnInvalidSpec_StartsNothing()
    {
        var outcome = await _shell.Run("run", _shell.Write("bad.yaml", Samples.Spec.Replace("epochs: 2", "epochs: none")));
        Assert.Equal(3, outcome.Code);
        Assert.Contains("bad.yaml:5:", outcome.Error);
        Assert.Empty(_shell.Silos.Launches);
    }

    [Fact]
    public async Task Run_OnUnknownImages_SaysWhereTheyBelong()
    {
        // The system's folder may have the images: this data set exists nowhere.
        var data = Recipes.KnownData.Find("fashion-mnist")! with { Files = [new Recipes.KnownFile("no-such-file", "", 0)] };
        Assert.Null(Commands.DataSets.Find(data, _shell.At("data"), _ => null));
        Assert.Contains("--data", Sweep.Data.DataSetFolder.HowToPlace(data));
        Assert.Equal(0, (await Run("--data", _shell.At("data"))).Code);
        Assert.Equal(_shell.At("data"), _shell.Silos.Launches[0].Data);
    }

    [Fact]
    public async Task Run_TakesNoGateway()
    {
        var outcome = await Run("--gateway", "localhost:1");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("sweep submit", outcome.Error);
    }

    [Theory]
    [InlineData(ExperimentState.Failed, 10)]
    [InlineData(ExperimentState.Cancelled, 11)]
    public async Task Run_EndsAsTheExperimentDoes(ExperimentState state, int code)
    {
        See(Samples.Running(), Samples.Status(Samples.Result(state: state)) with { Failure = "The unpruned net failed." });
        var outcome = await Run();
        Assert.Equal(code, outcome.Code);
        Assert.Contains(state is ExperimentState.Failed ? "The unpruned net failed." : "was cancelled", outcome.Error);
    }

    [Fact]
    public async Task Run_UnderATakenName_IsAConflict()
    {
        _shell.Cluster.Results["two-methods"] = Samples.Result(state: ExperimentState.Failed);
        var outcome = await Run();
        Assert.Equal(5, outcome.Code);
        Assert.Contains("Another spec was submitted", outcome.Error);
        Assert.Single(_shell.Silos.Launches);
    }

    [Fact]
    public async Task Interrupted_DrainsAndSaysHowToGoOn()
    {
        _shell.Cluster.Statuses.Enqueue(() => Samples.Running());
        _shell.Cluster.Statuses.Enqueue(() =>
        {
            _shell.Interruption.Signal();
            return Samples.Running();
        });
        var outcome = await Run();
        Assert.Equal(130, outcome.Code);
        Assert.Contains("3.5 of 8 epochs were done. The same command goes on from there.", outcome.Error);
        Assert.Empty(outcome.Output);
        Assert.True(_shell.Silos.Started[0].Drained);
    }

    [Fact]
    public async Task InterruptedTwice_StopsAtOnce()
    {
        _shell.Cluster.Statuses.Enqueue(() => Samples.Running());
        _shell.Cluster.Statuses.Enqueue(() =>
        {
            _shell.Silos.Started[0].Stubborn = true;
            _shell.Interruption.Signal();
            _shell.Interruption.Signal();
            return Samples.Running();
        });
        _shell.Cluster.Statuses.Enqueue(() => Samples.Running());
        var outcome = await Run();
        Assert.Equal(130, outcome.Code);
        Assert.Contains("Stopped at once.", outcome.Error);
        Assert.True(_shell.Silos.Started[0].Disposed);
    }

    [Fact]
    public async Task SiloThatEnds_IsFollowedByAnother()
    {
        _shell.Cluster.Statuses.Enqueue(() => Samples.Running());
        _shell.Cluster.Statuses.Enqueue(() =>
        {
            _shell.Silos.Started[0].End(137);
            throw new OrleansException("The connection is closed.");
        });
        _shell.Cluster.Statuses.Enqueue(() => Samples.Status(Samples.Result()));
        var outcome = await Run();
        Assert.Equal(0, outcome.Code);
        Assert.Equal(2, _shell.Silos.Started.Count);
        Assert.Contains("The silo ended with exit code 137.", outcome.Error);
        Assert.Contains("the last line of its log", outcome.Error);
    }

    [Fact]
    public async Task SiloThatNeverStarts_IsNotStartedForever()
    {
        for (var i = 0; i < 10; i++)
        {
            _shell.Silos.Refusals.Enqueue(ClientException.SiloEnded(5, _shell.State, "the folder is in use"));
        }

        var outcome = await Run();
        Assert.Equal(5, outcome.Code);
        Assert.Contains("the folder is in use", outcome.Error);
        Assert.Equal(4, _shell.Silos.Launches.Count);
    }

    [Fact]
    public async Task FolderTakenMeanwhile_IsJoined()
    {
        // Another run was quicker: the own silo is refused the folder, and the other's is there at the next look.
        _shell.Write("state/silo.json", FormattableString.Invariant($$"""{"gatewayPort":4711,"pid":{{Environment.ProcessId}}}"""));
        var outcome = await Run();
        Assert.Equal(0, outcome.Code);
        Assert.Contains("already; using it.", outcome.Error);
        Assert.Empty(_shell.Silos.Launches);
    }

    [Fact]
    public async Task Watch_DetachesWithoutStoppingAnything()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        _shell.Cluster.Statuses.Enqueue(() => Samples.Running());
        _shell.Cluster.Statuses.Enqueue(() =>
        {
            _shell.Interruption.Signal();
            return Samples.Running();
        });
        var outcome = await _shell.Run("watch", "two-methods");
        Assert.Equal(130, outcome.Code);
        Assert.Contains("'two-methods' goes on. Watch it again with: sweep watch two-methods", outcome.Error);
        Assert.Empty(_shell.Cluster.Orders);
    }

    [Fact]
    public async Task Watch_GivesUpAtItsTimeout()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        See(Samples.Running());
        var outcome = await _shell.Run("watch", "two-methods", "--timeout", "3");
        Assert.Equal(8, outcome.Code);
        Assert.Contains("did not end within 3 seconds", outcome.Error);
    }

    [Fact]
    public async Task Watch_BridgesAnOutage_ButNotForever()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        See(Samples.Running(), Samples.Running());
        _shell.Cluster.Statuses.Enqueue(() => throw new TimeoutException("no answer"));
        See(Samples.Status(Samples.Result()));
        var bridged = await _shell.Run("watch", "two-methods");
        Assert.Equal(0, bridged.Code);
        Assert.Contains("two-methods: no answer from the cluster, asking again: no answer\n", bridged.Error);

        _shell.Cluster.Statuses.Clear();
        _shell.Cluster.Statuses.Enqueue(() => Samples.Running());
        _shell.Cluster.Statuses.Enqueue(() => throw new TimeoutException("no answer"));
        var outcome = await _shell.Run("watch", "two-methods");
        Assert.Equal(7, outcome.Code);
        Assert.Contains("must answer within 30 seconds", outcome.Error);
    }

    [Fact]
    public void TimeLeft_IsSaidOnceItIsKnown()
    {
        var time = new JumpingTime();
        var left = new TimeLeft(time);
        Assert.Null(left.Observe(Samples.Running(epochsDone: 2)));
        Pass(3);
        Assert.Null(left.Observe(Samples.Running(epochsDone: 3)));
        Pass(7);
        Assert.Equal(TimeSpan.FromSeconds(20), left.Observe(Samples.Running(epochsDone: 4)));

        void Pass(double seconds)
        {
            using var timer = time.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        }
    }
}
