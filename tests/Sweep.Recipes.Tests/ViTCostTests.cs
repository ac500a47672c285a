namespace Sweep.Recipes.Tests;

/// <summary>Against integers worked out by hand from the published shapes (1,000 classes, 224 pixels, patches of 16).</summary>
public class ViTCostTests
{
    private static ViTShape DeiT(int width, int heads, int classes = 1000) => ViTShape.Dense(224, 3, 16, classes, width, 12, heads, 4);

    private static ViTShape Uniform(ViTShape dense, int heads, int headWidth, int mlp) => dense with
    {
        Blocks = [.. dense.Blocks.Select(block => block with { Heads = heads, QueryKeyWidth = headWidth, ValueWidth = headWidth, MlpWidth = mlp })],
    };

    [Theory]
    [InlineData(192, 3, 5_717_416)]
    [InlineData(384, 6, 22_050_664)]
    [InlineData(768, 12, 86_567_656)]
    public void Parameters_of_dense_DeiT_are_the_published_integers(int width, int heads, long parameters) =>
        Assert.Equal(parameters, ViTCost.Parameters(DeiT(width, heads)));

    [Theory]
    [InlineData(192, 3, 1.2537)]
    [InlineData(384, 6, 4.5989)]
    [InlineData(768, 12, 17.5638)]
    public void Flops_of_dense_DeiT_are_the_published_figures(int width, int heads, double gigaflops) =>
        Assert.Equal(gigaflops, Math.Round(ViTCost.Flops(DeiT(width, heads)) / 1e9, 4));

    [Theory]
    [InlineData(192, 3, 444_864)]
    [InlineData(384, 6, 1_774_464)]
    [InlineData(768, 12, 7_087_872)]
    public void A_block_costs_its_share(int width, int heads, long parameters) =>
        Assert.Equal(parameters, ViTCost.Parameters(DeiT(width, heads).Blocks[0], width));

    [Theory]
    [InlineData(192, 3, 49_344, 14_650_496, 385, 75_648, 386, 114_457, 385)]
    [InlineData(384, 6, 98_496, 24_333_440, 769, 151_296, 770, 190_105, 769)]
    [InlineData(768, 12, 196_800, 43_699_328, 1_537, 302_592, 1_538, 341_401, 1_537)]
    public void The_price_of_one_group_is_exact(
        int width, int heads, long head, long headFlops, long unit, long unitFlops, long pair, long pairFlops, long channel)
    {
        var block = DeiT(width, heads).Blocks[0];
        (long Parameters, long Flops) Saved(BlockShape smaller) => (
            ViTCost.Parameters(block, width) - ViTCost.Parameters(smaller, width),
            ViTCost.Flops(block, width, 197) - ViTCost.Flops(smaller, width, 197));

        Assert.Equal((head, headFlops), Saved(block with { Heads = heads - 1 }));
        Assert.Equal((unit, unitFlops), Saved(block with { MlpWidth = block.MlpWidth - 1 }));
        Assert.Equal((pair * heads, pairFlops * heads), Saved(block with { QueryKeyWidth = 63 }));
        Assert.Equal((channel * heads, pairFlops * heads), Saved(block with { ValueWidth = 63 }));
    }

    [Theory]
    [InlineData(64, 64, null, 4_239_852, 908_854_400)]
    [InlineData(48, 56, 1, 3_813_516, 801_777_808)]
    public void A_heterogeneous_net_costs_what_its_layers_cost(int queryKey, int value, int? gathered, long parameters, long flops)
    {
        int[] heads = [3, 3, 2, 2, 1, 1, 2, 2, 3, 3, 2, 1];
        int[] mlp = [768, 700, 640, 600, 512, 512, 480, 448, 512, 576, 640, 400];
        var dense = DeiT(192, 3);
        var shape = dense with
        {
            Blocks = [.. heads.Zip(mlp, (h, m) => dense.Blocks[0] with
            {
                Heads = h,
                QueryKeyWidth = queryKey,
                ValueWidth = value,
                MlpWidth = m,
                AttentionInputs = gathered is null ? null : 180,
                MlpInputs = gathered is null ? null : 170,
            })],
        };

        Assert.Equal(parameters, ViTCost.Parameters(shape));
        Assert.Equal(flops, ViTCost.Flops(shape));
    }

