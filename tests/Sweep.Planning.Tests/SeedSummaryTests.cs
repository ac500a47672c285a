using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>What several seeds, zeros and benchmarks add to the result document and to the report.</summary>
public sealed class SeedSummaryTests
{
    private static readonly ViTShape s_dense = ModelPreset.Find("vit-nano-28", 1, 10)!;
    private static readonly ViTShape s_small = s_dense with { Blocks = [.. s_dense.Blocks.Select(block => block with { MlpWidth = 40 })] };

    private static readonly SweepSpec s_spec = SweepSpecReader.Read("""
        apiVersion: sweep/v1
        name: seeds
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist }
        pretrain: { epochs: 1 }
        finetune: { epochs: 1 }
        space:
          method:   { values: [somp, omp] }
          sparsity: { values: [0.4] }
          target:   { values: [parameters, flops] }
          seed:     { values: [3, 0, 5] }
        benchmark: { device: cpu, batches: [1, 64] }
        """, "sweep.yaml");

    private static readonly ExperimentPlan s_plan = ExperimentPlanner.Plan(s_spec);
    private static readonly double[] s_denseAccuracy = [0.90, 0.88, 0.86];

    /// <summary>Dense nets of all seeds; somp at 40 % of the parameters 1, 2 and 6 points below them; omp of the first seed, 3 points below.</summary>
    private static ExperimentResult Result()
    {
        var outcomes = new Outcomes();
        double[] below = [0.01, 0.02, 0.06];
        for (var i = 0; i < 3; i++)
        {
            outcomes.Complete(s_plan.DenseSeeds[i], s_denseAccuracy[i], s_dense);
            outcomes.Complete(Trial(PruningMethod.Somp, s_plan.DenseSeeds[i].Seed), s_denseAccuracy[i] - below[i], s_small);
        }

        outcomes.Complete(Trial(PruningMethod.Omp, 3), 0.87, s_dense, zeros: 55_607);
        return ResultBuilder.Build(s_spec, s_plan, ExperimentState.Running, outcomes.Of);
    }

    private static TrialPlan Trial(PruningMethod method, long seed) => s_plan.Trials.First(trial =>
        trial.Settings!.Method == method && trial.Seed == seed && trial.Settings.Target is null or BudgetTarget.Parameters);

    [Fact]
    public void Spread_IsOfASample()
    {
        var spread = Spread.Of([2, 4, 4, 4, 5, 5, 7, 9])!;

        Assert.Equal((5.0, Math.Sqrt(32.0 / 7)), (spread.Mean, spread.Deviation!.Value));
        Assert.Null(Spread.Of([1.5])!.Deviation);
        Assert.Null(Spread.Of([]));
    }

    /// <summary>The differences are 1, 2 and 6 points: mean 3, deviation √7, whatever the dense nets' own spread.</summary>
    [Fact]
    public void Summary_ComparesEachSeedWithItsOwnDenseNet()
    {
        var summary = Result().Summary!;

        Assert.Equal((0.88, 0.02, 3), (summary.Dense!.Accuracy.Mean, summary.Dense.Accuracy.Deviation!.Value, summary.Dense.Seeds), Close.Triple);
        var somp = summary.Settings[0];
        Assert.Equal(new TrialSettings { Method = PruningMethod.Somp, Sparsity = 0.4, Target = BudgetTarget.Parameters }, somp.Settings);
        Assert.Equal((-0.03, Math.Sqrt(7) / 100, 3), (somp.Difference!.Mean, somp.Difference.Deviation!.Value, somp.Seeds), Close.Triple);
        Assert.Equal(0.85, somp.Accuracy.Mean, 12);
        Assert.Equal(0.84, somp.TestAccuracy.Mean, 12);
        Assert.Equal((ViTCost.Parameters(s_small), 0.0), (somp.Parameters.Mean, somp.Parameters.Deviation!.Value));
    }

    /// <summary>Settings without a complete trial are left out; one complete trial has no deviation.</summary>
    [Fact]
    public void Summary_HoldsWhatIsComplete()
    {
        var summary = Result().Summary!;

        Assert.Equal([PruningMethod.Somp, PruningMethod.Omp], summary.Settings.Select(net => net.Settings!.Method));
        var omp = summary.Settings[1];
        Assert.Equal((1, null, 55_607.0), (omp.Seeds, omp.Accuracy.Deviation, omp.Zeros!.Mean));
        Assert.Equal(-0.03, omp.Difference!.Mean, 12);
    }

