using System.Text.Json.Nodes;
using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class ResultExportTests
{
    private static readonly ExportedResult s_exported = Sample();

    /// <summary>A complete trial with rungs, one that stopped, one that failed with a message of two lines, one that waits.</summary>
    private static ExportedResult Sample()
    {
        var compared = ComparedResults.Of("first", [(0.80, 500), (0.70, 300), (0.65, 400), (0.6, 600)]);
        var trials = compared.Result.Trials;
        RungOutcome Rung(int epochs, double accuracy, TrialVerdict? verdict) => new()
        {
            Epochs = epochs,
            Metrics = ComparedResults.Net(accuracy, 500),
            Verdict = verdict,
            Reason = verdict is null ? null : "Second of four, of which two go on.",
        };
        return new ExportedResult
        {
            Spec = compared.Spec,
            Result = compared.Result with
            {
                Front = ["t0001"],
                Trials =
                [
                    trials[0] with { Rungs = [Rung(1, 0.6, TrialVerdict.Continue), Rung(3, 0.8, null)], Reason = "Drawn, \"evenly\"." },
                    trials[1] with { State = TrialState.Stopped, Metrics = null, Rungs = [Rung(1, 0.3, TrialVerdict.Stop)] },
                    trials[2] with
                    {
                        State = TrialState.Failed,
                        Metrics = null,
                        Failure = new TrialFailure { Stage = trials[2].Stages[1], Failure = new StageFailure { Reason = FailureReason.NonFiniteLoss, Message = "The loss must be finite,\nbut is NaN." } },
                    },
                    trials[3] with { State = TrialState.Waiting, Metrics = null },
                ],
            },
        };
    }

    [Fact]
    public void File_ReadsBackTheSame()
    {
        var text = s_exported.Write();
        var read = ExportedResult.Read(text, "first.json");

        Assert.Equal(text, read.Write());
        Assert.Equal("first", read.Spec!.Name);
    }

    [Fact]
    public void ResultDocument_ReadsWithoutItsSpec()
    {
        var read = ExportedResult.Read(CanonicalJson.SerializeIndented(s_exported.Result), "show.json");

        Assert.Null(read.Spec);
        Assert.Equal(CanonicalJson.Serialize(s_exported.Result), CanonicalJson.Serialize(read.Result));
    }

    [Theory]
    [InlineData("", "must be a file of 'sweep export NAME --format json'")]
    [InlineData("[]", "but 'it.json' is not")]
    [InlineData("{\"result\":1}", "but 'it.json' is not")]
    [InlineData("{\"result\":null}", "but something is null")]
    [InlineData("{\"result\":{\"future\":1}}", "but 'it.json' is not")]
    public void OtherText_IsRefused(string text, string says) =>
        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => ExportedResult.Read(text, "it.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void File_WhoseSpecBreaksRules_IsRefused()
    {
        var file = s_exported with { Spec = s_exported.Spec! with { Model = new ModelSpec { Preset = "resnet" } } };

        Assert.Contains("resnet", Assert.Throws<SweepSpecException>(() => ExportedResult.Read(file.Write(), "it.json")).Faults[0].ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<ExperimentResult, ExperimentResult>> Contradictions() => new()
    {
        { "two trials have the same id", result => result with { Trials = [result.Trials[0], result.Trials[0]] } },
        { "the front has 't0009', which is no trial", result => result with { Front = ["t0009"] } },
        { "there are no objectives", result => result with { Objectives = [] } },
        { "there are no seeds", result => result with { Scope = result.Scope with { Seeds = [] } } },
        { "trial 't0001' is complete, which goes against its metrics", result => result with { Trials = [result.Trials[0] with { Metrics = null }] } },
        { "trial 't0001' has no latency", result => result with { Objectives = [new Objective { Metric = Metric.Latency, Goal = Goal.Minimize }] } },
        { "the spec is of 'first', the result of 'other'", result => result with { Experiment = "other" } },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void File_ThatContradictsItself_IsRefused(string says, Func<ExperimentResult, ExperimentResult> change)
    {
        var file = s_exported with { Result = change(s_exported.Result) };

        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => ExportedResult.Read(file.Write(), "it.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_HasALineATrial()
    {
        var lines = TrialLines.Csv(s_exported.Result with { Trials = [.. s_exported.Result.Trials.Select(trial => trial with { Stages = [] })] }).Split('\n');

        Assert.Equal(
            "experiment,trial,state,onFront,method,sparsity,target,lambda,rho,seed,finetuneSeed,finetuneEpochs,finetuneLearningRate,accuracy,testAccuracy,parameters,flops,zeros,"
            + "flopsRatio,latency,speedUp,largestLogitDifference,device,reason,failureStage,failureReason,failureMessage,rungs,stages",
            lines[0]);
        Assert.StartsWith("first,t0001,complete,true,gohsp,0.2,,0,0.001,,,,,0.8,0.79,500,10000,,,,,,cpu,\"Drawn, \"\"evenly\"\".\",,,,\"[{\"\"epochs\"\":1,", lines[1], StringComparison.Ordinal);
        Assert.Equal("but is NaN.\",,", lines[4]);
        Assert.Equal("first,t0004,waiting,false,gohsp,0.4,,0,0.001,,,,,,,,,,,,,,cpu,Combination 4 of 18 of the grid.,,,,,", lines[5]);
        Assert.Equal("", lines[6]);
    }

    [Fact]
    public void Jsonl_HasTrialsOfTheDocument() => Assert.Equal(
        s_exported.Result.Trials.Select(CanonicalJson.Serialize),
        TrialLines.Jsonl(s_exported.Result).TrimEnd('\n').Split('\n').Select(line => CanonicalJson.Serialize(CanonicalJson.Deserialize<TrialResult>(line))));

    /// <summary>What Optuna 3.1 wrote for studies like this, operation by operation.</summary>
    [Fact]
    public void OptunaJournal_HasTheOperationsOfAStudy()
    {
        var log = OptunaJournal.Write(s_exported).TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();

        Assert.Equal([0, 2, 2, 2, 2, 4, 4, 4, 4], log.Select(line => (int)line["op_code"]!));
        Assert.All(log, line => Assert.Equal("sweep", (string)line["worker_id"]!));
        Assert.Equal("""{"directions":[2,1],"op_code":0,"study_name":"first","worker_id":"sweep"}""", CanonicalJson.Serialize(log[0]));
        var trials = log.Skip(5).ToList();
        Assert.Equal([1, 2, 3, 4], trials.Select(trial => (int)trial["state"]!));
        Assert.Equal("[0.8,500]", trials[0]["values"]!.ToJsonString());
        Assert.All(trials.Skip(1), trial => Assert.Null(trial["values"]));
        Assert.Equal("""{"1":0.6,"3":0.8}""", trials[0]["intermediate_values"]!.ToJsonString());
        Assert.Equal("""{"method":0,"rho":0,"sparsity":0}""", CanonicalJson.Serialize(trials[0]["params"]));
        Assert.Equal("""{"attributes":{"choices":["gohsp","vtp","somp"]},"name":"CategoricalDistribution"}""", CanonicalJson.Serialize(JsonNode.Parse((string)trials[0]["distributions"]!["method"]!)));
        Assert.Equal("t0001", (string)trials[0]["user_attrs"]!["sweep:trial"]!);
    }

    [Fact]
    public void OptunaJournal_TellsRangesAsRanges()
    {
        var spec = SweepSpecReader.Read(SpecText.With("rho:      { range: [1e-3, 1e-1], scale: log, count: 3", "rho:      { range: [1e-3, 1e-1], scale: log")
            .Replace("algorithm: grid", "algorithm: random, trials: 9", StringComparison.Ordinal), "sweep.yaml");
        var space = new ExportedSpace(new ExportedResult { Spec = spec, Result = s_exported.Result });

        Assert.Equal("""{"attributes":{"high":0.1,"log":true,"low":0.001,"step":null},"name":"FloatDistribution"}""", CanonicalJson.Serialize(space.Distribution("rho")));
        Assert.Contains(("rho", 0.001), space.Values(s_exported.Result.Trials[0].Settings));
    }

    [Fact]
    public void OptunaJournal_WithoutASpec_KnowsWhatTrialsHave()
    {
        var space = new ExportedSpace(s_exported with { Spec = null });

        Assert.Equal("""{"attributes":{"choices":[0.2,0.4]},"name":"CategoricalDistribution"}""", CanonicalJson.Serialize(space.Distribution("sparsity")));
        Assert.Contains(("sparsity", 1), space.Values(s_exported.Result.Trials[3].Settings));
    }

    [Fact]
    public void Mlflow_HasARunForEachTrialThatBegan()
    {
        var files = MlflowRuns.Write(s_exported, "file:///there").ToDictionary(file => file.Path, file => file.Text);
        var id = files.Keys.Select(path => path.Split('/')[0]).Distinct().Single();
        var runs = files.Where(file => file.Key.EndsWith("/tags/mlflow.runName", StringComparison.Ordinal)).ToDictionary(file => file.Value, file => file.Key.Split('/')[1]);
        string Of(string trial, string path) => files[$"{id}/{runs[trial]}/{path}"];

        Assert.Matches("^[0-9]{1,20}$", id);
        Assert.Contains("name: 'first'\n", files[$"{id}/meta.yaml"], StringComparison.Ordinal);
        Assert.Equal(["dense", "t0001", "t0002", "t0003"], runs.Keys.Order());
        Assert.All(runs.Values, run => Assert.Matches("^[0-9a-f]{32}$", run));
        Assert.Equal("gohsp", Of("t0001", "params/method"));
        Assert.Equal("0 0.6 1\n0 0.8 3\n", Of("t0001", "metrics/accuracy"));
        Assert.Equal("0 0.9 0\n", Of("dense", "metrics/accuracy"));
        Assert.Equal("true", Of("t0001", "tags/sweep.onFront"));
        Assert.Equal([3, 5, 4], new[] { "t0001", "t0002", "t0003" }.Select(trial => Of(trial, "meta.yaml").Split('\n').Single(line => line.StartsWith("status: ", StringComparison.Ordinal))[^1] - '0'));
        Assert.Contains($"artifact_uri: 'file:///there/{id}/{runs["t0001"]}/artifacts'\n", Of("t0001", "meta.yaml"), StringComparison.Ordinal);
        Assert.Contains($"run_id: '{runs["t0001"]}'\n", Of("t0001", "meta.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void Parquet_HoldsEveryColumnOfEveryTrial()
    {
        var read = ParquetReader.Read(ParquetTrials.Write(s_exported));
        var fields = TrialField.All(s_exported.Result);

        Assert.Equal(fields.Select(field => field.Name), read.Columns.Keys);
        foreach (var field in fields)
        {
            Assert.Equal(s_exported.Result.Trials.Select(trial => Value(field, trial)), read.Columns[field.Name]);
        }

        Assert.Equal(CanonicalJson.Serialize(s_exported.Spec), read.Notes["sweep.spec"]);
    }

    [Fact]
    public void Parquet_GoesOnInFurtherPages()
    {
        var trial = s_exported.Result.Trials[0] with { Stages = [] };
        var many = s_exported with { Spec = null, Result = s_exported.Result with { Trials = [.. Enumerable.Range(0, 20_003).Select(i => trial with { Id = TrialPlanner.IdOf(i), Device = i % 3 == 0 ? null : "cpu" })] } };

        var read = ParquetReader.Read(ParquetTrials.Write(many));

        Assert.Equal(many.Result.Trials.Select(one => one.Id), read.Columns["trial"]);
        Assert.Equal(many.Result.Trials.Select(one => one.Device), read.Columns["device"]);
        Assert.Equal(1, read.Columns["onFront"].Count(flag => flag is true));
    }

    [Fact]
    public void Parquet_OfNoTrial_IsAFile() => Assert.All(
        ParquetReader.Read(ParquetTrials.Write(s_exported with { Result = s_exported.Result with { Trials = [], Front = [] } })).Columns.Values, Assert.Empty);

    private static object? Value(TrialField field, TrialResult trial) => field switch
    {
        TextField text => text.Of(trial),
        NumberField number => number.Of(trial),
        CountField count => count.Of(trial),
        FlagField flag => flag.Of(trial),
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };
}
