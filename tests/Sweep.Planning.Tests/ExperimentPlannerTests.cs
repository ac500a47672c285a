using Sweep.Recipes;

namespace Sweep.Planning;

public sealed class ExperimentPlannerTests
{
    private static readonly ExperimentPlan s_plan = ExperimentPlanner.Plan(SpecText.Spec);

    [Fact]
    public void Plan_GivesEachMethodItsPath()
    {
        string PathOf(PruningMethod method) =>
            string.Join(' ', s_plan.Trials.First(trial => trial.Settings!.Method == method).Stages.Select(stage => stage.Kind));

        Assert.Equal("Pretrain Evaluate", string.Join(' ', s_plan.Dense.Stages.Select(stage => stage.Kind)));
        Assert.Equal("Pretrain RankHeads SoftPrune HardPrune FineTune Evaluate", PathOf(PruningMethod.Gohsp));
        Assert.Equal("Pretrain SparseTrain HardPrune FineTune Evaluate", PathOf(PruningMethod.Vtp));
        Assert.Equal("Pretrain HardPrune FineTune Evaluate", PathOf(PruningMethod.Somp));
    }

    /// <summary>
    /// 9 gohsp trials of 6+2+3 epochs, 6 vtp of 11, 3 somp of 9. Needed: Pretrain 6, 9 SoftPrune of 2, 2 SparseTrain of 2, 18 FineTune of 3.
    /// Stages: Pretrain, dense Evaluate, RankHeads, 9 SoftPrune, 2 SparseTrain, 18 × (HardPrune, FineTune, Evaluate).
    /// </summary>
    [Fact]
    public void Plan_CountsEpochsAskedAndNeeded()
    {
        Assert.Equal(9 * 11 + 6 * 11 + 3 * 9, s_plan.EpochsAsked);
        Assert.Equal(6 + 9 * 2 + 2 * 2 + 18 * 3, s_plan.EpochsNeeded);
        Assert.Equal(1 + 1 + 1 + 9 + 2 + 18 * 3, s_plan.Stages);
    }

    [Fact]
    public void Plan_SharesOneRankHeadsAndOneSparseTrainALambda()
    {
        int Distinct(StageKind kind) => s_plan.Trials.SelectMany(trial => trial.Stages).Where(stage => stage.Kind == kind).DistinctBy(stage => stage.Id).Count();

        Assert.Equal(1, Distinct(StageKind.Pretrain));
        Assert.Equal(1, Distinct(StageKind.RankHeads));
        Assert.Equal(9, Distinct(StageKind.SoftPrune));
        Assert.Equal(2, Distinct(StageKind.SparseTrain));
        Assert.Equal(18, Distinct(StageKind.FineTune));
    }

    [Fact]
    public void Plan_CarriesTheSpecIntoTheRecipes()
    {
        var stages = s_plan.Trials[1].Stages;

        var pretrain = Assert.IsType<PretrainRecipe>(stages[0]);
        Assert.Equal((6, 1e-3, 128), (pretrain.Training.Epochs, pretrain.Training.LearningRate, pretrain.Training.Batch));
        Assert.Equal(KnownData.Find("fashion-mnist")!.Digest, pretrain.Data.Digest);
        Assert.Equal(ViTCost.Parameters(ModelPreset.Find("vit-nano-28", 1, 10)!), ViTCost.Parameters(pretrain.Shape));
        var soft = Assert.IsType<SoftPruneRecipe>(stages[2]);
        Assert.Equal((0.2, 0.01, 0.0, pretrain.Id), (soft.Sparsity, soft.Rho, soft.Lambda, soft.Weights));
        var hard = Assert.IsType<HardPruneRecipe>(stages[3]);
        Assert.Equal((PruningMethod.Gohsp, 0.2), (hard.Method, hard.Sparsity));
        Assert.True(hard.Gates is null && hard.Scope is null && hard.Patterns is null);
    }

    [Fact]
    public void Plan_DerivesEverySeedFromTheSpecs()
    {
        var again = ExperimentPlanner.Plan(SpecText.Spec);
        var other = ExperimentPlanner.Plan(SpecText.Spec with { Seed = 8 });

        Assert.Equal(s_plan.Trials.SelectMany(t => t.Stages).Select(s => s.Id), again.Trials.SelectMany(t => t.Stages).Select(s => s.Id));
        Assert.Empty(s_plan.Trials.SelectMany(t => t.Stages).Select(s => s.Id).Intersect(other.Trials.SelectMany(t => t.Stages).Select(s => s.Id)));
        var (pretrain, soft) = ((PretrainRecipe)s_plan.Trials[0].Stages[0], (SoftPruneRecipe)s_plan.Trials[0].Stages[2]);
        Assert.NotEqual(pretrain.Training.Seed, soft.Training.Seed);
    }

