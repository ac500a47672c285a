using System.Text.Json.Nodes;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Tests;

/// <summary>What <c>sweep plan</c> foretells, and where it has it from.</summary>
public sealed class PlanTests : IDisposable
{
    private const string Constraint = "constraints: [\"sparsity >= 0.3 or method == 'vtp'\"]\n";

    private static readonly ExperimentPlan s_plan = ExperimentPlanner.Plan(SweepSpecReader.Read(Samples.Spec, "spec.yaml"));

    private readonly SweepShell _shell = new();

    public void Dispose() => _shell.Dispose();

    private Task<Outcome> Plan(params string[] more) => _shell.Run(["plan", _shell.Write("spec.yaml", Samples.Spec), .. more]);

    /// <summary>A finished experiment whose training took 60 s an epoch and whose other stages took 1 s.</summary>
    private void Finished(string name, Func<StageRecipe, bool> measured)
    {
        var stages = s_plan.Paths.SelectMany(trial => trial.Stages).DistinctBy(stage => stage.Id).ToDictionary(stage => stage.Id);
        _shell.Cluster.Results[name] = Samples.Result(name) with
        {
            StageTimes = StageTimes.Measured(s_plan.Paths, id => !measured(stages[id]) ? null : new StageResult
            {
                Stage = id,
                Provenance = new Provenance { Device = "cpu", Threads = 2, Torch = "t", Engine = "e", Seconds = stages[id].Epochs == 0 ? 1 : 60 * stages[id].Epochs },
            }),
        };
    }

    private void Workers(params string[] devices) => _shell.Cluster.Queue = new QueueStatus
    {
        Depth = 0,
        Workers =
        [
            .. devices.Select((device, i) => new WorkerStatus
            {
                Worker = FormattableString.Invariant($"primary/{device}-{i}/1"), Silo = "primary", Device = device, Threads = 2, AcceptsWork = true, Silence = TimeSpan.Zero,
            }),
        ],
    };

