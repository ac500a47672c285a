using System.Text;
using System.Text.Json.Nodes;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Silo.Settings;

namespace Sweep.Client.Tests.Terminals;

/// <summary>The executable on a real terminal, against a silo's own HTTP.</summary>
public sealed class LiveTests : IDisposable
{
    private const string Escape = "\u001b";
    private const string Down = Escape + "[B";
    private const string PageDown = Escape + "[6~";

    private readonly SweepShell _shell = new();
    private readonly string _token = TokenEntry.NewToken();

    public LiveTests()
    {
        _shell.Cluster.LargestPage = int.MaxValue;
        _shell.Cluster.Results["front-of-many"] = LargeSample.Result(300);
        _shell.Cluster.Queue = LargeSample.Queue(Large);
        _shell.Cluster.Statuses.Enqueue(() => LargeSample.Running(Large));
    }

    private ExperimentResult Large => _shell.Cluster.Results["front-of-many"];

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Watch_MovesSortsFiltersAndOpens()
    {
        await using var silo = await Serve();
        await using var terminal = Start(silo, 100, 30, "watch", "front-of-many");
        await terminal.Until("1 of 300");
        Assert.True(terminal.Screen is { IsSecond: true, HasCursor: false });

        terminal.Type(Down + "j" + PageDown);
        await terminal.Until(screen => Chosen(screen) is { } line && line.Contains("t0012", StringComparison.Ordinal), "the cursor eleven rows on");

        terminal.Type("ss");
        await terminal.Until(screen => screen.ToString().Contains("accuracy ▼", StringComparison.Ordinal) && Chosen(screen)!.Contains("87.80 %", StringComparison.Ordinal), "the most accurate first");
        terminal.Type("r");
        await terminal.Until(screen => screen.ToString().Contains("accuracy ▲", StringComparison.Ordinal) && Chosen(screen)!.Contains("71.15 %", StringComparison.Ordinal), "the least accurate first");

        terminal.Type("SSf");
        await terminal.Until("1 of 45 running");
        terminal.Type(Escape);
        await terminal.Until("1 of 300");

        terminal.Type("/nan vtp\r");
        await terminal.Until("1 of 5 with 'nan vtp'");
        terminal.Type("\r");
        await terminal.Until("nonFiniteLoss in FineTune: The loss must be finite");
        await terminal.Until("t try once more");
        terminal.Type(Escape);
        await terminal.Until("1 of 5 with");

        terminal.Type("\t\t");
        await terminal.Until("27 points");
        terminal.Type("?");
        await terminal.Until("move by screens, to the ends");
        terminal.Type("q");
        await terminal.UntilEnded();
        Assert.Equal(130, terminal.Code);
        AssertRestored(terminal);
        Assert.Contains("Watch it again with: sweep watch front-of-many", terminal.Look());
        Assert.DoesNotContain(_shell.Cluster.Orders, order => order.StartsWith("pause", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_PausesOnceItIsSure()
    {
        await using var silo = await Serve();
        await using var terminal = Start(silo, 80, 24, "watch", "front-of-many");
        await terminal.Until("1 of 300");
        terminal.Type("p");
        await terminal.Until("Pause front-of-many? Stages that run finish, no others begin. y/n");
        terminal.Type("n");
        await terminal.Until("p pause");
        Assert.DoesNotContain("pause front-of-many", _shell.Cluster.Orders);
        terminal.Type("py");
        await terminal.Until("'front-of-many' is paused");
        Assert.Contains("pause front-of-many", _shell.Cluster.Orders);
        await terminal.Until("front-of-many  paused");
        terminal.Type("p");
        await terminal.Until("Go on with front-of-many? y/n");
        terminal.Type("y");
        await terminal.Until("front-of-many  running");
    }

    [Fact]
    public async Task Watch_FollowsTheTerminalsSize()
    {
        await using var silo = await Serve();
        await using var terminal = Start(silo, 120, 40, "watch", "front-of-many");
        await terminal.Until("● front  ◆ unpruned");
        await terminal.Until("1 of 300");
        var row = 1;
        foreach (var (width, height) in new[] { (40, 10), (200, 50), (80, 24) })
        {
            terminal.Resize(width, height);
            await terminal.Until(screen => screen.Lines[^1].StartsWith(" q leave", StringComparison.Ordinal) && screen.Lines[0].StartsWith(" front-of-many", StringComparison.Ordinal), $"a whole picture of {width} × {height}");
            await terminal.Until(screen => screen.Lines.Any(line => line.Length == width), "lines as wide as the terminal");

            // What was on its way to a terminal of the former size does not count.
            terminal.Screen.Overran = false;
            terminal.Type("j");
            row++;
            await terminal.Until($"{row} of 300");
            Assert.False(terminal.Screen.Overran);
        }
    }

    [Theory]
    [InlineData("Ctrl+C", null)]
    [InlineData("SIGHUP", 1)]
    [InlineData("SIGTERM", 15)]
    public async Task Watch_LeavesTheTerminalAsItWas(string by, int? signal)
    {
        await using var silo = await Serve();
        await using var terminal = Start(silo, 80, 24, "watch", "front-of-many");
        await terminal.Until("1 of 300");
        if (signal is { } number)
        {
            terminal.Signal(number);
        }
        else
        {
            terminal.Type("\u0003");
        }

        await terminal.UntilEnded();
        Assert.True(terminal.Code == 130, by);
        AssertRestored(terminal);
    }

    [Fact]
    public async Task Watch_IsStoppedByCtrlZ_AndGoesOnWhereItWas()
    {
        await using var silo = await Serve();
        const string Script = "set -m; \"$@\"; echo \"left with $?\"; read -r line; fg; echo \"ended with $?\"";
        await using var terminal = PseudoTerminal.StartShell(80, 24, Environment(silo), Script, "watch", "front-of-many");
        await terminal.Until("1 of 300");
        terminal.Type("j");
        await terminal.Until("2 of 300");
        terminal.Type("\u001a");
        await terminal.Until("left with 147");
        Assert.True(terminal.Screen is { IsSecond: false, HasCursor: true, Wraps: true, HasApplicationKeys: false });
        terminal.Type("\n");
        await terminal.Until(screen => screen.IsSecond && screen.ToString().Contains("2 of 300", StringComparison.Ordinal), "the screen as it was");
        terminal.Type("j");
        await terminal.Until("3 of 300");
        terminal.Type("q");
        await terminal.Until("ended with 130");
        await terminal.UntilEnded();
        AssertRestored(terminal);
    }

    [Fact]
    public async Task Run_AsksBeforeItStopsItsSilo()
    {
        _shell.PlaceData();
        var spec = _shell.Write("many.yaml", Samples.Spec
            .Replace("two-methods", "many-trials", StringComparison.Ordinal)
            .Replace("values: [0.2, 0.4]", "range: [0.1, 0.9], count: 400", StringComparison.Ordinal));
        var environment = new Dictionary<string, string?>
        {
            ["HOME"] = _shell.At("home"),
            ["SWEEP_STATE"] = _shell.State,
            ["SWEEP_DATA"] = _shell.At("data"),
            ["SWEEP_SILO"] = Path.Combine(AppContext.BaseDirectory, "sweep-silo"),
            ["SWEEP_ENGINE"] = Engine,
        };
        await using var terminal = PseudoTerminal.Start(80, 24, environment, "run", spec, "--workers", "1", "--report", _shell.At("report.html"));
        await terminal.Until("1 of 800");
        await terminal.Until("─ Devices");
        terminal.Type("q");
        await terminal.Until("Stop the sweep? Running epochs finish and are kept; the same command goes on.");
        terminal.Type("n");
        await terminal.Until("q leave");
        terminal.Type("qy");
        await terminal.UntilEnded();
        Assert.Equal(130, terminal.Code);
        AssertRestored(terminal);
        Assert.Contains("The same command goes on from there.", terminal.Look().Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_ToTheEnd_LeavesTheResultOnTheTerminal()
    {
        await using var silo = await Serve();
        await using var terminal = Start(silo, 80, 24, "watch", "front-of-many");
        await terminal.Until("1 of 300");
        terminal.Type("\r");
        await terminal.Until("Stages");
        _shell.Cluster.Statuses.Enqueue(() => Samples.Status(Large) with { State = ExperimentState.Complete });
        await terminal.Until("The experiment has ended: Esc shows its result.");
        terminal.Type(Escape);
        await terminal.UntilEnded();
        Assert.Equal(0, terminal.Code);
        AssertRestored(terminal);
        Assert.Contains("15 trials of 'front-of-many' failed", terminal.Look());
    }

    [Fact]
    public async Task Watch_ShowsAnOutage_AndGoesOnAfterIt()
    {
        var isOut = false;
        await using var silo = await ServedSilo.Start(_shell.Cluster, Settings(), before: (context, next) =>
        {
            if (!isOut)
            {
                return next(context);
            }

            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "120";
            return Task.CompletedTask;
        });
        await using var terminal = Start(silo, 100, 30, "watch", "front-of-many");
        await terminal.Until("1 of 300");
        isOut = true;
        await terminal.Until("No answer from the cluster:");
        isOut = false;
        await terminal.Until(screen => !screen.ToString().Contains("o answer", StringComparison.Ordinal), "the end of the outage");
    }

    [Fact]
    public async Task Watch_IntoAFile_WritesTheResultAlone()
    {
        await using var silo = await Serve();
        var file = _shell.At("result.json");
        await using var terminal = PseudoTerminal.StartShell(80, 24, Environment(silo), $"\"$@\" > '{file}'; echo \"ended with $?\"", "watch", "front-of-many", "-o", "json");
        await terminal.Until("1 of 300");
        terminal.Type("j");
        await terminal.Until("2 of 300");
        _shell.Cluster.Statuses.Enqueue(() => Samples.Status(Large) with { State = ExperimentState.Complete });
        await terminal.Until("ended with 0");
        await terminal.UntilEnded();
        AssertRestored(terminal);
        Assert.Equal("front-of-many", JsonNode.Parse(await File.ReadAllTextAsync(file))!["experiment"]!.GetValue<string>());
    }

    [Fact]
    public async Task Watch_WithoutKeys_StillShows()
    {
        await using var silo = await Serve();
        await using var terminal = PseudoTerminal.StartShell(80, 24, Environment(silo), "\"$@\" < /dev/null; echo \"ended with $?\"", "watch", "front-of-many");
        await terminal.Until("1 of 300");
        await terminal.Until("Ctrl+C leave");
        terminal.Type("\u0003");
        await terminal.UntilEnded();
        AssertRestored(terminal);
    }

    [Fact]
    public async Task NoColor_LeavesColoursOut()
    {
        await using var silo = await Serve();
        await using var terminal = Start(silo, 80, 24, new Dictionary<string, string?> { ["NO_COLOR"] = "1" }, "watch", "front-of-many");
        await terminal.Until("1 of 300");
        Assert.DoesNotContain(terminal.Screen.Styles, style => style.Length > 1);
    }

    [Fact]
    public async Task PlainLocale_GetsPlainCharacters()
    {
        await using var silo = await Serve();
        await using var terminal = Start(silo, 120, 30, new Dictionary<string, string?> { ["LC_ALL"] = "C" }, "watch", "front-of-many");
        await terminal.Until("1 of 300");
        await terminal.Until("> t0001");
        Assert.True(Ascii.IsValid(terminal.Look()), terminal.Look());
    }

    [Fact]
    public async Task DumbTerminal_GetsPlainLines()
    {
        await using var silo = await Serve();
        await using var terminal = Start(silo, 200, 24, new Dictionary<string, string?> { ["TERM"] = "dumb" }, "watch", "front-of-many");
        await terminal.Until("front-of-many: running, 412.5 of 960 epochs");
        Assert.False(terminal.Screen.IsSecond);
        Assert.Empty(terminal.Screen.Styles);
    }

    [Fact]
    public async Task Top_OpensAnExperimentAndGoesBack()
    {
        _shell.Cluster.Results["paused-one"] = LargeSample.Result(20, "paused-one", ExperimentState.Paused);
        _shell.Cluster.Statuses.Clear();
        await using var silo = await Serve();
        await using var terminal = Start(silo, 100, 30, "top");
        await terminal.Until("paused-one");
        await terminal.Until("17 stages waiting, the oldest for 3 min 0 s");
        await terminal.Until("beta/cuda:1-0");
        terminal.Type("jp");
        await terminal.Until("Go on with paused-one? y/n");
        terminal.Type("n\r");
        await terminal.Until("paused-one  paused");
        await terminal.Until("1 of 20");
        terminal.Type(Escape);
        await terminal.Until("─ Experiments");
        terminal.Type("q");
        await terminal.UntilEnded();
        Assert.Equal(0, terminal.Code);
        AssertRestored(terminal);
        Assert.Equal("", terminal.Look());
    }

    /// <summary>Of the configuration that the tests were built in. It computes nothing, and takes no time for it.</summary>
    private static string Engine
    {
        get
        {
            var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            return Path.Combine(framework.Parent!.Parent!.Parent!.Parent!.FullName, "Sweep.NoOpEngine", "bin", framework.Parent.Name, framework.Name, "no-op-engine");
        }
    }

    private static string? Chosen(VtScreen screen) => screen.Lines.FirstOrDefault(line => line.StartsWith("▸", StringComparison.Ordinal));

    private static void AssertRestored(PseudoTerminal terminal)
    {
        Assert.True(terminal.Screen is { IsSecond: false, HasCursor: true, Wraps: true, HasApplicationKeys: false });
        Assert.Equal(terminal.ModesBefore, terminal.Modes);
    }

    private HttpSettings Settings() => new() { Tokens = _shell.Write("tokens", $"root {TokenEntry.DigestOf(_token)} admin\n") };

    private Task<ServedSilo> Serve() => ServedSilo.Start(_shell.Cluster, Settings());

    private PseudoTerminal Start(ServedSilo silo, int width, int height, params string[] arguments) => Start(silo, width, height, new Dictionary<string, string?>(), arguments);

    private PseudoTerminal Start(ServedSilo silo, int width, int height, Dictionary<string, string?> environment, params string[] arguments)
    {
        foreach (var (name, value) in Environment(silo))
        {
            environment[name] = value;
        }

        return PseudoTerminal.Start(width, height, environment, arguments);
    }

    private Dictionary<string, string?> Environment(ServedSilo silo) => new() { ["HOME"] = _shell.At("home"), ["SWEEP_SERVER"] = silo.Address, ["SWEEP_TOKEN"] = _token };
}
