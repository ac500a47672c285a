using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

/// <summary>Stages that score groups, and the cuts that read their scores.</summary>
public sealed class ScoreStageTests : IDisposable
{
    private static readonly PretrainRecipe s_pretrain = new() { Shape = TestNets.WideShape, Data = StageBench.Data, Training = StageBench.Training };

    private static readonly ScoreGroupsRecipe s_scores = new()
    {
        Parent = s_pretrain.Id,
        Data = StageBench.Data,
        Criterion = ScoreCriterion.TaylorFisher,
        Batches = 3,
        Batch = 40,
    };

    private readonly StageBench _bench = new();

    public ScoreStageTests() => _bench.Run(s_pretrain);

    public void Dispose() => _bench.Dispose();

    private static HardPruneRecipe HardPrune(PruningMethod method, StageId? scores = null) => new()
    {
        Parent = scores ?? s_pretrain.Id,
        Weights = scores is null ? null : s_pretrain.Id,
        Method = method,
        Sparsity = 0.4,
    };

    [Theory]
    [InlineData(ScoreCriterion.TaylorSquared)]
    [InlineData(ScoreCriterion.TaylorAbsolute)]
    [InlineData(ScoreCriterion.TaylorFisher)]
    [InlineData(ScoreCriterion.Salience)]
    public void One_score_stage_serves_every_sparsity(ScoreCriterion criterion)
    {
        var recipe = s_scores with { Criterion = criterion };
        var method = criterion == ScoreCriterion.Salience ? PruningMethod.Ssp : PruningMethod.Taylor;

        var importance = _bench.Run(recipe).HeadImportance!;

        Assert.All(importance, block => Assert.Equal(1, block.Sum(), 9));
        var table = ScoreTable.Read(_bench.Folder(recipe), TestNets.WideShape);
        Assert.Equal(criterion, table.Criterion);
        foreach (var sparsity in new[] { 0.2, 0.4, 0.6 })
        {
            var hard = HardPrune(method, recipe.Id) with { Sparsity = sparsity };
            var proof = _bench.Run(hard).Surgery!;

            Assert.InRange(1 - proof.CountedParameters / (double)proof.CountedParametersBefore!, sparsity - 0.005, sparsity + 0.005);
            var kept = PruningPlan.Read(_bench.Folder(hard)).Blocks[0].Mlp;
            var scores = table.Blocks[0].Mlp;
            Assert.True(kept.Min(unit => scores[unit]) >= Enumerable.Range(0, scores.Length).Except(kept).Max(unit => scores[unit]));
        }
    }

    [Fact]
    public void Other_images_give_other_scores_and_the_same_the_same()
    {
        var other = s_scores with { Seed = 1 };
        _bench.Run(s_scores);
        _bench.Run(s_scores, "again");
        _bench.Run(other);
        string Table(ScoreGroupsRecipe recipe, string attempt = "") => File.ReadAllText(Path.Combine(_bench.Folder(recipe, attempt), ScoreTable.File));

        Assert.Equal(Table(s_scores), Table(s_scores, "again"));
        Assert.NotEqual(Table(s_scores), Table(other));
    }

    [Fact]
    public void More_images_than_there_are_are_refused()
    {
        var fault = Assert.Throws<StageFaultException>(() => _bench.Run(s_scores with { Batches = 4 }));

        Assert.Equal(FailureReason.InvalidRecipe, fault.Reason);
        Assert.Contains("150 training images", fault.Message);
    }

    [Fact]
    public void Scores_of_another_net_are_refused()
    {
        var other = s_pretrain with { Shape = TestNets.Shape };
        _bench.Run(other);
        _bench.Run(s_scores);

        var fault = Assert.Throws<StageFaultException>(() => _bench.Run(HardPrune(PruningMethod.Taylor, s_scores.Id) with { Weights = other.Id }));

        Assert.Equal(FailureReason.InvalidRecipe, fault.Reason);
    }

    [Fact]
    public void Scores_that_are_missing_are_named()
    {
        var fault = Assert.Throws<StageFaultException>(() => _bench.Run(HardPrune(PruningMethod.Taylor)));

        Assert.Equal(FailureReason.DamagedArtifact, fault.Reason);
        Assert.Contains(ScoreTable.File, fault.Message);
    }

    [Fact]
    public void A_random_cut_follows_from_its_seed()
    {
        var (first, second) = (HardPrune(PruningMethod.Random) with { Seed = 1 }, HardPrune(PruningMethod.Random) with { Seed = 2 });
        _bench.Run(first);
        _bench.Run(first, "again");
        _bench.Run(second);

        Assert.Equal(_bench.Weights(first), _bench.Weights(first, "again"));
        Assert.NotEqual(_bench.Weights(first), _bench.Weights(second));
    }

    [Theory]
    [InlineData(PruningMethod.Somp)]
    [InlineData(PruningMethod.Random)]
    public void A_cut_can_aim_at_Flops_over_all_layers_in_steps(PruningMethod method)
    {
        var budget = new PruningBudget { Target = BudgetTarget.Flops, Scope = PruningScope.Global, MultipleOf = 4 };

        var proof = _bench.Run(HardPrune(method) with { Budget = budget, Norm = GroupNorm.L1 }).Surgery!;

        var target = new CutTarget(proof.Before, 0.4, budget);
        Assert.InRange(target.Error(proof.FlopsAfter!.Value), 0, target.Slack);
        Assert.All(proof.After.Blocks, block => Assert.Equal(0, block.MlpWidth % 4));
    }

    [Fact]
    public void The_proof_lists_what_each_block_cost_and_costs()
    {
        var proof = _bench.Run(HardPrune(PruningMethod.Somp)).Surgery!;

        Assert.Equal(ViTCost.Parameters(proof.Before), proof.CountedParametersBefore);
        Assert.Equal(proof.ParametersAfter, proof.CountedParameters);
        Assert.Equal(ViTCost.Flops(proof.After), proof.FlopsAfter);
        Assert.Equal(proof.ParametersBefore - proof.ParametersAfter, proof.Blocks!.Sum(block => block.ParametersBefore - block.ParametersAfter));
        Assert.Equal(proof.FlopsBefore - proof.FlopsAfter, proof.Blocks!.Sum(block => block.FlopsBefore - block.FlopsAfter));
    }

    [Fact]
    public void Soft_pruning_hands_its_budget_to_the_cut()
    {
        var rank = new RankHeadsRecipe { Parent = s_pretrain.Id, Data = StageBench.Data, Images = 60, Ranking = HeadRanking.Taylor };
        var soft = new SoftPruneRecipe
        {
            Parent = rank.Id,
            Weights = s_pretrain.Id,
            Data = StageBench.Data,
            Training = StageBench.Training with { Epochs = 1 },
            Sparsity = 0.5,
            Rho = 0.1,
            Lambda = 0,
            Budget = new PruningBudget { Target = BudgetTarget.Flops, Scope = PruningScope.Global, MultipleOf = 2 },
        };
        Assert.All(_bench.Run(rank).HeadImportance!, block => Assert.True(block.Distinct().Count() > 1));
        _bench.Run(soft);

        var proof = _bench.Run(new HardPruneRecipe { Parent = soft.Id, Method = PruningMethod.Gohsp, Sparsity = 0.5 }).Surgery!;

        var target = new CutTarget(proof.Before, 0.5, soft.Budget);
        Assert.InRange(target.Error(proof.FlopsAfter!.Value), 0, target.Slack);
        Assert.NotEqual(0.5, 1 - proof.CountedParameters / (double)proof.CountedParametersBefore!, 2);
    }
}
