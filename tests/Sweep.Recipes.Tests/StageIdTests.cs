namespace Sweep.Recipes.Tests;

public class StageIdTests
{
    /// <summary>If one of these changes, every result ever computed is lost: then a version must be raised on purpose.</summary>
    [Theory]
    [InlineData(StageKind.Pretrain, "pretrain-1-5h3k0x1xkcc0wqsabga743vwkg")]
    [InlineData(StageKind.RankHeads, "rankheads-1-ewpjmz9fm8mdkwh08cd5fyznb8")]
    [InlineData(StageKind.SoftPrune, "softprune-1-zsfytw7qt8w402az3gzf55dqh4")]
    [InlineData(StageKind.SparseTrain, "sparsetrain-1-w39nprdgm22rg60svja8a94tc8")]
    [InlineData(StageKind.HardPrune, "hardprune-1-dctj30za09sks1vcya0dgpqty4")]
    [InlineData(StageKind.FineTune, "finetune-1-azkmvnh8eb4082kfsdh7mr5m70")]
    [InlineData(StageKind.Evaluate, "evaluate-1-sp5f6gz4pc9dscqvdx477g4894")]
    public void Known_recipes_keep_their_ids(StageKind kind, string id)
    {
        var recipe = Recipes.Each.Single(candidate => candidate.Kind == kind);

        Assert.Equal(id, recipe.Id.Value);
    }

    [Fact]
    public void Default_written_out_equals_default_omitted()
    {
        var spelled = Recipes.RankHeads with { Images = 512, Similarity = HeadSimilarity.Cosine, Teleport = 0 };

        Assert.Equal(Recipes.RankHeads.Id, spelled.Id);
        Assert.Equal(Recipes.RankHeads, spelled);
    }

    [Fact]
    public void A_copy_does_not_inherit_the_id()
    {
        _ = Recipes.SoftPrune.Id;

        Assert.NotEqual(Recipes.SoftPrune.Id, (Recipes.SoftPrune with { Rho = 2e-2 }).Id);
    }

    [Fact]
    public void A_change_far_above_changes_every_id_below()
    {
        var pretrain = Recipes.Pretrain with { Training = Recipes.Training with { Seed = 2 } };
        var sparse = Recipes.SparseTrain with { Parent = pretrain.Id };
        var hard = Recipes.HardPrune with { Parent = sparse.Id };

        Assert.NotEqual(Recipes.Pretrain.Id, pretrain.Id);
        Assert.NotEqual(Recipes.SparseTrain.Id, sparse.Id);
        Assert.NotEqual(Recipes.HardPrune.Id, hard.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pretrain")]
    [InlineData("Pretrain-1-00000000000000000000000000")]
    [InlineData("polish-1-00000000000000000000000000")]
    [InlineData("pretrain-x-00000000000000000000000000")]
    [InlineData("pretrain-1-0000000000000000000000000")]
    [InlineData("pretrain-1-0000000000000000000000000u")]
    [InlineData("pretrain-1-000000000/../00000000000000")]
    public void Parse_refuses_what_is_no_id(string text) => Assert.Throws<FormatException>(() => StageId.Parse(text));

    [Fact]
    public void Parse_reads_what_ToString_writes()
    {
        var id = Recipes.Evaluate.Id;

        Assert.Equal(id, StageId.Parse(id.ToString()));
        Assert.Equal(StageKind.Evaluate, id.Kind);
    }
}
