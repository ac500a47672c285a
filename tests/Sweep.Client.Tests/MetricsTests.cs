using System.Text.Json.Nodes;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Tests;

public sealed class MetricsTests : IDisposable
{
    private readonly SweepShell _shell = new();

    public MetricsTests()
    {
        _shell.Variables["SWEEP_GATEWAY"] = "localhost:1";
        var result = Samples.Result("trained");
        _shell.Cluster.Results["trained"] = result with
        {
            DenseStages = [Id("pretrain"), Id("evaluate")],
            Trials = [.. result.Trials.Select((trial, i) => i == 0 ? trial with { Stages = [Id("pretrain"), Id("sparsetrain"), Id("hardprune"), Id("finetune"), Id("evaluate", '9')] } : trial)],
        };
        _shell.Cluster.Specs["trained"] = SweepSpecReader.Read(Samples.Spec.Replace("two-methods", "trained", StringComparison.Ordinal), "sweep.yaml");
        Know(History("pretrain", 2, 2.0, 1.5) with { Times = [Time(0, 4), Time(1, 5)] });
        Know(History("evaluate", 0) with { Evaluation = Measured(0.71, 0.9) });
        Know(History("sparsetrain", 2, 1.4, 1.25) with { Epochs = [.. History("sparsetrain", 2, 1.4, 1.25).Epochs.Select(epoch => epoch with { MeanGate = 0.5 })] });
        Know(History("hardprune", 0));
        Know(History("finetune", 2, 1.125, 1.0));
        Know(History("evaluate", 0) with { Stage = Id("evaluate", '9'), Evaluation = Measured(0.7525, 0.6) });
    }

    public void Dispose() => _shell.Dispose();

    private static StageId Id(string kind, char hash = '0') => StageId.Parse($"{kind}-1-{new string(hash, 26)}");

    private static Evaluation Measured(double accuracy, double loss) => new() { Accuracy = accuracy, TestAccuracy = 0.5, Loss = loss, Parameters = 1, Flops = 1 };

    private static EpochTime Time(int epoch, double seconds) => new() { Epoch = epoch, Seconds = seconds, LoaderSeconds = 0.25, Images = 2000 };

    private static StageHistory History(string kind, int length, params double[] losses) => new()
    {
        Stage = Id(kind),
        Length = length,
        Finished = true,
        Epochs = [.. losses.Select((loss, epoch) => new EpochRecord { Epoch = epoch, Loss = loss, LearningRate = 1e-3 / (epoch + 1) })],
    };

    private void Know(StageHistory history) => _shell.Cluster.Histories[history.Stage] = history;

