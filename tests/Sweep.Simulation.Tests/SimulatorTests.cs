using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Simulation.Tests;

/// <summary>What a simulated cluster does, held against what can be said without simulating.</summary>
public class SimulatorTests
{
    private static readonly ClusterModel s_plain = new()
    {
        Times = new StageTimes { Epoch = new Spread { Constant = 60 }, Stage = new Spread { Constant = 5 } },
    };

    [Fact]
    public void OneDevice_TakesTheSumOfAllStages()
    {
        var spec = Spec("one");
        var report = Run(s_plain, spec);
        var plan = ExperimentPlanner.Plan(spec);
        var least = (60.0 * plan.EpochsNeeded) + (5.0 * plan.Stages);

        Assert.Equal(ExperimentState.Complete, report.Experiments[0].State);
        Assert.Equal((plan.EpochsNeeded, plan.Stages), (report.EpochsRun, report.Attempts));
        Assert.InRange(report.Makespan, least, least + 2);
        Assert.InRange(report.Utilisation, 0.99, 1);
        Assert.Equal(0, report.WastedSeconds);
        Assert.Equal(plan.EpochsAsked, report.EpochsAsked);
    }

    [Fact]
    public void MoreDevices_AreFaster_ButNeverThanTheCriticalPath()
    {
        var spec = Spec("many");
        var one = Run(s_plain, spec);
        var four = Run(s_plain with { Silos = 2, Devices = 2 }, spec);
        var hundred = Run(s_plain with { Silos = 50, Devices = 2 }, spec);
        var path = ExperimentPlanner.Plan(spec).Paths.Max(trial => trial.Stages.Sum(stage => (60.0 * stage.Epochs) + 5));

        Assert.True(four.Makespan < one.Makespan / 2, $"{four.Makespan} against {one.Makespan}");
        Assert.InRange(hundred.Makespan, path, four.Makespan);
        Assert.Equal(one.Experiments[0].Front, hundred.Experiments[0].Front);
        Assert.Equal(one.Experiments[0].Hypervolume, hundred.Experiments[0].Hypervolume);
    }

    [Fact]
    public void Seed_DecidesEverything()
    {
        var cluster = Frail();
        var once = Run(cluster, Spec("same"), seed: 7);
        var again = Run(cluster, Spec("same"), seed: 7);
        var other = Run(cluster, Spec("same"), seed: 8);

        Assert.Equal(CanonicalJson.Serialize(once), CanonicalJson.Serialize(again));
        Assert.NotEqual(once.Trace, other.Trace);
    }

    [Fact]
    public void Draws_AreTheSameOnEveryMachine()
    {
        var draws = new Draws(7, "attempt x 1");
        Assert.Equal([0.452908392, 0.676564308, 0.566976485], new[] { draws.NextDouble(), draws.NextDouble(), draws.NextDouble() }.Select(value => Math.Round(value, 9)));
        Assert.Equal(TimeSpan.FromMilliseconds(2135), draws.NextExponential(60));
    }

    [Fact]
    public void Failures_CostTimeAndWork_ButNothingOfTheFront()
    {
        var spec = Spec("frail");
        var sound = Run(Frail() with { Failures = null }, spec);
        var frail = Run(Frail(), spec);

        Assert.True(frail.SiloFailures > 0 && frail.EngineFailures > 0, $"{frail.SiloFailures} and {frail.EngineFailures}");
        Assert.True(frail.Makespan > sound.Makespan && frail.WastedSeconds > 0 && frail.Attempts > sound.Attempts);
        Assert.Equal(sound.EpochsRun, frail.EpochsRun);
        Assert.Equal(sound.Experiments[0].Front, frail.Experiments[0].Front);
        Assert.Equal(frail.Attempts, frail.Timeline.Count);
    }

    [Fact]
    public void Timeline_HasNoWorkerDoTwoThingsAtOnce()
    {
        var report = Run(Frail(), Spec("line"));
        foreach (var worker in report.Timeline.GroupBy(attempt => attempt.Worker))
        {
            var attempts = worker.OrderBy(attempt => attempt.From).ToList();
            Assert.All(attempts.Zip(attempts.Skip(1)), pair => Assert.True(pair.First.To <= pair.Second.From));
        }

        var succeeded = report.Timeline.Where(attempt => attempt.End == AttemptEnd.Succeeded).ToList();
        Assert.Equal(succeeded.Count, succeeded.DistinctBy(attempt => attempt.Stage).Count());
    }

    [Fact]
    public void Experiments_ShareStages_AndEachStageRunsOnce()
    {
        var (one, two) = (Spec("first"), Spec("second") with { Objectives = Spec("first").Objectives });
        var report = Run(s_plain with { Devices = 2 }, one, two);
        var alone = Run(s_plain with { Devices = 2 }, one);

        Assert.Equal(alone.EpochsRun, report.EpochsRun);
        Assert.All(report.Experiments, experiment => Assert.Equal(ExperimentState.Complete, experiment.State));
        Assert.Equal(report.EpochsRun, report.Experiments.Sum(experiment => experiment.Sharing.EpochsRun));
    }

    [Fact]
    public void EqualExperiments_WaitAboutAsLong()
    {
        var report = Run(s_plain with { Devices = 4 }, Spec("a", seed: 1), Spec("b", seed: 2));
        var waits = report.Experiments.Select(experiment => experiment.MeanWait).ToList();
        Assert.InRange(waits.Min() / waits.Max(), 0.5, 1);
    }

