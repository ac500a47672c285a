using Sweep.Engine.Training;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

public class DropPathTests
{
    private static DropPath? Of(double? rate, int depth) =>
        DropPath.Of(new TrainingRecipe { Epochs = 1, LearningRate = 1, Batch = 4, Seed = 7, DropPath = rate }, depth);

    [Fact]
    public void Rates_rise_linearly_from_0_to_the_recipes()
    {
        var path = Of(0.3, 4)!;

        Assert.Equal([0, 0.1, 0.2, 0.3], Enumerable.Range(0, 4).Select(path.Rate).Select(rate => Math.Round(rate, 12)));
    }

    [Fact]
    public void Nothing_is_dropped_where_nothing_can_be()
    {
        Assert.Null(Of(null, 4));
        Assert.Null(Of(0, 4));
        Assert.Null(Of(0.3, 1));
    }

    [Fact]
    public void Branches_are_dropped_at_their_rate_and_scaled_to_keep_the_mean()
    {
        using var scope = NewDisposeScope();
        const int Images = 20_000;

        var kept = Of(0.4, 3)!.Draw(0, Images, CPU);

        Assert.Equal([6, Images, 1, 1], kept.shape);
        var values = kept.data<float>().ToArray();
        for (var place = 0; place < 6; place++)
        {
            var rate = new[] { 0, 0.2, 0.4 }[place / 2];
            var row = values.AsSpan(place * Images, Images).ToArray();
            Assert.All(row, factor => Assert.True(factor == 0 || factor == (float)(1 / (1 - rate))));
            Assert.Equal(rate, row.Count(factor => factor == 0) / (double)Images, 0.015);
        }

        // Attention and MLP of a block, and neighbours of a batch, are drawn apart.
        Assert.NotEqual(values[(2 * Images)..(3 * Images)], values[(3 * Images)..(4 * Images)]);
    }

    [Fact]
    public void Draws_depend_on_the_step_alone()
    {
        using var scope = NewDisposeScope();
        float[] Draw(long step) => Of(0.5, 3)!.Draw(step, 16, CPU).data<float>().ToArray();

        Assert.Equal(Draw(3), Draw(3));
        Assert.NotEqual(Draw(3), Draw(4));
    }
}