    /// <summary>The name, the parallelism and the number of a trial decide nothing about an answer.</summary>
    [Fact]
    public void Plan_KeepsLabelsOutOfIds()
    {
        var other = ExperimentPlanner.Plan(SpecText.Spec with { Name = "another", Parallelism = null });

        Assert.Equal(s_plan.Trials[3].Stages[^1].Id, other.Trials[3].Stages[^1].Id);
    }

    /// <summary>Golden: a change here makes every user's finished stages strangers, so it must be meant.</summary>
    [Theory]
    [InlineData(0, 0, "pretrain-1-kdhq4f96hgy778c1yxwy8wd8sw")]
    [InlineData(0, 1, "rankheads-1-ar74mmw309dej2cst71485mdsr")]
    [InlineData(0, 2, "softprune-1-tp9x5pnz3nx2p6dm6jgx6r6rtc")]
    [InlineData(0, 5, "evaluate-1-tc080a2dhxy5k4d8z1pprnd374")]
    [InlineData(9, 1, "sparsetrain-1-59zvj6ad53w8xk2vzvprknnva4")]
    [InlineData(9, 2, "hardprune-1-5k8mba70c94j8k0ywq73nkx7tr")]
    [InlineData(15, 3, "evaluate-1-9wrztxr3qp8g3yf15q5t4b0e64")]
    public void Plan_HasKnownIds(int trial, int stage, string id) => Assert.Equal(id, s_plan.Trials[trial].Stages[stage].Id.Value);

    /// <summary>
    /// Epochs needed: Pretrain 1, four methods' training 1 each, S²ViTE's 2 (1 and half of one, rounded), ten times FineTune 1. Stages: Pretrain,
    /// dense Evaluate, RankHeads, SoftPrune, SparseTrain, two GradualPrune, two ScoreGroups, DynamicSparse, 10 × (HardPrune, FineTune, Evaluate).
    /// </summary>
    [Fact]
    public void Plan_OfTheSmokeSampleIsOneTrialAMethod()
    {
        var plan = ExperimentPlanner.Plan(SweepSpecReader.ReadFile(SpecText.Sample("smoke.yaml")));

        Assert.Equal((10, 4 * 3 + 5 * 2 + 3, 17, 40), (plan.Trials.Count, plan.EpochsAsked, plan.EpochsNeeded, plan.Stages));
    }

    [Fact]
    public void Plan_OfTheQuickstartSampleSharesMostOfItsWork()
    {
        var plan = ExperimentPlanner.Plan(SweepSpecReader.ReadFile(SpecText.Sample("quickstart.yaml")));

        Assert.True(plan.Trials.Count >= 12, $"The quickstart promises 12 trials, but has {plan.Trials.Count}.");
        Assert.True(plan.EpochsNeeded * 1.5 < plan.EpochsAsked, $"{plan.EpochsNeeded} of {plan.EpochsAsked} epochs are needed.");
        Assert.Equal([PruningMethod.Gohsp, PruningMethod.Vtp, PruningMethod.Somp], plan.Trials.Select(trial => trial.Settings!.Method).Distinct().Order());
    }

    [Fact]
    public void Plan_IsAForestOfRecipesThatReadOnlyTheirAncestors()
    {
        var random = new Random(2);
        for (var round = 0; round < 100; round++)
        {
            var plan = ExperimentPlanner.Plan(RandomSpec.Next(random));
            foreach (var trial in plan.Paths)
            {
                for (var i = 0; i < trial.Stages.Count; i++)
                {
                    var above = trial.Stages.Take(i).Select(stage => stage.Id).ToList();
                    Assert.All(trial.Stages[i].Inputs, input => Assert.Contains(input, above));
                    Assert.Equal(trial.Stages[i].Id, CanonicalJson.Deserialize<StageRecipe>(CanonicalJson.Serialize<StageRecipe>(trial.Stages[i])).Id);
                }

                Assert.Equal(trial.Stages.Count, trial.Stages.Select(stage => stage.Id).Distinct().Count());
            }

            Assert.True(plan.EpochsNeeded <= plan.EpochsAsked + plan.DenseSeeds.Sum(dense => dense.Stages.Sum(stage => stage.Epochs)));
            Assert.Equal(plan.Trials.Count, plan.Trials.Select(trial => trial.Evaluate.Id).Distinct().Count());
        }
    }

    [Fact]
    public void Plan_RefusesAMethodWithoutItsTraining()
    {
        var e = Assert.Throws<ArgumentException>(() => ExperimentPlanner.Plan(SpecText.Spec with { Sparsify = null }));

        Assert.StartsWith("The method Gohsp needs the section sparsify, but the spec has none.", e.Message, StringComparison.Ordinal);
    }
}
