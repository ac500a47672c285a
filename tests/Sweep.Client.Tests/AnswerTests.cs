using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sweep.Client.Output;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Tests;

public sealed class AnswerTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public AnswerTests()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        _shell.Cluster.Results["two-methods"] = Samples.Result();
    }

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("table", "front.txt")]
    [InlineData("json", "front.json")]
    [InlineData("jsonl", "front.jsonl")]
    [InlineData("yaml", "front.yaml")]
    [InlineData("csv", "front.csv")]
    public async Task Front_HasEveryForm(string form, string expected)
    {
        var outcome = await _shell.Run("front", "two-methods", "-o", form);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Expected.Equal(expected, outcome.Output);
    }

    [Theory]
    [InlineData("table", "summary.txt")]
    [InlineData("json", "summary.json")]
    [InlineData("csv", "summary.csv")]
    public async Task Summary_OfSeveralSeeds_HasEveryForm(string form, string expected)
    {
        _shell.Cluster.Results["three-seeds"] = Samples.ThreeSeeds();
        var outcome = await _shell.Run("summary", "three-seeds", "-o", form);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Expected.Equal(expected, outcome.Output);
    }

    [Fact]
    public async Task Summary_OfOneSeed_HasNoSpread()
    {
        var lines = (await _shell.Run("summary", "two-methods", "-o", "csv")).Output.Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.StartsWith("dense,,,,,1,0.871,,0.866,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("somp,0.2,,,,1,0.855,,0.85,,-0.016", lines[4], StringComparison.Ordinal);
        Assert.DoesNotContain("zeros", (await _shell.Run("summary", "two-methods")).Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Summary_BeforeAnyResult_SaysSo()
    {
        _shell.Cluster.Results["two-methods"] = Samples.Result() with { Dense = null, Trials = [], Front = [] };
        Assert.Equal("No net has been evaluated yet.\n", (await _shell.Run("summary", "two-methods")).Output);
    }

    /// <summary>A table shows seeds, targets, zeros and speed where there are any.</summary>
    [Fact]
    public async Task Trials_ShowWhatTheyHave()
    {
        _shell.Cluster.Results["three-seeds"] = Samples.ThreeSeeds();
        var outcome = (await _shell.Run("trials", "three-seeds")).Output.Split('\n');
        Assert.Matches("of +seed +accuracy", outcome[0]);
        Assert.Matches("zeros +FLOPs ratio +speed-up", outcome[0]);
        Assert.Contains("55,607", outcome[4], StringComparison.Ordinal);
        Assert.Contains("1.21×", outcome[1], StringComparison.Ordinal);
        Assert.DoesNotContain("seed", (await _shell.Run("trials", "two-methods")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_IsTheResultDocument()
    {
        foreach (var verb in new[] { "front", "show" })
        {
            var outcome = await _shell.Run(verb, "two-methods", "-o", "json");
            Assert.Equal(CanonicalJson.SerializeIndented(Samples.Result()) + "\n", outcome.Output);
        }
    }

    [Fact]
    public async Task Show_TellsCountsAndFailure()
    {
        _shell.Cluster.Statuses.Enqueue(() => Samples.Running() with { Failure = "Every trial failed." });
        Expected.Equal("show.txt", (await _shell.Run("show", "two-methods")).Output);
    }

    [Fact]
    public async Task Trials_AreReadPageByPage()
    {
        var outcome = await _shell.Run("trials", "two-methods", "-o", "csv");
        Expected.Equal("trials.csv", outcome.Output);
        Assert.Equal(["page 0", "page 2"], _shell.Cluster.Orders);
    }

    [Fact]
    public async Task Trials_OnlyFailed_SaysWhy()
    {
        var lines = (await _shell.Run("trials", "two-methods", "--only", "failed", "-o", "jsonl")).Output.Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Contains("The loss must be finite", JsonNode.Parse(lines[0])!["failure"]!["failure"]!["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task List_ShowsEveryExperiment()
    {
        _shell.Cluster.Results["other"] = Samples.Result("other", ExperimentState.Running);
        Expected.Equal("list.txt", (await _shell.Run("list")).Output);
    }

    [Fact]
    public async Task Name_IsTheFirstColumnAlone()
    {
        _shell.Cluster.Results["other"] = Samples.Result("other", ExperimentState.Running);
        Assert.Equal("two-methods\nother\n", (await _shell.Run("ls", "-o", "name")).Output);
        Assert.Equal("t0001\nt0002\n", (await _shell.Run("front", "two-methods", "-o", "name")).Output);
        Assert.Equal("t0004\n", (await _shell.Run("trials", "two-methods", "--only", "failed", "-o", "name")).Output);
    }

    /// <summary>A narrow terminal leaves columns out; wide has them all, those of csv too.</summary>
    [Fact]
    public async Task Wide_HasEveryColumn()
    {
        (_shell.Terminal, _shell.Width) = (true, 60);
        var narrow = (await _shell.Run("trials", "two-methods")).Output;
        var wide = (await _shell.Run("trials", "two-methods", "-o", "wide")).Output;

        Assert.All(narrow.Split('\n'), line => Assert.InRange(Regex.Replace(line, "\u001b\\[[0-9;]*m", "").Length, 0, 60));
        Assert.DoesNotContain("failure", narrow, StringComparison.Ordinal);
        Assert.Contains("failure", wide, StringComparison.Ordinal);
        Assert.Contains("The loss must be finite, but is NaN, at step 7.", wide, StringComparison.Ordinal);
        Assert.Contains("test", wide, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Importance_SharesOutOneWholeAnObjective()
    {
        var trial = Samples.Result().Trials[0];
        _shell.Cluster.Results["grid"] = Samples.Result() with
        {
            Trials =
            [
                .. Enumerable.Range(0, 100).Select(i => trial with
                {
                    Id = TrialPlanner.IdOf(i),
                    Settings = trial.Settings with { Sparsity = i / 100.0, Lambda = i * 37 % 100 / 1e6 },
                    Metrics = trial.Metrics! with { Accuracy = 1 - i / 200.0, Parameters = 1000 - i * 9 },
                }),
            ],
        };

        var lines = (await _shell.Run("importance", "grid", "--metric", "accuracy", "-o", "csv")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("parameter,metric,share,trials", lines[0]);
        Assert.StartsWith("sparsity,accuracy,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("lambda,accuracy,", lines[2], StringComparison.Ordinal);
        var shares = lines.Skip(1).Select(line => double.Parse(line.Split(',')[2], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(1, shares.Sum(), 9);
        Assert.True(shares[0] > 0.9);
        Assert.Equal("Too few complete trials differ in too few settings to tell.\n", (await _shell.Run("importance", "two-methods")).Output);
    }

    [Fact]
    public async Task Schema_IsThePublishedOne()
    {
        var schema = JsonNode.Parse((await _shell.Run("schema")).Output)!;
        Assert.Equal("object", schema["type"]!.GetValue<string>());
        Assert.NotNull(schema["properties"]!["search"]);
    }

    [Fact]
    public async Task List_WithoutExperiments_SaysSo()
    {
        _shell.Cluster.Results.Clear();
        Assert.Equal("No experiment was submitted yet.\n", (await _shell.Run("list")).Output);
        Assert.Equal("[]", JsonNode.Parse((await _shell.Run("list", "-o", "json")).Output)!["experiments"]!.ToJsonString());
        Assert.Empty((await _shell.Run("list", "-o", "jsonl")).Output);
    }

    [Fact]
    public async Task UnknownExperiment_IsNotFound_AndNamesTheLikelyOne()
    {
        var outcome = await _shell.Run("front", "two-metods");
        Assert.Equal(4, outcome.Code);
        Assert.Contains("'two-metods'", outcome.Error);
        Assert.Contains("Did you mean 'two-methods'?", outcome.Error);
    }

    [Fact]
    public async Task Beginning_StandsForTheOnlyNameThatHasIt()
    {
        _shell.Cluster.Results["other"] = Samples.Result("other", ExperimentState.Running);
        Assert.Equal((await _shell.Run("front", "two-methods")).Output, (await _shell.Run("front", "tw")).Output);
        Assert.Equal("'other' is paused.\n", (await _shell.Run("pause", "o")).Output);

        _shell.Cluster.Results["others"] = Samples.Result("others", ExperimentState.Running);
        Assert.Equal("'other' is running.\n", (await _shell.Run("resume", "other")).Output);
        var outcome = await _shell.Run("cancel", "oth");
        Assert.Equal(4, outcome.Code);
        Assert.Equal("sweep: The beginning of a name must be that of one experiment, but 'oth' begins 'other', 'others'.\n", outcome.Error);
        Assert.DoesNotContain("cancel oth", _shell.Cluster.Orders);
    }

    [Fact]
    public async Task Orders_TakeNamesFromStandardInput()
    {
        _shell.Cluster.Results["first"] = Samples.Result("first", ExperimentState.Running);
        _shell.Cluster.Results["second"] = Samples.Result("second", ExperimentState.Running);
        _shell.Input = "first\n second \n\nfirst\n";
        Assert.Equal("'first' is cancelled.\n'second' is cancelled.\n", (await _shell.Run("cancel", "-")).Output);

        _shell.Input = "";
        Assert.Equal((2, "sweep: Standard input must name an experiment, but is empty.\n"), await Refused("cancel", "-"));

        // Those before the one that refuses have obeyed.
        _shell.Cluster.Results["third"] = Samples.Result("third", ExperimentState.Running);
        var outcome = await _shell.Run("pause", "third", "two-methods", "-o", "name");
        Assert.Equal((5, "third\n"), (outcome.Code, outcome.Output));
    }

    private async Task<(int Code, string Error)> Refused(params string[] arguments)
    {
        var outcome = await _shell.Run(arguments);
        return (outcome.Code, outcome.Error);
    }

    [Fact]
    public async Task Silos_AndQueue_ShowWorkers()
    {
        _shell.Cluster.Queue = new QueueStatus
        {
            Depth = 3,
            OldestAge = TimeSpan.FromSeconds(75),
            Workers =
            [
                new WorkerStatus { Worker = "primary/cpu-0/1", Silo = "primary", Device = "cpu", Threads = 1, AcceptsWork = true, Running = Samples.Stage, Silence = TimeSpan.FromSeconds(1) },
                new WorkerStatus { Worker = "primary/cpu-1/1", Silo = "primary", Device = "cpu", Threads = 1, AcceptsWork = true, Silence = TimeSpan.FromSeconds(2) },
            ],
        };
        Expected.Equal("silos.txt", (await _shell.Run("silos")).Output);
        Assert.Equal("3 stages waiting, the oldest for 1 min 15 s; 2 workers, 1 idle.\n", (await _shell.Run("queue")).Output);
        Assert.Equal("depth,oldestSeconds,workers,idle\n3,75,2,1\n", (await _shell.Run("queue", "-o", "csv")).Output);
    }

    [Fact]
    public async Task Orders_AreObeyed_AndConflictsAreTold()
    {
        _shell.Cluster.Results["other"] = Samples.Result("other", ExperimentState.Running);
        Assert.Equal("'other' is paused.\n", (await _shell.Run("pause", "other")).Output);
        Assert.Equal("'other' is running.\n", (await _shell.Run("resume", "other")).Output);
        Assert.Equal("'other' is cancelled.\n", (await _shell.Run("cancel", "other")).Output);
        Assert.Equal(["pause other", "resume other", "cancel other"], _shell.Cluster.Orders);
        var outcome = await _shell.Run("pause", "two-methods");
        Assert.Equal(5, outcome.Code);
        Assert.Contains("complete", outcome.Error);
    }

    [Fact]
    public async Task Report_IsOneFile()
    {
        var file = _shell.At("r.html");
        var outcome = await _shell.Run("report", "two-methods", "--report", file);
        Assert.Equal($"Report: {file}\n", outcome.Output);
        Assert.Equal(HtmlReport.Write(Samples.Result()), await File.ReadAllTextAsync(file));
        Assert.Equal(1, (await _shell.Run("report", "two-methods", "--report", _shell.At("no/such/folder/r.html"))).Code);
    }

    [Fact]
    public async Task Trials_Why_SaysWhatWasDecided()
    {
        _shell.Cluster.Results["halved"] = Samples.Halved();
        Expected.Equal("why.txt", (await _shell.Run("trials", "halved", "--why")).Output);

        var rows = (await _shell.Run("trials", "halved", "--why", "-o", "csv")).Output.Split('\n');
        Assert.EndsWith("rungs,rungEpochs,verdict,rank,rankOf,verdictReason,stopReason,proposedBecause", rows[0], StringComparison.Ordinal);
        Assert.EndsWith(",1,1,stop,3,3,rank 3 of 3 after 1 epoch; the best 1 goes on,rank 3 of 3 after 1 epoch; the best 1 goes on,Drawn at random.", rows[2], StringComparison.Ordinal);
        Assert.Contains("stopped at 1 epoch ", (await _shell.Run("trials", "halved")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_OfATrial_SaysItsCourse()
    {
        _shell.Cluster.Results["halved"] = Samples.Halved();
        Expected.Equal("trial.txt", (await _shell.Run("show", "halved", "t0001")).Output);

        var document = JsonNode.Parse((await _shell.Run("show", "halved", "t0002", "-o", "json")).Output)!;
        Assert.Equal("t0002", (string?)document["id"]);
        Assert.Equal("Drawn at random.", (string?)document["reason"]);
        foreach (var unknown in new[] { "t0009", "one" })
        {
            var outcome = await _shell.Run("show", "halved", unknown);
            Assert.Equal(4, outcome.Code);
            Assert.Contains(unknown, outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Show_SaysWhatBecameOfTrialsAtRungs_AndWhatEndedThem()
    {
        _shell.Cluster.Results["halved"] = Samples.Halved();
        var output = (await _shell.Run("show", "halved")).Output;

        Assert.Contains("After 1 epoch: 3 came, 1 went on, 1 stopped, 1 waiting.", output, StringComparison.Ordinal);
        Assert.Contains("After 3 epochs: 1 came, 1 at their end.", output, StringComparison.Ordinal);
        Assert.Contains("Ended before its last trial: limits.trials was reached: 4 trials were opened.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_OnANarrowTerminal_StaysWithinIt()
    {
        _shell.Terminal = true;
        _shell.Width = 60;
        _shell.Variables["NO_COLOR"] = "1";
        var outcome = await _shell.Run("front", "two-methods");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("t0001", outcome.Output);
        var rows = Regex.Replace(outcome.Output, "\u001b\\[[0-9;]*m", "").Split('\n').Where(line => line.StartsWith('│')).ToList();
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.InRange(row.Length, 0, 60));
    }

    [Fact]
    public async Task Colour_NeedsATerminalThatWantsIt()
    {
        Assert.DoesNotContain('\u001b', (await _shell.Run("trials", "two-methods")).Output);
        _shell.Terminal = true;
        Assert.Contains("\u001b[", (await _shell.Run("trials", "two-methods")).Output);
        _shell.Variables["NO_COLOR"] = "1";
        Assert.DoesNotContain("\u001b[3", (await _shell.Run("trials", "two-methods")).Output);
        _shell.Variables["TERM"] = "dumb";
        Assert.DoesNotContain('\u001b', (await _shell.Run("trials", "two-methods")).Output);
    }

    [Fact]
    public void Yaml_QuotesWhatWouldReadAsSomethingElse()
    {
        var text = YamlText.Of(JsonNode.Parse("""{"a":"no","b":"1e-4","c":"x: y","d":[{"e":1e-4,"f":[]},"ü"],"g":{},"h":null,"i":"plain-word","j":true}"""));
        Assert.Equal("a: \"no\"\nb: \"1e-4\"\nc: \"x: y\"\nd:\n  - e: 1e-4\n    f: []\n  - \"ü\"\ng: {}\nh: null\ni: plain-word\nj: true\n", text);
        var read = new YamlDotNet.Serialization.DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(text);
        Assert.Equal("no", read["a"]);
    }

    [Fact]
    public void Plot_MarksTheEndsOfTheFront()
    {
        var lines = FrontPlot.Draw([FrontPlot.Unpruned(1000, 0.9), FrontPlot.Behind(600, 0.7), FrontPlot.Front(500, 0.8)], 40, 5);
        Assert.Equal(7, lines.Count);
        Assert.StartsWith("90.00 % ┤", lines[0]);
        Assert.EndsWith("◆", lines[0]);
        Assert.Contains('●', lines[2]);
        Assert.Contains('·', lines[4]);
        Assert.EndsWith("1.00 k parameters", lines[^1]);
        Assert.Empty(FrontPlot.Draw([FrontPlot.Front(5, 0.5), FrontPlot.Behind(5, 0.5)], 40, 5));
    }

    [Theory]
    [InlineData(7_211_008, "7.21 M")]
    [InlineData(139_018, "139 k")]
    [InlineData(12_345_678, "12.3 M")]
    [InlineData(999, "999")]
    [InlineData(4_600_000_000, "4.60 G")]
    public void Magnitude_HasThreeDigits(long value, string expected) => Assert.Equal(expected, Words.Magnitude(value));

    [Theory]
    [InlineData(0.4, "0 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(3900, "1 h 5 min")]
    public void Duration_HasTwoUnits(double seconds, string expected) => Assert.Equal(expected, Words.Duration(TimeSpan.FromSeconds(seconds)));
}