    /// <summary>Weights that nothing trains are the same net for every seed: three seeds of it are one value, without a spread.</summary>
    [Fact]
    public void Summary_CountsALoadedDenseNetOnce()
    {
        var spec = s_spec with { Pretrain = null, Model = s_spec.Model with { Weights = "net.pth", Digest = new string('a', 64) } };
        var plan = ExperimentPlanner.Plan(spec);
        var outcomes = new Outcomes();
        foreach (var path in plan.DenseSeeds.Concat(plan.Trials.Where(trial => trial.Settings!.Method == PruningMethod.Omp)))
        {
            outcomes.Complete(path, 0.9, s_dense);
        }

        var summary = ResultBuilder.Build(spec, plan, ExperimentState.Running, outcomes.Of).Summary!;
        Assert.Equal((1, null), (summary.Dense!.Seeds, summary.Dense.Accuracy.Deviation));
        Assert.Equal((3, 0.0), (summary.Settings.Single().Seeds, summary.Settings.Single().Difference!.Mean));
    }

    [Fact]
    public void Summary_OfOneSeedIsAsked_NotWritten()
    {
        var plan = ExperimentPlanner.Plan(SpecText.Spec);
        var result = ResultBuilder.Build(
            SpecText.Spec, plan, ExperimentState.Running, new Outcomes().Complete(plan.Dense, 0.87, s_dense).Complete(plan.Trials[0], 0.86, s_small).Of);

        Assert.True(result is { Summary: null, DenseSeeds: null });
        var net = Assert.Single(SeedSummary.Of(result).Settings);
        Assert.Equal((1, plan.Trials[0].Settings), (net.Seeds, net.Settings));
        Assert.Equal(-0.01, net.Difference!.Mean, 12);
    }

    [Fact]
    public void Result_HasTheDenseNetOfEverySeed()
    {
        var result = Result();

        Assert.Equal([("dense", 3L, 0.90), ("dense-seed-0", 0L, 0.88), ("dense-seed-5", 5L, 0.86)], result.DenseSeeds!.Select(net => (net.Id, net.Seed, net.Metrics!.Accuracy)));
        Assert.Equal(0.90, result.Dense!.Accuracy);
        Assert.Equal([3L, 0L, 5L], result.Scope.Seeds);
    }

    [Fact]
    public void Trial_CarriesZerosSpeedAndProof()
    {
        var result = Result();

        var omp = result.Trials.Single(trial => trial.Metrics?.Zeros is not null);
        Assert.Equal((55_607, ViTCost.Parameters(s_dense)), (omp.Metrics!.Zeros!.Value, omp.Metrics.Parameters));
        Assert.Equal([(1, 1.2), (64, 1.3)], omp.Metrics.Speedups!.Select(speed => (speed.Batch, Math.Round(speed.SpeedUp, 9))));
        Assert.Equal(1.5, omp.Metrics.FlopsRatio);
        Assert.Equal((1.5e-6, 64), (omp.Proof!.LargestLogitDifference, omp.Proof.ParentWeights.Length));
        Assert.Equal(omp.Proof.LargestLogitDifference, omp.LargestLogitDifference);
    }

    /// <summary>Net 10 ms, dense net beside it 12 ms: a gain of a sixth.</summary>
    [Fact]
    public void Latency_IsAnObjectiveWhereItIsMeasured()
    {
        Objective[] objectives = [new() { Metric = Metric.Accuracy, Goal = Goal.Maximize }, new() { Metric = Metric.Latency, Goal = Goal.Minimize }];
        var metrics = Result().Trials.First(trial => trial.Metrics is not null).Metrics!;

        Assert.Equal([0.89, 0.010], ObjectiveValues.Of(objectives, metrics));
        Assert.Equal(1.0 / 6, ObjectiveValues.Gains(objectives, metrics, Result().Dense!)[1], 12);
        var e = Assert.Throws<ArgumentException>(() => ObjectiveValues.Of(objectives, metrics with { Speedups = null }));
        Assert.StartsWith("A net must have been benchmarked for its latency, but was not.", e.Message, StringComparison.Ordinal);
    }

