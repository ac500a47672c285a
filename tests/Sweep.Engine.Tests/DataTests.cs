using Sweep.Data;
using Sweep.Engine.Data;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

public sealed class DataTests
{
    [FashionMnistFact]
    public void Fashion_MNIST_is_what_it_is_registered_as()
    {
        var known = KnownData.Find("fashion-mnist")!;
        var data = new FileDataSource().Load(new DataRecipe { Name = known.Name, Digest = known.Digest, Validation = 5000, SplitSeed = 0 }, []);

        Assert.Equal(60_000, data.Training.Count);
        Assert.Equal(10_000, data.Test.Count);
        var mean = data.Training.Pixels.Average(pixel => pixel / 255.0);
        Assert.Equal(data.Statistics.Mean[0], mean, 3);
    }

    [Fact]
    public void Batches_are_normalised()
    {
        using var scope = NewDisposeScope();
        using var images = new ImageTensors(new LabelledImages([0, 255, 51, 102, 1, 2, 3, 4], [7, 9], 1, 2), new PixelStatistics([0.2f], [0.5f]), CPU);

        var (pixels, labels) = images.Batch([0]);

        Assert.Equal([1, 1, 2, 2], pixels.shape);
        Assert.All(new[] { -0.4, 1.6, 0, 0.4 }.Zip(pixels.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 5));
        Assert.Equal([7L], labels.data<long>().ToArray());
    }

    [Fact]
    public void Augmented_images_are_shifted_and_mirrored_copies()
    {
        using var scope = NewDisposeScope();
        const int Side = 4;
        var pixels = Enumerable.Range(1, Side * Side).Select(i => (float)i).ToArray();
        var images = tensor(Enumerable.Repeat(pixels, 40).SelectMany(image => image).ToArray()).view(40, 1, Side, Side);
        var recipe = new TrainingRecipe { Epochs = 1, Batch = 1, LearningRate = 1, CropPadding = 1, Flip = true };

        var augmented = Augmentation.Of(recipe, 3)!.Apply(images, zeros(1, 1, 1)).data<float>().ToArray();

        var all = (from top in Enumerable.Range(0, 3) from left in Enumerable.Range(0, 3) from mirrored in new[] { false, true } select Shifted(pixels, top - 1, left - 1, mirrored)).ToList();
        var found = augmented.Chunk(Side * Side).Select(image => all.FindIndex(candidate => candidate.SequenceEqual(image))).ToList();
        Assert.DoesNotContain(-1, found);
        Assert.True(found.Distinct().Count() > 5);
        Assert.Equal(augmented, Augmentation.Of(recipe, 3)!.Apply(images, zeros(1, 1, 1)).data<float>().ToArray());
        Assert.NotEqual(augmented, Augmentation.Of(recipe, 4)!.Apply(images, zeros(1, 1, 1)).data<float>().ToArray());
    }

    private static float[] Shifted(float[] image, int down, int right, bool mirrored)
    {
        var result = new float[16];
        for (var y = 0; y < 4; y++)
        {
            for (var x = 0; x < 4; x++)
            {
                var (row, column) = (y + down, (mirrored ? 3 - x : x) + right);
                result[y * 4 + x] = row is >= 0 and < 4 && column is >= 0 and < 4 ? image[row * 4 + column] : 0;
            }
        }

        return result;
    }
}
