using Sweep.Engine.Pruning;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;

namespace Sweep.Engine.Tests;

public sealed class StageTests : IDisposable
{
    private static readonly PretrainRecipe s_pretrain = new() { Shape = TestNets.WideShape, Data = StageBench.Data, Training = StageBench.Training };

    private static readonly RankHeadsRecipe s_rankHeads = new() { Parent = s_pretrain.Id, Data = StageBench.Data, Images = 100 };

    private static readonly SoftPruneRecipe s_softPrune = new()
    {
        Parent = s_rankHeads.Id,
        Weights = s_pretrain.Id,
        Data = StageBench.Data,
        Training = StageBench.Training,
        Sparsity = 0.4,
        Rho = 0.1,
        Lambda = 0,
        UpdatesPerEpoch = 2,
        FinalRhoFactor = 5,
    };

    private static readonly SparseTrainRecipe s_sparseTrain = new()
    {
        Parent = s_pretrain.Id,
        Data = StageBench.Data,
        Training = StageBench.Training,
        Lambda = 1e-3,
    };

    private readonly StageBench _bench = new();

    public void Dispose() => _bench.Dispose();

    private static HardPruneRecipe HardPrune(StageId parent, PruningMethod method, double sparsity = 0.4) =>
        new() { Parent = parent, Method = method, Sparsity = sparsity };

    private static FineTuneRecipe FineTune(StageId parent, int? from = null, int? to = null) =>
        new() { Parent = parent, Data = StageBench.Data, Training = StageBench.Training with { From = from, To = to } };

    [Fact]
    public void A_small_net_learns_and_every_method_cuts_it_to_the_sparsity()
    {
        var training = StageBench.Training with { ImagesPerEpoch = null };
        var pretrain = s_pretrain with { Training = training };
        var rankHeads = s_rankHeads with { Parent = pretrain.Id };
        var softPrune = s_softPrune with { Parent = rankHeads.Id, Weights = pretrain.Id, Training = training };
        var sparseTrain = s_sparseTrain with { Parent = pretrain.Id, Training = training };
        StageRecipe[] prepared = [pretrain, rankHeads, softPrune, sparseTrain];
        Assert.All(prepared, recipe => _bench.Run(recipe));
        var dense = Evaluate(pretrain.Id);
        Assert.True(dense.Accuracy > 0.8, $"three shades must be easy, but the accuracy is {dense.Accuracy}");
        foreach (var hard in new[]
                 {
                     HardPrune(softPrune.Id, PruningMethod.Gohsp),
                     HardPrune(sparseTrain.Id, PruningMethod.Vtp),
                     HardPrune(pretrain.Id, PruningMethod.Somp),
                     HardPrune(pretrain.Id, PruningMethod.Somp) with { Scope = PruningScope.Global },
                 })
        {
            var surgery = _bench.Run(hard).Surgery!;
            var tuned = FineTune(hard.Id) with { Training = training };
            _bench.Run(tuned);
            var evaluation = Evaluate(tuned.Id);

            Assert.InRange(surgery.CountedParameters / (double)dense.Parameters, 0.595, 0.605);
            Assert.Equal(surgery.CountedParameters, evaluation.Parameters);
            Assert.Equal(ViTCost.Parameters(surgery.After), evaluation.Parameters);
            Assert.True(evaluation.Flops < dense.Flops);
            Assert.True(surgery.LargestLogitDifference < 1e-4);
            Assert.True(evaluation.Accuracy > 0.8, $"{hard.Method}: accuracy {evaluation.Accuracy}");
        }
    }

    private Evaluation Evaluate(StageId parent) => _bench.Run(new EvaluateRecipe { Parent = parent, Data = StageBench.Data }).Evaluation!;

    public static TheoryData<StageKind> TrainingKinds => [StageKind.Pretrain, StageKind.SoftPrune, StageKind.SparseTrain, StageKind.FineTune];

    private StageRecipe Prepared(StageKind kind)
    {
        if (kind == StageKind.Pretrain)
        {
            return s_pretrain;
        }

        _bench.Run(s_pretrain);
        switch (kind)
        {
            case StageKind.SoftPrune:
                _bench.Run(s_rankHeads);
                return s_softPrune;
            case StageKind.SparseTrain:
                return s_sparseTrain;
            default:
                var hard = HardPrune(s_pretrain.Id, PruningMethod.Somp);
                _bench.Run(hard);
                return FineTune(hard.Id);
        }
    }

    [Theory]
    [MemberData(nameof(TrainingKinds))]
    public void Four_epochs_equal_two_and_two_more_bit_for_bit(StageKind kind)
    {
        var recipe = Prepared(kind);
        var whole = _bench.Run(recipe, "whole");

        var stopped = Assert.Throws<StageStoppedException>(() => _bench.Run(recipe, "parts", drainAfter: 2));
        Assert.Equal(StopReason.Drained, stopped.Reason);
        Assert.False(Directory.Exists(_bench.Folder(recipe, "parts")));
        var parts = _bench.Run(recipe, "parts");

        Assert.Equal(_bench.Weights(recipe, "whole"), _bench.Weights(recipe, "parts"));
        Assert.Equal(whole.Curve, parts.Curve);
        Assert.Equal(4, whole.Curve!.Count);
        Assert.Equal(whole.Provenance.Weights, parts.Provenance.Weights);
    }