    [Fact]
    public async Task WithoutACluster_TimeIsNotKnown()
    {
        var outcome = await Plan();

        Assert.Equal(0, outcome.Code);
        Assert.Contains("Time: not known; times come from the finished stages of a cluster, and none runs here.\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClusterThatDoesNotAnswer_DoesNotSpoilThePlan()
    {
        _shell.Connector.Dead.Add("localhost:1");

        var outcome = await Plan("--gateway", "localhost:1");

        Assert.Equal(0, outcome.Code);
        Assert.Contains("Time: not known; times come from the finished stages of a cluster. The cluster at localhost:1 does not answer", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "the cluster has no worker now")]
    [InlineData(true, "no stage like these was measured on the devices of the cluster yet")]
    public async Task NothingMeasured_IsSaid(bool workers, string reason)
    {
        Workers(workers ? ["cpu"] : []);
        _shell.Cluster.Results["old"] = Samples.Result("old");

        Assert.Contains($"Time: not known; {reason}.\n", (await Plan("--gateway", "localhost:1")).Output, StringComparison.Ordinal);
    }

    /// <summary>Epochs: 2 of pretraining, 1 of sparsifying, 4 of fine-tuning; other stages: 5 evaluations and 4 cuts. One worker: 429 s.</summary>
    [Fact]
    public async Task Time_ComesFromFinishedExperiments()
    {
        Finished("old", _ => true);
        Workers("cpu");

        Assert.Contains("Time: 7 min 9 s on 1 worker, 7 min 9 s of work, as stages of 1 experiment took.\n", (await Plan("--gateway", "localhost:1")).Output, StringComparison.Ordinal);

        Workers("cpu", "cpu", "cpu", "cpu", "cpu");
        var document = JsonNode.Parse((await Plan("--gateway", "localhost:1", "-o", "json")).Output)!;
        Assert.Equal(120 + 60 + 1 + 60 + 1, document["time"]!["seconds"]!.GetValue<double>(), 6); // the path of a VTP trial
        Assert.Equal(429, document["time"]!["deviceSeconds"]!.GetValue<double>(), 6);
    }

    [Fact]
    public async Task WhatNeverRan_IsNamed()
    {
        Finished("old", stage => stage is not SparseTrainRecipe);
        Workers("cpu", "cuda:0");

        Assert.Contains(
            "Time: more than 6 min 9 s on 1 worker, 6 min 9 s of work, as stages of 1 experiment took; 1 stage (sparseTrain) never ran on such a device and count nothing.\n",
            (await Plan("--gateway", "localhost:1")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_CarriesCostsConstraintsAndDisk()
    {
        var file = _shell.Write("spec.yaml", Samples.Spec + Constraint);

        var document = JsonNode.Parse((await _shell.Run("plan", file, "-o", "json")).Output)!;

        Assert.Equal(3, document["trials"]!.AsArray().Count);
        var somp = document["trials"]!.AsArray().Single(trial => trial!["settings"]!["method"]!.GetValue<string>() == "somp")!["predicted"]!;
        Assert.True(somp["flops"]!["isExact"]!.GetValue<bool>());
        Assert.InRange(somp["parameters"]!["value"]!.GetValue<long>(), 0.595 * 139_018, 0.605 * 139_018);
        Assert.Equal((4, 1), (document["constraints"]!["settings"]!.GetValue<int>(), document["constraints"]!["refusedInAll"]!.GetValue<int>()));
        Assert.Equal("sparsity is 0.2, method is somp", document["constraints"]!["refused"]![0]!["example"]!.GetValue<string>());
        Assert.Equal(12 * (139_018 + 4 * (64 + 64 + 64 + 128)), document["disk"]!["largestCheckpoint"]!.GetValue<long>());
        Assert.Contains("none runs here", document["time"]!["unknown"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("validate")]
    public async Task Constraints_AreToldWithWhatTheyRefuse(string verb)
    {
        var outcome = await _shell.Run(verb, _shell.Write("spec.yaml", Samples.Spec + Constraint));

        Assert.Contains(
            "Constraints: 1 of 4 combinations refused.\n  sparsity >= 0.3 or method == 'vtp' refuses 1; for the first, sparsity is 0.2, method is somp.\n",
            outcome.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConstraintsThatRefuseAll_AreAFault()
    {
        var outcome = await _shell.Run("validate", _shell.Write("spec.yaml", Samples.Spec + "constraints: [\"predicted.flops <= 1\"]\n"));

        Assert.Equal(3, outcome.Code);
        Assert.Contains("refuse all 4: 'predicted.flops <= 1' refuses 4", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("search: { algorithm: sobol, trials: 40 }", 40)]
    [InlineData("search: { algorithm: random, trials: 40 }\nlimits: { trials: 7 }", 7)]
    public async Task Search_IsNotTakenForAGrid(string search, int trials)
    {
        var file = _shell.Write("spec.yaml", Samples.Spec + search + "\n");
        var algorithm = search.Split(' ')[3].TrimEnd(',');

        Assert.Contains(FormattableString.Invariant($"has at most {trials} trials, which {algorithm} chooses while it runs.\n"), (await _shell.Run("validate", file)).Output, StringComparison.Ordinal);
        var text = (await _shell.Run("plan", file)).Output;
        Assert.Contains(FormattableString.Invariant($"Trials: at most {trials} trials, which {algorithm} chooses while it runs; known before are"), text, StringComparison.Ordinal);
        Assert.DoesNotContain("HardPrune", text, StringComparison.Ordinal);
        var document = JsonNode.Parse((await _shell.Run("plan", file, "-o", "json")).Output)!;
        Assert.Equal((trials, algorithm), (document["trialsAtMost"]!.GetValue<int>(), document["chosenBy"]!.GetValue<string>()));
        Assert.Null(document["disk"]);
    }

    [Fact]
    public async Task Grid_EndsWhereALimitEndsIt()
    {
        var document = JsonNode.Parse((await _shell.Run("plan", _shell.Write("spec.yaml", Samples.Spec + "limits: { trials: 1 }\n"), "-o", "json")).Output)!;

        Assert.Equal(["t0001"], document["trials"]!.AsArray().Select(trial => trial!["id"]!.GetValue<string>()));
        Assert.Equal(2 + 1 + 1, document["epochsNeeded"]!.GetValue<int>());
    }

    /// <summary>The document is what the wire and the disk carry.</summary>
    [Fact]
    public void StageTimes_SurviveTheResultDocument()
    {
        Finished("old", _ => true);
        var times = _shell.Cluster.Results["old"].StageTimes!;

        var read = CanonicalJson.Deserialize<ExperimentResult>(CanonicalJson.Serialize(_shell.Cluster.Results["old"])).StageTimes!;

        Assert.Equal(times, read);
        Assert.Null(CanonicalJson.Deserialize<ExperimentResult>(CanonicalJson.Serialize(Samples.Result())).StageTimes);
    }
}
