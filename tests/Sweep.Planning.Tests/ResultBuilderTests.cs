using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class ResultBuilderTests
{
    private static readonly ViTShape s_dense = ModelPreset.Find("vit-nano-28", 1, 10)!;
    private static readonly ExperimentPlan s_plan = ExperimentPlanner.Plan(SpecText.Spec);

    private static ViTShape WithMlp(int width) => s_dense with { Blocks = [.. s_dense.Blocks.Select(block => block with { MlpWidth = width })] };

    private static ExperimentResult Build(Outcomes outcomes, ExperimentState state = ExperimentState.Running) =>
        ResultBuilder.Build(SpecText.Spec, s_plan, state, outcomes.Of);

    [Fact]
    public void Result_OfNothingIsWaiting()
    {
        var result = Build(new Outcomes());

        Assert.All(result.Trials, trial => Assert.Equal(TrialState.Waiting, trial.State));
        Assert.True(result is { Dense: null, Hypervolume: null, Front: [] });
        Assert.Equal((192, 82, 0), (result.Sharing.EpochsAsked, result.Sharing.EpochsNeeded, result.Sharing.EpochsRun));
        Assert.Equal(("fashion-mnist", 5000, 10000, 7L), (result.Scope.Data, result.Scope.ValidationImages, result.Scope.TestImages, Assert.Single(result.Scope.Seeds)));
    }

    [Fact]
    public void Result_OfACompleteTrialHasItsMetricsShapeAndStages()
    {
        var trial = s_plan.Trials[0];
        var result = Build(new Outcomes().Complete(trial, 0.85, WithMlp(64)));

        var found = result.Trials[0];
        Assert.Equal((TrialState.Complete, "cpu", 1.5e-6), (found.State, found.Device, found.LargestLogitDifference));
        Assert.Equal(
            new TrialMetrics { Accuracy = 0.85, TestAccuracy = 0.84, Parameters = ViTCost.Parameters(WithMlp(64)), Flops = ViTCost.Flops(WithMlp(64)) },
            found.Metrics);
        Assert.Equal(trial.Stages.Select(stage => stage.Id), found.Stages);
        Assert.Equal(64, found.Shape!.Blocks[0].MlpWidth);
        Assert.Equal(["t0001"], result.Front);
        Assert.Null(result.Hypervolume);
    }

    /// <summary>t1 is best, t2 smaller and worse, t3 as small as t2 and worse still, t4 equals t2.</summary>
    [Fact]
    public void Front_HoldsTheNonDominatedBestFirst()
    {
        var outcomes = new Outcomes()
            .Complete(s_plan.Dense, 0.87, s_dense)
            .Complete(s_plan.Trials[1], 0.80, WithMlp(20))
            .Complete(s_plan.Trials[0], 0.86, WithMlp(80))
            .Complete(s_plan.Trials[2], 0.79, WithMlp(20))
            .Complete(s_plan.Trials[3], 0.80, WithMlp(20));

        var result = Build(outcomes);

        Assert.Equal(["t0001", "t0002", "t0004"], result.Front);
        Assert.Equal(0.87, result.Dense!.Accuracy);
        Assert.Equal(ExpectedVolume(), result.Hypervolume!.Value, 12);

        double ExpectedVolume()
        {
            double[] Gain(double accuracy, ViTShape shape) =>
            [
                accuracy,
                1 - (double)ViTCost.Parameters(shape) / ViTCost.Parameters(s_dense),
                1 - (double)ViTCost.Flops(shape) / ViTCost.Flops(s_dense),
            ];
            var (large, small) = (Gain(0.86, WithMlp(80)), Gain(0.80, WithMlp(20)));
            return large[0] * large[1] * large[2] + small[0] * small[1] * small[2] - small[0] * large[1] * large[2];
        }
    }

    [Fact]
    public void Front_IsSelectedOnValidationAndNeverOnTest()
    {
        var trials = new[] { ("a", 0.8, 0.9), ("b", 0.9, 0.8) }.Select(t => new TrialResult
        {
            Id = t.Item1,
            State = TrialState.Complete,
            Settings = s_plan.Trials[0].Settings!,
            Metrics = new TrialMetrics { Accuracy = t.Item2, TestAccuracy = t.Item3, Parameters = 10, Flops = 10 },
            Stages = [],
        }).ToList();

        Assert.Equal(["b"], ResultBuilder.FrontOf(trials, SpecText.Spec.Objectives).Select(trial => trial.Id));
    }

    [Fact]
    public void Result_NamesTheStageThatFailedForEveryTrialBelowIt()
    {
        var rank = s_plan.Trials[0].Stages[1];
        var result = Build(new Outcomes().Succeed(s_plan.Dense.Stages[0]).Fail(rank));

        var failed = result.Trials.Where(trial => trial.State == TrialState.Failed).ToList();
        Assert.Equal(9, failed.Count);
        Assert.All(failed, trial => Assert.Equal((rank.Id, FailureReason.NonFiniteLoss), (trial.Failure!.Stage, trial.Failure.Failure.Reason)));
        Assert.All(failed, trial => Assert.Null(trial.Metrics));
    }

    [Fact]
    public void Trial_RunsWhenItsNextStageIsRequestedOrItsOwnHaveBegun()
    {
        var (t1, t10) = (s_plan.Trials[0], s_plan.Trials[9]);

        Assert.Equal(TrialState.Running, Build(new Outcomes().Start(t1.Stages[0])).Trials[0].State);
        Assert.Equal(TrialState.Waiting, Build(new Outcomes().Succeed(t1.Stages[0])).Trials[0].State);
        Assert.Equal(TrialState.Running, Build(new Outcomes().Succeed(t1.Stages[0]).Start(t1.Stages[1])).Trials[0].State);
        Assert.Equal(TrialState.Waiting, Build(new Outcomes().Succeed(t1.Stages[0]).Start(t1.Stages[1])).Trials[9].State);
        Assert.Equal(TrialState.Running, Build(new Outcomes().Succeed(t10.Stages[0]).Succeed(t10.Stages[1])).Trials[9].State);
    }

    [Theory]
    [InlineData(ExperimentState.Running, TrialState.Waiting)]
    [InlineData(ExperimentState.Paused, TrialState.Waiting)]
    [InlineData(ExperimentState.Cancelled, TrialState.Stopped)]
    [InlineData(ExperimentState.Failed, TrialState.Stopped)]
    public void UnfinishedTrial_StopsWithItsExperiment(ExperimentState experiment, TrialState trial) =>
        Assert.Equal(trial, Build(new Outcomes(), experiment).Trials[5].State);

    /// <summary>Pretrain 6 and SoftPrune 2 came from another experiment; FineTune 3 is paid here.</summary>
    [Fact]
    public void EpochsRun_CountsWhatThisExperimentPaid()
    {
        var outcomes = new Outcomes().Complete(s_plan.Trials[0], 0.8, s_dense, paidHere: false);
        outcomes.Succeed(s_plan.Trials[0].Stages[4]);

        Assert.Equal(3, Build(outcomes).Sharing.EpochsRun);
        Assert.Equal(11, Build(new Outcomes().Complete(s_plan.Trials[0], 0.8, s_dense)).Sharing.EpochsRun);
    }

    [Fact]
    public void Result_SurvivesTheWire()
    {
        var result = Build(new Outcomes().Complete(s_plan.Dense, 0.87, s_dense).Complete(s_plan.Trials[0], 0.86, WithMlp(80)).Fail(s_plan.Trials[9].Stages[1]));
        var json = CanonicalJson.Serialize(result);

        Assert.Equal(json, CanonicalJson.Serialize(CanonicalJson.Deserialize<ExperimentResult>(json)));
    }
}
