using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;

namespace Sweep.Simulation.Tests;

/// <summary>What ends a simulated experiment is what ends a real one, with the same words.</summary>
public class LimitTests
{
    private static readonly ClusterModel s_plain = new()
    {
        Times = new StageTimes { Epoch = new Spread { Constant = 60 }, Stage = new Spread { Constant = 5 } },
    };

    /// <summary>Every attempt at fine-tuning fails, and none at anything else.</summary>
    private static readonly ClusterModel s_poisoned = s_plain with
    {
        Kinds = new Dictionary<StageKind, StageTimes> { [StageKind.FineTune] = new() { Epoch = new Spread { Constant = 1e6 } } },
        Failures = new FailureModel { Engine = new Outages { MeanTime = 1e4 } },
        Scheduling = new SchedulingModel { InfrastructureLimit = 1 },
    };

    private static SweepSpec Spec(string more) => SweepSpecReader.Read(
        $$"""
        apiVersion: sweep/v1
        name: limited
        model: { preset: vit-nano-28 }
        data: { name: fashion-mnist }
        pretrain: { epochs: 3 }
        space:
          method: { values: [gohsp, vtp, somp] }
          sparsity: { values: [0.2, 0.4, 0.6] }
        sparsify: { epochs: 2 }
        finetune: { epochs: 2 }
        {{more}}
        """,
        "spec.yaml");

    private static SimulationReport Run(ClusterModel cluster, SweepSpec spec, long seed = 1) =>
        Simulator.Run(new SimulationInput { Cluster = cluster, Experiments = [spec], Seed = seed });

    [Theory]
    [InlineData("limits: { deviceHours: 0.2 }", "limits.deviceHours was reached: stages ran 0.", 720)]
    [InlineData("limits: { wallTime: 10m }", "limits.wallTime was reached: 00:10:00 have passed since the submission", 600)]
    [InlineData("stopping: { plateau: { trials: 2, gain: 0.9 } }", "stopping.plateau was reached: ", 0)]
    public void Limit_EndsItAsComplete_WithTheReason(string limit, string reason, double notBefore)
    {
        var whole = Run(s_plain, Spec("")).Experiments[0];

        var experiment = Run(s_plain, Spec(limit)).Experiments[0];

        Assert.Equal(ExperimentState.Complete, experiment.State);
        Assert.StartsWith(reason, experiment.Reason, StringComparison.Ordinal);
        Assert.InRange(experiment.EndedAt!.Value, notBefore, whole.EndedAt!.Value - 60);
        Assert.Equal(9, experiment.Complete + experiment.Stopped + experiment.Failed);
        Assert.True(experiment.Stopped > 0 && whole.Stopped == 0);
        Assert.Null(whole.Reason);
    }

    [Fact]
    public void WallTime_EndsItToTheSecond() => Assert.Equal(600, Run(s_plain, Spec("limits: { wallTime: 10m }")).Experiments[0].EndedAt);

    [Fact]
    public void Trials_AreNoMoreThanTheLimit()
    {
        var experiment = Run(s_plain, Spec("limits: { trials: 4 }")).Experiments[0];

        Assert.Equal((4, 0, "limits.trials was reached: 4 trials were opened"), (experiment.Complete, experiment.Stopped, experiment.Reason));
    }

    [Fact]
    public void Failures_EndItAtTheirLimit()
    {
        var experiment = Run(s_poisoned, Spec("limits: { failures: 2 }")).Experiments[0];

        Assert.Equal((ExperimentState.Complete, 2, 7), (experiment.State, experiment.Failed, experiment.Stopped));
        Assert.Equal("limits.failures was reached: 2 of at most 2 trials failed", experiment.Reason);
    }

    /// <summary>Nobody is there to resume it: the run ends, and says what it waits for.</summary>
    [Fact]
    public void PolicyThatPauses_LeavesItPaused()
    {
        var report = Run(s_poisoned, Spec("failurePolicies: { engineCrashed: pauseExperiment }"));

        Assert.Equal((ExperimentState.Paused, null), (report.Experiments[0].State, report.Experiments[0].EndedAt));
        Assert.Contains("finetune-", report.Experiments[0].Reason, StringComparison.Ordinal);
    }