    [Theory]
    [InlineData(192, 3, 2, 64, 524, 3_998_008, 0.8564)]
    [InlineData(192, 3, 3, 64, 396, 3_998_776, 0.9160)]
    [InlineData(384, 6, 4, 64, 963, 14_399_116, 2.9746)]
    [InlineData(384, 6, 6, 48, 899, 14_399_500, 3.0044)]
    [InlineData(384, 6, 3, 64, 733, 11_094_724, 2.2650)]
    [InlineData(384, 6, 6, 64, 349, 11_097_028, 2.4438)]
    public void Budget_points_are_exact(int width, int denseHeads, int heads, int headWidth, int mlp, long parameters, double gigaflops)
    {
        var shape = Uniform(DeiT(width, denseHeads), heads, headWidth, mlp);

        Assert.Equal(parameters, ViTCost.Parameters(shape));
        Assert.Equal(gigaflops, Math.Round(ViTCost.Flops(shape) / 1e9, 4));
    }

    [Theory]
    [InlineData(6, 64, 1536, 21_669_514, 4.5985)]
    [InlineData(4, 64, 852, 12_993_658, 2.7727)]
    [InlineData(6, 64, 596, 12_995_194, 2.8919)]
    [InlineData(2, 64, 169, 4_327_030, 0.9486)]
    [InlineData(3, 32, 233, 4_326_646, 0.9188)]
    public void Ten_class_budget_points_are_exact(int heads, int headWidth, int mlp, long parameters, double gigaflops)
    {
        var shape = Uniform(DeiT(384, 6, classes: 10), heads, headWidth, mlp);

        Assert.Equal(parameters, ViTCost.Parameters(shape));
        Assert.Equal(gigaflops, Math.Round(ViTCost.Flops(shape) / 1e9, 4));
    }

    [Theory]
    [InlineData(4, 3, 64, 768, 5_362_762, 0.3651)]
    [InlineData(2, 3, 64, 768, 5_392_714, 1.6692)]
    [InlineData(4, 2, 64, 431, 3_213_694, 0.2193)]
    [InlineData(4, 1, 64, 95, 1_069_246, 0.0739)]
    public void Small_image_points_are_exact(int patch, int heads, int headWidth, int mlp, long parameters, double gigaflops)
    {
        var shape = Uniform(ViTShape.Dense(32, 3, patch, 10, 192, 12, 3, 4), heads, headWidth, mlp);

        Assert.Equal(parameters, ViTCost.Parameters(shape));
        Assert.Equal(gigaflops, Math.Round(ViTCost.Flops(shape) / 1e9, 4));
    }

    [Fact]
    public void The_quickstart_net_has_139018_parameters() =>
        Assert.Equal(139_018, ViTCost.Parameters(ModelPreset.Find("vit-nano-28", 1, 10)!));

    [Fact]
    public void A_removed_branch_keeps_one_vector()
    {
        var block = DeiT(192, 3).Blocks[0] with { Heads = 0, MlpWidth = 0 };

        Assert.Equal(2 * 192, ViTCost.Parameters(block, 192));
        Assert.Equal(0, ViTCost.Flops(block, 192, 197));
    }

    [Fact]
    public void Sparsity_is_the_fraction_of_parameters_removed()
    {
        var dense = DeiT(192, 3);

        Assert.Equal(0, ViTCost.Sparsity(dense, dense));
        Assert.Equal(1 - 3_998_008 / 5_717_416.0, ViTCost.Sparsity(dense, Uniform(dense, 2, 64, 524)), 12);
        Assert.Equal(1 - (5_717_416 - 12 * 444_864 + 12 * 2 * 192) / 5_717_416.0, ViTCost.LargestSparsity(dense), 12);
    }
}