    [Fact]
    public async Task Table_FollowsTheWholePath()
    {
        var outcome = await _shell.Run("metrics", "trained", "t0001");
        var lines = outcome.Output.TrimEnd('\n').Split('\n');

        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Matches("^at stage +epoch +loss +val. loss accuracy +rate +gate +took images/s$", lines[0]);
        Assert.Equal(["pretrain", "pretrain", "sparseTrain", "sparseTrain", "fineTune", "fineTune", "evaluate"], lines.Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        Assert.Matches(@"^ 2 pretrain +2 1\.5000 +5\.00e-4 +5\.0 s +400$", lines[2]);
        Assert.Matches(@"^ 4 sparseTrain +2 1\.2500 +5\.00e-4 0\.5000$", lines[4]);
        Assert.Matches(@"^ 6 evaluate +0\.6000 +75\.25 %$", lines[7]);
    }

    [Fact]
    public async Task Plot_DrawsTheLoss_WithTheStages()
    {
        var lines = (await _shell.Run("metrics", "trained", "t0001", "--plot", "loss")).Output.TrimEnd('\n').Split('\n');

        Assert.Equal("t0001: training loss in nats (●), validation loss where it was measured (◆)", lines[0]);
        Assert.StartsWith("2.0000 ┤", lines[1], StringComparison.Ordinal);
        Assert.Matches("^0\\.6000 ┤.*◆$", lines[14]);
        Assert.Equal(6, string.Concat(lines).Count(c => c == '●') - 1);
        Assert.Matches("^ +pretrain +sparseTrain +fineTune$", lines[16]);
        Assert.Matches("^ +0 +6 epochs$", lines[17]);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 110));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(200)]
    public async Task Plot_FitsTheTerminal(int width)
    {
        _shell.Terminal = true;
        _shell.Width = width;

        var lines = (await _shell.Run("metrics", "trained", "t0001", "--plot", "learningRate")).Output.TrimEnd('\n').Split('\n');

        Assert.All(lines.Skip(1), line => Assert.InRange(line.TrimEnd('\r').Length, 0, width));
    }

    [Fact]
    public async Task Plot_OfWhatNoEpochHas_SaysWhatThereIs()
    {
        var outcome = await _shell.Run("metrics", "trained", "t0001", "--plot", "primalResidual");
        Assert.Equal("No epoch of t0001 has primalResidual; it has loss, learningRate, meanGate, seconds, imagesPerSecond, accuracy.\n", outcome.Output);
    }

    [Fact]
    public async Task Plot_OfAnUnknownQuantity_IsRefused() => Assert.Equal(2, (await _shell.Run("metrics", "trained", "t0001", "--plot", "beauty")).Code);

    [Fact]
    public async Task Csv_HasEveryFigure()
    {
        var lines = (await _shell.Run("metrics", "trained", "t0001", "-o", "csv")).Output.TrimEnd('\n').Split('\n');

        Assert.Equal(
            "at,kind,stage,epoch,loss,validationLoss,accuracy,testAccuracy,learningRate,primalResidual,doomedNormRatio,meanGate,sparsity,seconds,loaderSeconds,imagesPerSecond", lines[0]);
        Assert.Equal($"1,pretrain,{Id("pretrain")},0,2,,,,0.001,,,,,4,0.25,500", lines[1]);
        Assert.Equal($"6,evaluate,{Id("evaluate", '9')},,,0.6,0.7525,0.5,,,,,,,,", lines[7]);
    }

    [Fact]
    public async Task Json_HasTheStagesAndThePoints()
    {
        var document = JsonNode.Parse((await _shell.Run("metrics", "trained", "t0001", "-o", "json")).Output)!;

        Assert.Equal(("sweep/v1", "trained", "t0001"), ((string)document["apiVersion"]!, (string)document["experiment"]!, (string)document["trial"]!));
        Assert.Equal([(0, 2), (2, 4), (4, 4), (4, 6), (6, 6)], document["stages"]!.AsArray().Select(stage => ((int)stage!["start"]!, (int)stage["end"]!)));
        Assert.Equal(7, document["points"]!.AsArray().Count);
        Assert.Equal(8, (await _shell.Run("metrics", "trained", "t0001", "-o", "jsonl")).Output.Split('\n').Length);
    }

    [Fact]
    public async Task Dense_IsAPathToo()
    {
        var lines = (await _shell.Run("metrics", "trained", "dense", "-o", "csv")).Output.TrimEnd('\n').Split('\n');
        Assert.Equal(["1,pretrain", "2,pretrain", "2,evaluate"], lines.Skip(1).Select(line => string.Join(',', line.Split(',').Take(2))));
    }

    [Fact]
    public async Task StageThatRuns_IsShownAsFarAsItIs()
    {
        Know(History("sparsetrain", 5, 1.4) with { Finished = false });
        _shell.Cluster.Histories.Remove(Id("finetune"));
        _shell.Cluster.Histories.Remove(Id("evaluate", '9'));

        var outcome = await _shell.Run("metrics", "trained", "t0001");

        Assert.EndsWith("\nsparseTrain has not ended: 1 of 5 epochs so far.\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrialOfWhichNothingIsKnown_SaysSo()
    {
        _shell.Cluster.Histories.Clear();
        var outcome = await _shell.Run("metrics", "trained", "t0001");
        Assert.Equal(0, outcome.Code);
        Assert.StartsWith("Nothing that was recorded of the training of t0001", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("t0099")]
    [InlineData("dens")]
    public async Task UnknownTrial_IsNotFound(string trial)
    {
        var outcome = await _shell.Run("metrics", "trained", trial);
        Assert.Equal(4, outcome.Code);
        Assert.Contains($"'{trial}'", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReportAndExport_CarryTheTraining_AndAnswersDoNot()
    {
        var report = _shell.At("report.html");

        Assert.DoesNotContain("\"curves\"", (await _shell.Run("report", "trained", "--report", report, "-o", "json")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"curves\"", (await _shell.Run("show", "trained", "-o", "json")).Output, StringComparison.Ordinal);
        Assert.Contains("class=\"of-curves\"", await File.ReadAllTextAsync(report), StringComparison.Ordinal);

        var file = _shell.At("trained.json");
        Assert.Equal(0, (await _shell.Run("export", "trained", "--format", "json", "--to", file)).Code);
        var lines = (await _shell.Run("metrics", file, "t0001", "-o", "csv")).Output.TrimEnd('\n').Split('\n');
        Assert.Equal($"1,pretrain,{Id("pretrain")},0,2,,,,0.001,,,,,,,", lines[1]);
        var refused = await _shell.Run("metrics", file, "t0003");
        Assert.Equal(4, refused.Code);
        Assert.Contains("first 12 nets on its front", refused.Error, StringComparison.Ordinal);
    }
}
