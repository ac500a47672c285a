using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class StageScheduleTests
{
    private static readonly DeviceKind s_cpu = DeviceKind.Of("cpu", 2);
    private static readonly DeviceKind s_gpu = DeviceKind.Of("cuda:0", 2);
    private static readonly ExperimentPlan s_plan = ExperimentPlanner.Plan(SpecText.Spec);
    private static readonly StageTree s_tree = StageTree.Of(s_plan);

    /// <summary>Every stage took so long on a device.</summary>
    private static StageTimes Times(Func<StageRecipe, double?> seconds, string device = "cpu", int threads = 2) =>
        StageTimes.Of(Measured(s_plan, seconds, device, threads));

    private static IReadOnlyList<StageTime> Measured(ExperimentPlan plan, Func<StageRecipe, double?> seconds, string device = "cpu", int threads = 2)
    {
        var stages = plan.Paths.SelectMany(trial => trial.Stages).DistinctBy(stage => stage.Id).ToDictionary(stage => stage.Id);
        return StageTimes.Measured(plan.Paths, id => seconds(stages[id]) is not { } took ? null : new StageResult
        {
            Stage = id,
            Provenance = new Provenance { Device = device, Threads = threads, Torch = "t", Engine = "e", Seconds = took },
        });
    }

    /// <summary>Training 10 s an epoch, all else 1 s.</summary>
    private static double? Plain(StageRecipe stage) => stage.Epochs == 0 ? 1 : 10 * stage.Epochs;

    [Fact]
    public void OneDevice_TakesTheSum()
    {
        var schedule = StageSchedule.Of(s_tree, [s_cpu], Times(Plain))!;

        Assert.Equal(s_tree.Stages.Sum(node => Plain(node.Recipe)!.Value), schedule.Makespan, 6);
        Assert.Equal(schedule.Makespan, schedule.DeviceSeconds, 6);
        Assert.Equal((0, 1), (schedule.Unmeasured, schedule.Devices));
    }

    [Fact]
    public void ManyDevices_TakeTheLongestPath()
    {
        var schedule = StageSchedule.Of(s_tree, [.. Enumerable.Repeat(s_cpu, 500)], Times(Plain))!;

        Assert.Equal(s_plan.Paths.Max(trial => trial.Stages.Sum(stage => Plain(stage)!.Value)), schedule.Makespan, 6);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void SeveralDevices_StayWithinGrahamsBound(int devices)
    {
        var schedule = StageSchedule.Of(s_tree, [.. Enumerable.Repeat(s_cpu, devices)], Times(Plain))!;

        var work = s_tree.Stages.Sum(node => Plain(node.Recipe)!.Value);
        var path = s_plan.Paths.Max(trial => trial.Stages.Sum(stage => Plain(stage)!.Value));
        var lower = Math.Max(work / devices, path);
        Assert.InRange(schedule.Makespan, lower - 1e-6, (2 - 1.0 / devices) * lower);
        Assert.Equal(work, schedule.DeviceSeconds, 6);
    }

    /// <summary>Pretrain 60, then on two devices the long branch first: 60 + max(20 + 1 + 30 + 1, the others). Short ones first would end later.</summary>
    [Fact]
    public void LongestPathGoesFirst()
    {
        var plan = ExperimentPlanner.Plan(SweepSpecReader.Read(
            SpecText.With("values: [gohsp, vtp, somp]", "values: [somp, vtp]").Replace("[0.2, 0.4, 0.6]", "[0.4]", StringComparison.Ordinal)
                .Replace("[1e-4, 1e-3]", "[1e-4]", StringComparison.Ordinal)
                .Replace("  rho:      { range: [1e-3, 1e-1], scale: log, count: 3, when: { method: [gohsp] } }\n", "", StringComparison.Ordinal),
            "sweep.yaml"));

        var schedule = StageSchedule.Of(StageTree.Of(plan), [s_cpu, s_cpu], StageTimes.Of(Measured(plan, Plain)))!;

        Assert.Equal(60 + 20 + 1 + 30 + 1, schedule.Makespan, 6);
    }

    [Fact]
    public void FasterDevice_GetsTheWork()
    {
        var times = StageTimes.Of([.. Measured(s_plan, Plain), .. Measured(s_plan, stage => Plain(stage) / 100, "cuda:0")]);

        var alone = StageSchedule.Of(s_tree, [s_cpu], times)!.Makespan;
        var both = StageSchedule.Of(s_tree, [s_cpu, s_gpu], times)!.Makespan;

        Assert.InRange(both, StageSchedule.Of(s_tree, [s_gpu, s_gpu], times)!.Makespan, alone / 2);
    }

    [Fact]
    public void WithoutAMeasurement_ThereIsNoFigure()
    {
        Assert.Null(StageSchedule.Of(s_tree, [s_cpu], StageTimes.None));
        Assert.Null(StageSchedule.Of(s_tree, [s_gpu], Times(Plain)));
        Assert.Null(StageSchedule.Of(s_tree, [DeviceKind.Of("cpu", 8)], Times(Plain)));
        Assert.Null(StageSchedule.Of(s_tree, [], Times(Plain)));
    }

    [Fact]
    public void WhatWasNeverMeasured_IsNamed()
    {
        var schedule = StageSchedule.Of(s_tree, [s_cpu, s_gpu], Times(stage => stage is SoftPruneRecipe ? null : Plain(stage)))!;

        Assert.Equal([StageKind.SoftPrune], schedule.UnmeasuredKinds);
        Assert.Equal(s_tree.Stages.Count(node => node.Recipe is SoftPruneRecipe), schedule.Unmeasured);
        Assert.Equal(1, schedule.Devices);
    }

    [Fact]
    public void WhatHasFinished_IsNotRunAgain()
    {
        var trial = s_plan.Trials[0];
        var finished = s_plan.Dense.Stages.Concat(trial.Stages).Select(stage => stage.Id).ToHashSet();

        var rest = StageSchedule.Of(s_tree, [s_cpu], Times(stage => stage is PretrainRecipe ? null : Plain(stage)), finished)!;

        Assert.Equal(s_tree.Stages.Where(node => !finished.Contains(node.Id)).Sum(node => Plain(node.Recipe)!.Value), rest.DeviceSeconds, 6);
        Assert.Equal(rest.DeviceSeconds, rest.Makespan, 6);
        Assert.Equal(0, rest.Unmeasured); // what is done needs no time
        Assert.Equal(0, StageSchedule.Of(s_tree, [s_cpu], Times(Plain), s_tree.Stages.Select(node => node.Id).ToHashSet())!.Makespan);
    }

    [Fact]
    public void ExpectedWork_CountsStagesAsOftenAsTheyRun()
    {
        var half = StageSchedule.Of(s_tree, [s_cpu, s_cpu], Times(Plain), likelihood: stage => stage.Kind == StageKind.FineTune ? 0.5 : 1)!;

        Assert.Equal(half.DeviceSeconds - 0.5 * s_tree.Stages.Where(node => node.Recipe is FineTuneRecipe).Sum(node => Plain(node.Recipe)!.Value), half.DeviceSecondsExpected, 6);
    }

    /// <summary>A model of device has its own times; one that was never measured has those of its kind, and that is said.</summary>
    [Fact]
    public void Times_AreOfTheModel_ElseOfTheKind()
    {
        var (quick, slow) = (new DeviceKind("cuda", 0, "H200"), new DeviceKind("cuda", 0, "T4"));
        StageTime On(StageTime time, DeviceKind device, double seconds) => time with { Work = time.Work with { Device = device }, SecondsPerUnit = seconds };
        var root = Measured(s_plan, Plain).Single(time => time.Kind == StageKind.Pretrain);
        var times = StageTimes.Of([On(root, quick, 1), On(root, slow, 10), On(root, slow with { Model = "T4" }, 10)]);
        IReadOnlyList<StageRecipe> path = [s_plan.Dense.Stages[0]];

        Assert.Equal(10, times.Seconds(path, slow)!.Value / times.Seconds(path, quick)!.Value, 6);
        Assert.Equal(times.Seconds(path, slow), times.Seconds(path, new DeviceKind("cuda", 0, "A100")));
        Assert.Equal((true, false, false), (times.KnowsModel(path, quick), times.KnowsModel(path, new DeviceKind("cuda", 0, "A100")), times.KnowsModel(path, new DeviceKind("cuda", 0))));
        Assert.Equal(1, StageSchedule.Of(s_tree, [new DeviceKind("cuda", 0, "A100")], times)!.OtherModels);
        Assert.Equal(0, StageSchedule.Of(s_tree, [quick], times)!.OtherModels);
    }

    /// <summary>A length, a seed or a rate makes no work of its own: seconds go by the image.</summary>
    [Fact]
    public void Times_HoldForOtherLengthsOfTheSameWork()
    {
        var times = Times(Plain);
        var longer = ExperimentPlanner.Plan(SweepSpecReader.Read(SpecText.With("pretrain: { epochs: 6", "pretrain: { epochs: 60, imagesPerEpoch: 5500"), "sweep.yaml"));

        Assert.Equal(60, times.Seconds([s_plan.Dense.Stages[0]], s_cpu)!.Value, 6);
        Assert.Equal(60, times.Seconds([longer.Dense.Stages[0]], s_cpu)!.Value, 6); // ten times the epochs, of a tenth of the images
        Assert.Null(times.Seconds([((PretrainRecipe)s_plan.Dense.Stages[0]) with { Training = ((PretrainRecipe)s_plan.Dense.Stages[0]).Training with { Batch = 64 } }], s_cpu));
    }

    /// <summary>One attempt that went on from its last checkpoint took next to no time; the median passes it over.</summary>
    [Fact]
    public void Times_AreMedians()
    {
        var cuts = 0;
        var times = Times(stage => stage is HardPruneRecipe ? ++cuts == 1 ? 0.001 : 4 : null);

        Assert.Equal(4, times.Seconds(s_plan.Trials[0].Stages.TakeWhile(stage => stage is not FineTuneRecipe).ToList(), s_cpu));
    }

    [Fact]
    public void Times_OfSeveralExperiments_WeighTheirStages()
    {
        var (few, many) = (Measured(s_plan, _ => 1), Measured(s_plan, _ => 3));

        var times = StageTimes.Of([.. few, .. many.Select(time => time with { Stages = time.Stages + 1 })]);

        Assert.Equal(3, times.Seconds([s_plan.Dense.Stages[0]], s_cpu)!.Value, 6);
    }

    [Fact]
    public void Bytes_AreCountedFromTensors()
    {
        var spec = SweepSpecReader.Read(
            SpecText.With("values: [gohsp, vtp, somp]", "values: [somp]").Replace("[0.2, 0.4, 0.6]", "[0.4]", StringComparison.Ordinal)
                .Replace("  lambda:   { values: [1e-4, 1e-3], when: { method: [vtp] } }\n", "", StringComparison.Ordinal)
                .Replace("  rho:      { range: [1e-3, 1e-1], scale: log, count: 3, when: { method: [gohsp] } }\n", "", StringComparison.Ordinal),
            "sweep.yaml");
        var cut = new CostPredictor(spec).Predict(new TrialSettings { Method = PruningMethod.Somp, Sparsity = 0.4 }).Parameters.Value;

        var bytes = StoredBytes.Of(spec, ExperimentPlanner.Plan(spec));

        Assert.Equal(4 * (139_018 + 2 * cut), bytes.Artifacts); // the dense net, the cut one, the fine-tuned one
        Assert.Equal(12 * 139_018, bytes.LargestCheckpoint); // weights and two moments
        Assert.Equal(6 * 12 * 139_018 + 3 * 12 * cut, bytes.Checkpoints);
        Assert.Equal(bytes.Artifacts + bytes.Checkpoints, bytes.Peak);
    }

    [Fact]
    public void Bytes_KnowWhatMethodsKeepBesideWeights()
    {
        StoredBytes Of(string method) => StoredBytes.Of(SpecText.Spec, new ExperimentPlan
        {
            Dense = s_plan.Dense,
            DenseSeeds = s_plan.DenseSeeds,
            Trials = [s_plan.Trials.First(trial => trial.Settings!.Method == Enum.Parse<PruningMethod>(method, ignoreCase: true))],
            EpochsAsked = 0,
            EpochsNeeded = 0,
            Stages = 0,
        });

        const long gates = 4 * (64 + 64 + 64 + 128);
        Assert.Equal(5 * 4 * 139_018, Of("gohsp").LargestCheckpoint); // weights, moments, Z and U
        Assert.Equal(3 * 4 * (139_018 + gates), Of("vtp").LargestCheckpoint);
    }
}
