using System.Text.Json.Nodes;
using Sweep.Client.Cluster;
using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Silo.Settings;

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
    private void Finished(string name, Func<StageRecipe, bool> measured, string? model = null)
    {
        var stages = s_plan.Paths.SelectMany(trial => trial.Stages).DistinctBy(stage => stage.Id).ToDictionary(stage => stage.Id);
        _shell.Cluster.Results[name] = Samples.Result(name) with
        {
            StageTimes = StageTimes.Measured(s_plan.Paths, id => !measured(stages[id]) ? null : new StageResult
            {
                Stage = id,
                Provenance = new Provenance { Device = "cpu", DeviceModel = model, Threads = 2, Torch = "t", Engine = "e", Seconds = stages[id].Epochs == 0 ? 1 : 60 * stages[id].Epochs },
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
    [InlineData("search: { algorithm: sobol, trials: 3 }", 3)]
    [InlineData("search: { algorithm: random, trials: 40 }\nlimits: { trials: 2 }", 2)]
    [InlineData("search: { algorithm: random, trials: 40 }", 4)] // all that the space has
    public async Task SearchThatDoesNotLearn_IsPlannedWhole(string search, int trials)
    {
        var file = _shell.Write("spec.yaml", Samples.Spec + search + "\n");
        var algorithm = search.Split(' ')[3].TrimEnd(',');

        Assert.Contains(FormattableString.Invariant($"has {trials} trials, drawn by {algorithm}.\n"), (await _shell.Run("validate", file)).Output, StringComparison.Ordinal);
        var text = (await _shell.Run("plan", file)).Output;
        Assert.StartsWith(FormattableString.Invariant($"two-methods: {trials} trials, drawn by {algorithm}, of vit-nano-28"), text, StringComparison.Ordinal);
        Assert.DoesNotContain("Estimate", text, StringComparison.Ordinal);
        var document = JsonNode.Parse((await _shell.Run("plan", file, "-o", "json")).Output)!;
        Assert.Equal((trials, algorithm), (document["trialsAtMost"]!.GetValue<int>(), document["chosenBy"]!.GetValue<string>()));
        Assert.Equal(trials, document["trials"]!.AsArray().Count);
        Assert.Null(document["estimate"]);
        Assert.NotNull(document["disk"]);
    }

    private const string Learning = """
        apiVersion: sweep/v1
        name: learning
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist }
        pretrain: { epochs: 2, learningRate: 3e-3 }
        space:
          method:   { values: [somp] }
          sparsity: { range: [0.2, 0.6] }
          finetuneLearningRate: { range: [1e-4, 1e-2], scale: log }
        finetune: { epochs: 9 }
        search:   { algorithm: nsga2, trials: 40, population: 4, seed: 3 }
        stopping: { algorithm: asha, reduction: 3, minEpochs: 1, plateau: { trials: 10 } }
        limits:   { deviceHours: 2 }

        """;

    /// <summary>What is known, what is an estimate, and what it stands on.</summary>
    [Fact]
    public async Task SearchThatLearns_SaysWhatIsKnownAndWhatIsNot() =>
        Expected.Equal("plan-learning.txt", (await _shell.Run("plan", _shell.Write("learning.yaml", Learning))).Output);

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task SearchThatLearns_AsADocument(string form)
    {
        var outcome = await _shell.Run("plan", _shell.Write("learning.yaml", Learning), "-o", form);

        Expected.Equal($"plan-learning.{form}", outcome.Output);
    }

    [Fact]
    public async Task MoreTrialsThanAreLaidOut_AreSaid()
    {
        var file = _shell.Write("many.yaml", Learning.Replace("algorithm: nsga2, trials: 40, population: 4,", "algorithm: random, trials: 11000,", StringComparison.Ordinal));

        var text = (await _shell.Run("plan", file)).Output;

        Assert.Contains("Estimate: the figures are of the first 10,000 of 11,000 trials. Whatever is chosen, at most ", text, StringComparison.Ordinal);
        Assert.Contains("lines more; -o json has all.\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("validate")]
    public async Task ConstraintsThatRefuseASearchEverything_AreAFaultWithTallies(string verb)
    {
        var outcome = await _shell.Run(verb, _shell.Write("spec.yaml", Learning + "constraints: [\"predicted.flops <= 1\"]\n"));

        Assert.Equal(3, outcome.Code);
        Assert.Contains("must allow some settings, but refuse all 1000 that were drawn: 'predicted.flops <= 1' refuses 1000 (for the first, predicted.flops is ", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>The dense net and one SOMP trial, done by whatever experiment: 2 + 1 of 7 epochs.</summary>
    [Fact]
    public async Task WhatTheClusterHasFinished_IsNotCountedAsStillToRun()
    {
        Finished("old", _ => true);
        Workers("cpu");
        _shell.Cluster.Finished.UnionWith(s_plan.Dense.Stages.Concat(s_plan.Trials.First(trial => trial.Settings!.Method == PruningMethod.Somp).Stages).Select(stage => stage.Id));

        var text = (await Plan("--gateway", "localhost:1")).Output;

        Assert.Contains("Finished already: 5 stages with 3 epochs, which do not run again; left are 10 with 4.\n", text, StringComparison.Ordinal);
        Assert.Contains("Time: 4 min 6 s on 1 worker, 4 min 6 s of work,", text, StringComparison.Ordinal); // 4 epochs of 60 s and 6 stages of 1 s
        Assert.Equal([1, 4, 1, 1], _shell.Cluster.Asked); // nothing is asked about below what has not finished
        var finished = JsonNode.Parse((await Plan("--gateway", "localhost:1", "-o", "json")).Output)!["finished"]!;
        Assert.Equal((5, 3), (finished["stages"]!.GetValue<int>(), finished["epochs"]!.GetValue<int>()));
        Assert.Contains("Finished already: not known, since no cluster told;", (await Plan()).Output, StringComparison.Ordinal);
    }

    /// <summary>The same over HTTP, from the silo's own route.</summary>
    [Fact]
    public async Task WhatTheClusterHasFinished_IsToldOverHttp()
    {
        _shell.Cluster.Finished.UnionWith(s_plan.Dense.Stages.Select(stage => stage.Id));
        await using var silo = await ServedSilo.Start(_shell.Cluster, new HttpSettings());
        _shell.RealServers = new HttpConnector(_shell.Time);

        var outcome = await Plan("--server", silo.Address);

        Assert.Contains("Finished already: 2 stages with 2 epochs,", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TimesOfAnotherModelOfDevice_AreTakenAndSaid()
    {
        Finished("old", _ => true, model: "Xeon");
        Workers("cpu");
        _shell.Cluster.Queue = _shell.Cluster.Queue with { Workers = [.. _shell.Cluster.Queue.Workers.Select(worker => worker with { DeviceModel = "EPYC" })] };
        Assert.Contains("as stages of 1 experiment took; 15 stages as measured on other models of device.\n", (await Plan("--gateway", "localhost:1")).Output, StringComparison.Ordinal);

        Finished("old", _ => true, model: "EPYC");
        Assert.Contains("as stages of 1 experiment took.\n", (await Plan("--gateway", "localhost:1")).Output, StringComparison.Ordinal);
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