    /// <summary>A trial that is evaluated and not yet measured is not complete.</summary>
    [Fact]
    public void Trial_WaitsForItsBenchmark()
    {
        var outcomes = new Outcomes();
        var trial = s_plan.Trials[0];
        foreach (var stage in trial.Stages.Take(trial.Stages.Count - 1))
        {
            outcomes.Succeed(stage, accuracy: stage.Kind == StageKind.Evaluate ? 0.8 : null, shape: s_small);
        }

        Assert.Equal(TrialState.Running, ResultBuilder.Build(s_spec, s_plan, ExperimentState.Running, outcomes.Of).Trials[0].State);
    }

    [Fact]
    public void Result_SurvivesTheWire()
    {
        var json = CanonicalJson.Serialize(Result());

        Assert.Equal(json, CanonicalJson.Serialize(CanonicalJson.Deserialize<ExperimentResult>(json)));
    }

    [Fact]
    public void Report_ShowsSpreadZerosAndSpeed()
    {
        var report = HtmlReport.Write(Result());

        Assert.Contains("<h2 id=\"h-seeds\">Over the seeds</h2>", report, StringComparison.Ordinal);
        Assert.Contains("<td class=\"num\">88.00 \u00B1 2.00\u00A0%</td>", System.Net.WebUtility.HtmlDecode(report), StringComparison.Ordinal);
        Assert.Contains("\u22123.00 \u00B1 2.65", System.Net.WebUtility.HtmlDecode(report), StringComparison.Ordinal);
        Assert.Contains("<small>55,607 zeros</small>", report, StringComparison.Ordinal);
        Assert.Contains("Zeros are not savings", report, StringComparison.Ordinal);
        Assert.Contains("<button type=\"button\">FLOPs ratio</button>", report, StringComparison.Ordinal);
        Assert.Contains("<button type=\"button\">Speed-up, batch 64</button>", report, StringComparison.Ordinal);
        Assert.Contains("data-trial=\"dense-seed-5\"", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfOneSeedHasNoSpread()
    {
        var plan = ExperimentPlanner.Plan(SpecText.Spec);
        var report = HtmlReport.Write(ResultBuilder.Build(SpecText.Spec, plan, ExperimentState.Running, new Outcomes().Complete(plan.Dense, 0.87, s_dense).Of));

        Assert.DoesNotContain("id=\"h-seeds\"", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Zeros are not savings", report, StringComparison.Ordinal);
    }

    /// <summary>Every method has a form and a colour of its own.</summary>
    [Fact]
    public void EveryMethod_HasAFormAndAColour()
    {
        var methods = Enum.GetValues<PruningMethod>();
        var style = HtmlReport.Resource("report.css");

        Assert.Equal(methods.Length, methods.Select(method => Report.Marker.Of(method).Text).Distinct().Count());
        Assert.All(methods, method =>
        {
            var name = Report.Words.Method(method);
            Assert.Contains($".{name} {{ --c: var(--{name}); }}", style, StringComparison.Ordinal);
            Assert.Equal(3, style.Split($"--{name}: #").Length - 1);
        });
    }

    [Theory]
    [InlineData(PruningMethod.Somp, null, null, "somp, 40\u00A0% removed")]
    [InlineData(PruningMethod.Somp, BudgetTarget.Flops, 2L, "somp, 40\u00A0% of FLOPs removed, seed 2")]
    [InlineData(PruningMethod.Omp, null, 0L, "omp, 40\u00A0% zeros, seed 0")]
    public void Settings_AreSaidInWords(PruningMethod method, BudgetTarget? target, long? seed, string words) =>
        Assert.Equal(words, Report.Words.Settings(new TrialSettings { Method = method, Sparsity = 0.4, Target = target, Seed = seed }));

    /// <summary>Numbers to twelve digits.</summary>
    private static class Close
    {
        public static IEqualityComparer<(double, double, int)> Triple { get; } = EqualityComparer<(double, double, int)>.Create(
            (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && Math.Abs(a.Item2 - b.Item2) < 1e-12 && a.Item3 == b.Item3);
    }
}
