using System.Text.Json.Nodes;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Tests;

/// <summary><c>sweep stages</c>, <c>events</c> and <c>diff</c>.</summary>
public sealed class HistoryTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SweepShell _shell = new();

    public HistoryTests()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        _shell.Cluster.Results["timed"] = Timed(ExperimentState.Complete);
        _shell.Cluster.Specs["timed"] = SweepSpecReader.Read(Samples.Spec, "sweep.yaml") with { Name = "timed" };
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Stages_AreDrawnAsATree_EachOnce()
    {
        var outcome = await _shell.Run("stages", "timed");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Expected.Equal("stages.txt", outcome.Output);
    }

    [Fact]
    public async Task Stages_OfAPlainTerminal_ArePlain_AndNeverWiderThanIt()
    {
        (_shell.Terminal, _shell.Width, _shell.Variables["LANG"]) = (true, 40, "C");
        var lines = (await _shell.Run("stages", "timed")).Output.Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= 40 && line.All(char.IsAscii), line));
        Assert.Contains(lines, line => line.StartsWith("+- softprune", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stages_ForPrograms_HaveParentsBeforeChildren()
    {
        var stages = JsonNode.Parse((await _shell.Run("stages", "timed", "-o", "json")).Output)!["stages"]!.AsArray();
        var seen = new HashSet<string>();
        foreach (var stage in stages)
        {
            Assert.True(stage!["parent"] is not { } parent || seen.Contains((string)parent!));
            Assert.True(seen.Add((string)stage["stage"]!));
        }

        Assert.Equal(5, seen.Count);
        Assert.Equal([2, 2, 1, 1, 0], stages.Select(stage => (int)stage!["trials"]!));
    }

    [Fact]
    public async Task Stages_ThatRun_AreSaidTo()
    {
        _shell.Cluster.Results["timed"] = Timed(ExperimentState.Running);
        _shell.Cluster.Statuses.Enqueue(() => Samples.Running("timed") with { Running = [Samples.Stage with { Stage = Id("finetune", 'c') }] });
        Assert.Contains("finetune-1-cccccc  running", (await _shell.Run("stages", "timed")).Output);
    }

    [Fact]
    public async Task Events_AreInOrder_AndHaveCausesBeforeWhatFollows()
    {
        var outcome = await _shell.Run("events", "timed");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Expected.Equal("events.txt", outcome.Output);
    }

    [Fact]
    public async Task Events_ForPrograms_AreALineEach()
    {
        var lines = (await _shell.Run("events", "timed", "-o", "jsonl")).Output.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal("submitted", (string)lines[0]["kind"]!);
        Assert.Equal("ended", (string)lines[^1]["kind"]!);
        var failed = lines.Single(line => (string?)line["trial"] == "t0002" && (string)line["kind"]! == "trialEnded");
        Assert.Equal(Id("finetune", 'c').Value, (string)failed["stage"]!);
    }

    [Fact]
    public async Task Follow_TellsEachEventOnce_UntilTheEnd()
    {
        var whole = (await _shell.Run("events", "timed", "-o", "jsonl")).Output;
        _shell.Cluster.Results["timed"] = Timed(ExperimentState.Running);
        _shell.Cluster.Statuses.Enqueue(() => Samples.Running("timed"));
        _shell.Cluster.Statuses.Enqueue(() => Samples.Running("timed"));
        _shell.Cluster.Statuses.Enqueue(() => Samples.Running("timed"));
        _shell.Cluster.Statuses.Enqueue(() =>
        {
            _shell.Cluster.Results["timed"] = Timed(ExperimentState.Complete);
            return Samples.Status(_shell.Cluster.Results["timed"]);
        });

        var outcome = await _shell.Run("events", "timed", "--follow", "-o", "jsonl");

        Assert.Equal(0, outcome.Code);
        Assert.Equal(whole.Split('\n').Order(StringComparer.Ordinal), outcome.Output.Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Follow_NeedsAFormWithoutAnEnd()
    {
        var outcome = await _shell.Run("events", "timed", "-f", "-o", "json");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("-o jsonl", outcome.Error);
    }

    [Fact]
    public async Task Diff_OfTheSame_IsNone()
    {
        var outcome = await _shell.Run("diff", _shell.Write("sweep.yaml", Samples.Spec), "timed");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("asks for what 'timed' does.", outcome.Output);
    }

    [Fact]
    public async Task Diff_EndsWithOne_AndNamesEachKey()
    {
        var outcome = await _shell.Run("diff", _shell.Write("sweep.yaml", Samples.Spec), "timed", "--set", "finetune.epochs=4", "--set", "space.sparsity.values=[0.2]", "-o", "csv");
        Assert.Equal((1, ""), (outcome.Code, outcome.Error));
        Assert.Equal("key,experiment,file\nfinetune.epochs,1,4\nspace.sparsity.values,\"[0.2,0.4]\",[0.2]\n", outcome.Output);
    }

    [Fact]
    public async Task Diff_OfABadFile_IsAnInvalidSpec() =>
        Assert.Equal(3, (await _shell.Run("diff", _shell.Write("sweep.yaml", Samples.Spec), "timed", "--set", "finetune.epochs=-1")).Code);

    private static StageId Id(string kind, char letter) => StageId.Parse($"{kind}-1-{new string(letter, 26)}");

    /// <summary>A root and a soft prune that two trials share, of which one failed after the cut; the unpruned net has the root alone.</summary>
    private static ExperimentResult Timed(ExperimentState state)
    {
        var (root, soft, tuned, broken, dense) = (Id("pretrain", 'a'), Id("softprune", 'a'), Id("finetune", 'b'), Id("finetune", 'c'), Id("evaluate", 'd'));
        var sample = Samples.Result("timed", state);
        var ended = state == ExperimentState.Complete;
        return sample with
        {
            Trials =
            [
                sample.Trials[0] with { Stages = [root, soft, tuned] },
                ended
                    ? sample.Trials[3] with { Id = "t0002", Stages = [root, soft, broken], Failure = sample.Trials[3].Failure! with { Stage = broken } }
                    : sample.Trials[3] with { Id = "t0002", State = TrialState.Running, Stages = [root, soft, broken], Failure = null },
            ],
            DenseStages = [root, dense],
            Front = ["t0001"],
            Timeline = new ExperimentTimeline
            {
                SubmittedAt = s_start,
                EndedAt = ended ? s_start.AddSeconds(130) : null,
                Spans =
                [
                    Span(root, "Pretrain [2 epochs]", "one/cpu-0", 0, 40) with { Outcome = SpanEnd.Lost, Epochs = 1 },
                    Span(root, "Pretrain [2 epochs]", "two/cpu-0", 40, 80) with { Attempt = 2, Epochs = 1 },
                    Span(soft, "SoftPrune [1 epoch]", "one/cpu-0", 80, 90) with { Epochs = 1 },
                    Span(tuned, "FineTune [1 epoch]", "one/cpu-0", 90, 100) with { Epochs = 1 },
                    .. ended ? (StageSpan[])[Span(broken, "FineTune [1 epoch]", "two/cpu-0", 90, 120) with { Outcome = SpanEnd.Failed, Reason = FailureReason.NonFiniteLoss }] : [],
                ],
                Hypervolume = new HypervolumeCurve
                {
                    Reference = [new ReferenceValue { Metric = Metric.Accuracy, Value = 0 }, new ReferenceValue { Metric = Metric.Parameters, Value = 139_018 }],
                    Steps = [new HypervolumeStep { At = s_start.AddSeconds(100), Epochs = 3, Hypervolume = 0.41, Trial = "t0001" }],
                },
            },
        };
    }

    private static StageSpan Span(StageId stage, string label, string worker, int from, int to) => new()
    {
        Stage = stage,
        Kind = stage.Kind,
        Label = label,
        Attempt = 1,
        Worker = worker,
        Start = s_start.AddSeconds(from),
        End = s_start.AddSeconds(to),
        Outcome = SpanEnd.Succeeded,
        PaidHere = true,
    };
}
