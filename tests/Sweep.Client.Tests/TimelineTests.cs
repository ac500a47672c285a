using System.Text.Json.Nodes;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Tests;

public sealed class TimelineTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SweepShell _shell = new();

    public TimelineTests()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        _shell.Cluster.Results["timed"] = Samples.Result("timed") with
        {
            Timeline = new ExperimentTimeline
            {
                SubmittedAt = s_start,
                Spans =
                [
                    Span("pretrain", "Pretrain [2 epochs]", "one/cpu-0", 0, 40) with { Outcome = SpanEnd.Lost, Epochs = 1 },
                    Span("pretrain", "Pretrain [2 epochs]", "two/cpu-0", 40, 80) with { Attempt = 2, Epochs = 1, PeakMemory = 1 << 20 },
                    Span("finetune", "FineTune [1 epoch]", "one/cpu-0", 80, 120) with { Outcome = SpanEnd.Failed, Reason = FailureReason.OutOfMemory },
                ],
                Hypervolume = new HypervolumeCurve
                {
                    Reference = [new ReferenceValue { Metric = Metric.Accuracy, Value = 0 }, new ReferenceValue { Metric = Metric.Parameters, Value = 139_018 }],
                    Steps = [new HypervolumeStep { At = s_start.AddSeconds(100), Epochs = 2, Hypervolume = 0.41, Trial = "t0002" }],
                },
            },
        };
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Table_DrawsALineAWorker_AndTheGrowthOfTheFront()
    {
        var outcome = await _shell.Run("timeline", "timed");
        var lines = outcome.Output.Split('\n');

        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Matches("^one/cpu-0 P+!·+F+!$", lines[0]);
        Assert.Matches("^two/cpu-0 ·+P+·+$", lines[1]);
        Assert.Equal("P pretrain, F fineTune, ! a failure, · nothing", lines[2]);
        Assert.Equal("3 attempts within 2 min 0 s of 2030-01-01 00:00:00 UTC, 1 failed, 1 lost.", lines[3]);
        Assert.Matches(@"1 min 40 s +2 +0\.4100 +t0002", outcome.Output);
        Assert.Contains("from accuracy 0, parameters 139,018 to accuracy 1 at no cost.", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_HasEveryAttempt()
    {
        var lines = (await _shell.Run("timeline", "timed", "-o", "csv")).Output.Split('\n');

        Assert.Equal("stage,kind,worker,start,end,seconds,attempt,outcome,reason,epochs,peakMemory,paidHere", lines[0]);
        Assert.Equal($"{Id("pretrain")},pretrain,two/cpu-0,2030-01-01T00:00:40.000Z,2030-01-01T00:01:20.000Z,40,2,succeeded,,1,1048576,true", lines[2]);
        Assert.Equal($"{Id("finetune")},fineTune,one/cpu-0,2030-01-01T00:01:20.000Z,2030-01-01T00:02:00.000Z,40,1,failed,outOfMemory,,,true", lines[3]);
    }

    [Fact]
    public async Task Json_HasTheTimelineOfTheResult()
    {
        var document = JsonNode.Parse((await _shell.Run("timeline", "timed", "-o", "json")).Output)!;

        Assert.Equal(("sweep/v1", "timed"), ((string)document["apiVersion"]!, (string)document["experiment"]!));
        Assert.Equal(
            CanonicalJson.Serialize(_shell.Cluster.Results["timed"].Timeline), CanonicalJson.Serialize(CanonicalJson.Deserialize<ExperimentTimeline>(document["timeline"]!.ToJsonString())));
        Assert.Equal(4, (await _shell.Run("timeline", "timed", "-o", "jsonl")).Output.Split('\n').Length);
    }

    [Fact]
    public async Task BeforeTheFirstStage_SaysSo()
    {
        _shell.Cluster.Results["timed"] = Samples.Result("timed");
        Assert.Equal("No stage that was timed has ended yet.\n", (await _shell.Run("timeline", "timed")).Output);
    }

    private static string Id(string kind) => $"{kind}-1-{new string('0', 26)}";

    private static StageSpan Span(string kind, string label, string worker, int from, int to) => new()
    {
        Stage = StageId.Parse(Id(kind)),
        Kind = StageId.Parse(Id(kind)).Kind,
        Label = label,
        Attempt = 1,
        Worker = worker,
        Start = s_start.AddSeconds(from),
        End = s_start.AddSeconds(to),
        Outcome = SpanEnd.Succeeded,
        PaidHere = true,
    };
}