    [Fact]
    public void Hypervolume_GrowsOverTime_ToThatOfTheResult()
    {
        var experiment = Run(s_plain, Spec("volume")).Experiments[0];
        Assert.NotEmpty(experiment.Progress);
        Assert.All(experiment.Progress.Zip(experiment.Progress.Skip(1)), pair =>
            Assert.True(pair.First.Hypervolume < pair.Second.Hypervolume && pair.First.Seconds <= pair.Second.Seconds && pair.First.Epochs <= pair.Second.Epochs));
        Assert.Equal(experiment.Hypervolume!.Value, experiment.Progress[^1].Hypervolume, 12);
    }

    [Fact]
    public void PastResult_GivesItsOwnFront()
    {
        var spec = Spec("past");
        var plan = ExperimentPlanner.Plan(spec);
        var accuracies = plan.Trials.Select((trial, i) => (trial.Id, Accuracy: 0.5 + (0.01 * i))).ToDictionary();
        var past = ResultBuilder.Build(spec, plan, ExperimentState.Complete, id => new StageStanding
        {
            Result = new StageResult
            {
                Stage = id,
                Evaluation = new Evaluation
                {
                    Accuracy = plan.Trials.FirstOrDefault(trial => trial.Evaluate.Id == id) is { } trial ? accuracies[trial.Id] : 0.9,
                    TestAccuracy = 0.5,
                    Loss = 1,
                    Parameters = 1000,
                    Flops = 1000,
                },
                Provenance = new Provenance { Device = "cpu", Threads = 1, Torch = "none", Engine = "none", Seconds = 1 },
            },
            PaidHere = true,
        });
        var report = Simulator.Run(new SimulationInput { Cluster = s_plain, Experiments = [spec], Measured = Simulator.MeasuredBy(past) });
        Assert.Equal([plan.Trials[^1].Id], report.Experiments[0].Front);
        Assert.Equal(past.Front, report.Experiments[0].Front);
    }

    [Fact]
    public void Poison_EndsInsteadOfGoingOnForEver()
    {
        var cluster = s_plain with { Failures = new FailureModel { Engine = new Outages { MeanTime = 1 } }, Scheduling = new SchedulingModel { InfrastructureLimit = 3, BackOff = 1 } };
        var experiment = Run(cluster, Spec("poison")).Experiments[0];
        Assert.Equal(ExperimentState.Failed, experiment.State);
    }

    [Theory]
    [InlineData("silos: 0", "silos, devices and packing")]
    [InlineData("silo: 1", "silo")]
    [InlineData("times: { epoch: { constant: -1 } }", "times.epoch.constant")]
    [InlineData("times: { epoch: { constant: 1, samples: [1] } }", "times.epoch must have one of")]
    [InlineData("kinds: { fineTune: { stage: { logNormal: { median: 1, sigma: 9 } } } }", "kinds.FineTune.stage.logNormal")]
    [InlineData("failures: { silo: { meanTime: 0 } }", "failures.silo")]
    [InlineData("silos: [", "cluster.yaml:")]
    public void File_ThatBreaksARule_IsRefusedWithIt(string yaml, string said)
    {
        var refused = Assert.Throws<ClusterModelException>(() => ClusterModelReader.Read(yaml, "cluster.yaml"));
        Assert.Contains(said, refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void File_IsReadWhole()
    {
        var model = ClusterModelReader.Read(
            """
            silos: 3
            devices: 2
            failures: { silo: { meanTime: 86400, repair: 600 }, engine: { meanTime: 1e6 } }
            times: { epoch: { logNormal: { median: 60, sigma: 0.1 } }, stage: { constant: 4.5 } }
            kinds: { evaluate: { stage: { samples: [3, 4, 5] } } }
            """,
            "cluster.yaml");
        Assert.Equal((3, 2, 1), (model.Silos, model.Devices, model.Packing));
        Assert.Equal((86400, 600, 1e6), (model.Failures!.Silo!.MeanTime, model.Failures.Silo.Repair, model.Failures.Engine!.MeanTime));
        Assert.Equal((0.1, 4.5), (model.Times.Epoch!.LogNormal!.Sigma, model.Times.Stage!.Constant));
        Assert.Equal([3, 4, 5], model.Kinds[StageKind.Evaluate].Stage!.Samples!);
    }

    private static ClusterModel Frail() => new()
    {
        Silos = 3,
        Times = new StageTimes { Epoch = new Spread { LogNormal = new LogNormal(60, 0.2) }, Stage = new Spread { Samples = [3, 4, 9] } },
        Failures = new FailureModel { Silo = new Outages { MeanTime = 900, Repair = 60 }, Engine = new Outages { MeanTime = 600 } },
        Scheduling = new SchedulingModel { LossLimit = 100, InfrastructureLimit = 100 },
    };

    private static SimulationReport Run(ClusterModel cluster, params SweepSpec[] specs) =>
        Simulator.Run(new SimulationInput { Cluster = cluster, Experiments = specs, Seed = 1 });

    private static SimulationReport Run(ClusterModel cluster, SweepSpec spec, long seed) =>
        Simulator.Run(new SimulationInput { Cluster = cluster, Experiments = [spec], Seed = seed });

    private static SweepSpec Spec(string name, long seed = 0) => SweepSpecReader.Read(
        FormattableString.Invariant($$"""
            apiVersion: sweep/v1
            name: {{name}}
            model: { preset: vit-nano-28 }
            data: { name: fashion-mnist }
            seed: {{seed}}
            pretrain: { epochs: 3 }
            space:
              method: { values: [gohsp, vtp, somp] }
              sparsity: { values: [0.2, 0.4, 0.6] }
            sparsify: { epochs: 2 }
            finetune: { epochs: 2 }
            """),
        "spec.yaml");
}
