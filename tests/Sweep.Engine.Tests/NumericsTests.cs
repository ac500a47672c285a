using Sweep.Engine.Data;
using Sweep.Engine.Numerics;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

public class NumericsTests
{
    private static readonly TrainingRecipe s_recipe = new() { Epochs = 4, LearningRate = 1, Batch = 10, Warmup = 0.1, Seed = 5 };

    [Fact]
    public void Draws_depend_on_seed_purpose_and_index()
    {
        int[] Draw(long seed, string purpose, long index) => new SeededRandom(seed, purpose, index).Draw(1000, 20);

        Assert.Equal(Draw(1, "order", 2), Draw(1, "order", 2));
        Assert.NotEqual(Draw(1, "order", 2), Draw(2, "order", 2));
        Assert.NotEqual(Draw(1, "order", 2), Draw(1, "crop", 2));
        Assert.NotEqual(Draw(1, "order", 2), Draw(1, "order", 3));
    }

    [Fact]
    public void A_full_draw_is_a_permutation() =>
        Assert.Equal(Enumerable.Range(0, 500), new SeededRandom(1, "order").Draw(500, 500).Order());

    [Fact]
    public void Gaussians_have_unit_deviation()
    {
        var random = new SeededRandom(1, "noise");
        var values = Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian()).ToArray();

        Assert.Equal(0, values.Average(), 2);
        Assert.Equal(1, values.Average(value => value * value), 1);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.8413447460685429)]
    [InlineData(-1, -0.15865525393145707)]
    [InlineData(3, 2.99595030590511)]
    [InlineData(-2.5, -0.015524163314440398)]
    [InlineData(20, 20)]
    public void Gelu_is_exact(double x, double y) => Assert.Equal(y, Gelu.Of(x), 14);

    [Fact]
    public void An_epoch_draws_its_images_without_replacement_and_ends_with_a_short_step()
    {
        var order = new EpochOrder(s_recipe with { ImagesPerEpoch = 25 }, 100, 3);
        var seen = Enumerable.Range(0, order.Steps).SelectMany(step => order.Step(step).ToArray()).ToList();

        Assert.Equal(3, order.Steps);
        Assert.Equal(5, order.Step(2).Length);
        Assert.Equal(25, seen.Distinct().Count());
        Assert.NotEqual(seen, Enumerable.Range(0, 3).SelectMany(step => new EpochOrder(s_recipe with { ImagesPerEpoch = 25 }, 100, 4).Step(step).ToArray()));
    }

    [Fact]
    public void More_images_per_epoch_than_there_are_is_refused()
    {
        var fault = Assert.Throws<StageFaultException>(() => new EpochOrder(s_recipe with { ImagesPerEpoch = 101 }, 100, 0));

        Assert.Equal(FailureReason.InvalidRecipe, fault.Reason);
        Assert.Contains("101", fault.Message);
    }

    [Fact]
    public void The_learning_rate_rises_linearly_and_falls_as_a_cosine()
    {
        double At(long step) => LearningRate.At(s_recipe, step, 100);

        Assert.Equal(0.1, At(0), 12);
        Assert.Equal(0.5, At(4), 12);
        Assert.Equal(1, At(9), 12);
        Assert.Equal(0.5, At(54), 12);
        Assert.Equal(0, At(99), 12);
        Assert.All(Enumerable.Range(10, 89), step => Assert.True(At(step) < At(step - 1)));
    }
}