    [Theory]
    [MemberData(nameof(TrainingKinds))]
    public void A_damaged_checkpoint_is_reported_and_the_older_one_used(StageKind kind)
    {
        var recipe = Prepared(kind);
        _bench.Run(recipe, "whole");
        Assert.Throws<StageStoppedException>(() => _bench.Run(recipe, "damaged", drainAfter: 3));
        var newest = Path.Combine(_bench.Checkpoints(recipe, "damaged"), "epoch-0003", "state.safetensors");
        var bytes = File.ReadAllBytes(newest);
        bytes[^9] ^= 1;
        File.WriteAllBytes(newest, bytes);

        _bench.Run(recipe, "damaged");

        Assert.Contains("epoch-0003", _bench.Log.ToString());
        Assert.Contains("SHA-256", _bench.Log.ToString());
        Assert.Equal(_bench.Weights(recipe, "whole"), _bench.Weights(recipe, "damaged"));
    }

    [Fact]
    public void The_newest_two_checkpoints_stay()
    {
        _bench.Run(s_pretrain);

        Assert.Equal(
            ["epoch-0003", "epoch-0004"],
            Directory.GetDirectories(_bench.Checkpoints(s_pretrain)).Select(path => Path.GetFileName(path)).Order());
    }

    [Fact]
    public void Parts_of_a_schedule_equal_the_whole_schedule()
    {
        _bench.Run(s_pretrain);
        var hard = HardPrune(s_pretrain.Id, PruningMethod.Somp);
        _bench.Run(hard);
        var whole = FineTune(hard.Id);
        var first = FineTune(hard.Id, 0, 1);
        var second = FineTune(first.Id, 1, 4);
        _bench.Run(whole);
        _bench.Run(first);

        var curve = _bench.Run(second).Curve!;

        Assert.Equal(_bench.Weights(whole), _bench.Weights(second));
        Assert.Equal([1, 2, 3], curve.Select(record => record.Epoch));
    }

    [Fact]
    public void A_diverging_loss_fails_and_names_its_step()
    {
        var recipe = s_pretrain with { Training = StageBench.Training with { LearningRate = 1e30, Warmup = 0 } };

        var fault = Assert.Throws<StageFaultException>(() => _bench.Run(recipe));

        Assert.Equal(FailureReason.NonFiniteLoss, fault.Reason);
        Assert.Matches("step [1-3] of epoch 0", fault.Message);
    }

    [Fact]
    public void A_cancelled_stage_leaves_no_artifact()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => _bench.Run(s_pretrain, cancelled: source.Token));
        Assert.False(Directory.Exists(_bench.Folder(s_pretrain)));
    }

    [Fact]
    public void Other_seeds_give_other_weights()
    {
        var other = s_pretrain with { Training = StageBench.Training with { Seed = 4 } };
        _bench.Run(s_pretrain);
        _bench.Run(other);

        Assert.NotEqual(_bench.Weights(s_pretrain), _bench.Weights(other));
    }

    [Theory]
    [InlineData(HeadFeature.Attention, HeadSimilarity.Cosine)]
    [InlineData(HeadFeature.Attention, HeadSimilarity.Cka)]
    [InlineData(HeadFeature.Attention, HeadSimilarity.JensenShannon)]
    [InlineData(HeadFeature.Output, HeadSimilarity.Cosine)]
    [InlineData(HeadFeature.Output, HeadSimilarity.Cka)]
    [InlineData(HeadFeature.Weight, HeadSimilarity.Cosine)]
    [InlineData(HeadFeature.Weight, HeadSimilarity.Cka)]
    public void Every_ranking_gives_each_block_a_law(HeadFeature feature, HeadSimilarity similarity)
    {
        _bench.Run(s_pretrain);

        var importance = _bench.Run(s_rankHeads with { Feature = feature, Similarity = similarity }).HeadImportance!;

        Assert.Equal(TestNets.WideShape.Blocks.Count, importance.Count);
        Assert.All(importance, block =>
        {
            Assert.Equal(4, block.Count);
            Assert.Equal(1, block.Sum(), 9);
            Assert.All(block, share => Assert.InRange(share, 0, 0.99));
            Assert.True(block.Distinct().Count() > 1);
        });
    }

    [Fact]
    public void Jensen_and_Shannon_compare_attention_only()
    {
        _bench.Run(s_pretrain);

        var fault = Assert.Throws<StageFaultException>(
            () => _bench.Run(s_rankHeads with { Feature = HeadFeature.Output, Similarity = HeadSimilarity.JensenShannon }));

        Assert.Equal(FailureReason.InvalidRecipe, fault.Reason);
    }

    [Fact]
    public void A_damaged_parent_is_named()
    {
        _bench.Run(s_pretrain);
        var weights = Path.Combine(_bench.Folder(s_pretrain), ModelFolder.WeightsFile);
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..200]);

        var fault = Assert.Throws<StageFaultException>(() => _bench.Run(s_sparseTrain));

        Assert.Equal(FailureReason.DamagedArtifact, fault.Reason);
        Assert.Contains(ModelFolder.WeightsFile, fault.Message);
    }

    [Fact]
    public void The_soft_pruned_structure_is_the_one_that_is_cut()
    {
        _bench.Run(s_pretrain);
        _bench.Run(s_rankHeads);
        _bench.Run(s_softPrune);
        var hard = HardPrune(s_softPrune.Id, PruningMethod.Gohsp);
        var result = _bench.Run(hard);

        var soft = PruningPlan.Read(_bench.Folder(s_softPrune));

        Assert.Equal(soft.After.Blocks, result.Shape!.Blocks);
        Assert.Equal(
            FailureReason.UnreachableSparsity,
            Assert.Throws<StageFaultException>(() => _bench.Run(hard with { Sparsity = 0.5 })).Reason);
    }
}