    /// <summary>A stage that has excluded every worker fails as it does on a cluster, after a lease, and nothing waits for ever.</summary>
    [Fact]
    public void PolicyThatExcludes_FailsWhatHasNoWorkerLeft()
    {
        var report = Run(s_poisoned with { Devices = 2 }, Spec("failurePolicies: { engineCrashed: excludeWorker }"));

        Assert.Equal((ExperimentState.Failed, 9), (report.Experiments[0].State, report.Experiments[0].Failed));
        Assert.Contains("excluded every one there is", report.Experiments[0].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limits: { deviceHours: 0.2 }")]
    [InlineData("stopping: { algorithm: asha, minEpochs: 1, reduction: 2, plateau: { trials: 3, gain: 0.01 } }")]
    [InlineData("search: { algorithm: motpe, trials: 14 }\nlimits: { wallTime: 1h }")]
    public void Limits_AreTheSameForEachSeed(string limit)
    {
        var frail = s_plain with
        {
            Silos = 2,
            Times = new StageTimes { Epoch = new Spread { LogNormal = new LogNormal(60, 0.2) }, Stage = new Spread { Samples = [3, 4, 9] } },
            Failures = new FailureModel { Silo = new Outages { MeanTime = 900, Repair = 60 }, Engine = new Outages { MeanTime = 600 } },
            Scheduling = new SchedulingModel { LossLimit = 100, InfrastructureLimit = 100 },
        };
        Assert.Equal(CanonicalJson.Serialize(Run(frail, Spec(limit), 7)), CanonicalJson.Serialize(Run(frail, Spec(limit), 7)));
        Assert.NotEqual(Run(frail, Spec(limit), 7).Trace, Run(frail, Spec(limit), 8).Trace);
    }

    /// <summary>A past experiment's times: all its stages took ten seconds an epoch, or one.</summary>
    [Fact]
    public void PastTimes_AreThoseOfStagesLikeThem()
    {
        var spec = Spec("");
        var plan = ExperimentPlanner.Plan(spec);
        var stages = plan.Paths.SelectMany(trial => trial.Stages).DistinctBy(stage => stage.Id).ToDictionary(stage => stage.Id);
        double Took(StageRecipe stage) => stage.Epochs == 0 ? 1 : 10 * stage.Epochs;
        var past = ResultBuilder.Build(spec, plan, ExperimentState.Complete, _ => null) with
        {
            StageTimes = Planning.StageTimes.Measured(plan.Paths, id => new StageResult
            {
                Stage = id,
                Provenance = new Provenance { Device = "cuda:0", DeviceModel = "H200", Threads = 1, Torch = "none", Engine = "none", Seconds = Took(stages[id]) },
            }),
        };

        var report = Simulator.Run(new SimulationInput { Cluster = s_plain, Experiments = [spec], Took = PastTimes.Of(past) });

        Assert.InRange(report.Makespan, stages.Values.Sum(Took), stages.Values.Sum(Took) + 2);
        Assert.Null(PastTimes.Of(past with { StageTimes = null }));
    }

    /// <summary>Whom to trust before paying: halving computes less, and gets to the same front sooner.</summary>
    [Fact]
    public void Comparison_TakesTheMiddleOfManySeeds()
    {
        SimulationReport[] Runs(string more) => [.. Enumerable.Range(0, 5).Select(seed => Run(s_plain, Spec(more).With9Epochs(), seed))];
        var comparison = SimulationComparison.Of([("whole.yaml", Runs("")), ("halved.yaml", Runs("stopping: { algorithm: asha, minEpochs: 1, reduction: 3 }"))]);
        var (whole, halved) = (comparison.Sweeps[0], comparison.Sweeps[1]);

        Assert.Equal((5, 9, 0), (whole.Runs, whole.Complete.Median, whole.Stopped.Median));
        Assert.True(halved.EpochsRun.Median < whole.EpochsRun.Median && halved.Stopped.Median > 0, $"{halved.EpochsRun} of {whole.EpochsRun}");
        Assert.Equal(0.95 * Math.Max(whole.Hypervolume.Median, halved.Hypervolume.Median), comparison.Goal, 12);
        Assert.All(comparison.Sweeps, sweep => Assert.True(sweep.Makespan.Lowest <= sweep.Makespan.Median && sweep.Makespan.Median <= sweep.Makespan.Highest));
        Assert.NotNull(whole.EpochsToGoal);
        Assert.Equal(2, RunSpread.Of([4, 1, 2, 3]).Median);
    }

    /// <summary>What <c>sweep plan</c> says of trials that are known before is what an experiment opens.</summary>
    [Theory]
    [InlineData("random", 30)]
    [InlineData("sobol", 30)]
    [InlineData("nsga2", 8)]
    [InlineData("motpe", 10)]
    public void Plan_KnowsTheTrialsThatAreOpened(string algorithm, int known)
    {
        var spec = Spec($"search: {{ algorithm: {algorithm}, trials: 30, seed: 5{(algorithm == "nsga2" ? ", population: 8" : "")} }}").OverAContinuum(known);
        var progress = ExperimentProgress.Of(spec);
        progress.Next();

        var outlook = TrialOutlook.Of(spec);

        Assert.Equal(known, outlook.Foreknown);
        Assert.Equal(progress.Results(0, known, ExperimentState.Running, (_, _) => null).Select(trial => trial.Settings), outlook.Known.Trials.Select(trial => trial.Settings));
    }

    /// <summary>Nine points, and no one twice, whatever trials were asked for.</summary>
    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    public void FiniteSpace_IsNotTriedTwice(string algorithm)
    {
        var experiment = Run(s_plain, Spec($"search: {{ algorithm: {algorithm}, trials: 40 }}")).Experiments[0];

        Assert.Equal((ExperimentState.Complete, 9), (experiment.State, experiment.Complete));
    }
}

internal static class ChangedSpecs
{
    public static SweepSpec With9Epochs(this SweepSpec spec) => spec with { Finetune = spec.Finetune with { Epochs = 9 } };

    public static SweepSpec OverAContinuum(this SweepSpec spec, int parallelism) =>
        spec with { Space = spec.Space with { Sparsity = new SpaceAxis<double> { Range = [0.2, 0.6] } }, Parallelism = parallelism };
}
