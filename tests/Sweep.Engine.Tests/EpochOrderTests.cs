using Sweep.Engine.Data;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

public class EpochOrderTests
{
    private static TrainingRecipe Recipe(int? repeats, int? images = null) => new()
    {
        Epochs = 1,
        Batch = 4,
        LearningRate = 1,
        Seed = 5,
        ImagesPerEpoch = images,
        Augmentation = repeats is null ? null : new AugmentationRecipe { Repeats = repeats },
    };

    private static int[] Steps(EpochOrder order) => [.. Enumerable.Range(0, order.Steps).SelectMany(step => order.Step(step).ToArray())];

    [Fact]
    public void Without_repeats_an_epoch_has_every_image_once()
    {
        var order = new EpochOrder(Recipe(null), 10, 0);

        Assert.Equal(Enumerable.Range(0, 10), order.Positions.Order());
        Assert.Equal(order.Positions, Steps(order));
        Assert.Equal(order.Positions, new EpochOrder(Recipe(1), 10, 0).Positions);
        Assert.NotEqual(order.Positions, new EpochOrder(Recipe(null), 10, 1).Positions);
    }

    [Theory]
    [InlineData(3, 10, null, 10)]
    [InlineData(3, 12, null, 12)]
    [InlineData(3, 10, 7, 7)]
    [InlineData(5, 3, null, 3)]
    public void Repeats_keep_the_epochs_length_and_show_fewer_images(int repeats, int images, int? perEpoch, int length)
    {
        var order = new EpochOrder(Recipe(repeats, perEpoch), images, 2);

        Assert.Equal(length, order.Positions.Count);
        Assert.Equal((length + 3) / 4, order.Steps);
        var runs = order.Positions.Chunk(repeats).ToList();
        Assert.All(runs, run => Assert.Single(run.Distinct()));
        Assert.Equal(runs.Count, order.Positions.Distinct().Count());
        Assert.Equal(new EpochOrder(Recipe(null, perEpoch), images, 2).Positions.Take(runs.Count), runs.Select(run => run[0]));
    }

    [Fact]
    public void Less_than_one_copy_is_refused()
    {
        var fault = Assert.Throws<StageFaultException>(() => new EpochOrder(Recipe(0), 10, 0));

        Assert.Equal("repeats >= 1 must hold, but repeats is 0.", fault.Message);
    }
}
