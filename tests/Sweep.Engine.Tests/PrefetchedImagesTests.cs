using Sweep.Data;
using Sweep.Data.Resampling;
using Sweep.Engine.Data;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

public sealed class PrefetchedImagesTests : IDisposable
{
    private const int Side = 8;

    private static readonly PixelStatistics s_statistics = new([0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f]);
    private static readonly TrainingRecipe s_recipe = new() { Epochs = 1, Batch = 6, LearningRate = 1, Seed = 3, CropPadding = 2, Flip = true };

    private readonly LabelledImages _images = new(
        [.. Enumerable.Range(0, 20 * 3 * Side * Side).Select(i => (byte)(i * 31 + i * i % 97))], [.. Enumerable.Range(0, 20).Select(i => i % 4)], 3, Side);

    private readonly IDisposable _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private PrefetchedImages Prefetched(int side = Side) =>
        new(new ImagesInMemory(_images), new EvaluationTransform(side, null), s_statistics, CPU, 2);

    private static List<(float[] Images, long[] Labels)> All(IBatchStream stream)
    {
        using (stream)
        {
            var all = new List<(float[], long[])>();
            while (stream.Next(out var images, out var labels))
            {
                all.Add((images.data<float>().ToArray(), labels.data<long>().ToArray()));
            }

            return all;
        }
    }

    private static void AssertEqual(List<(float[] Images, long[] Labels)> expected, List<(float[] Images, long[] Labels)> actual)
    {
        Assert.Equal(expected.Select(batch => batch.Labels), actual.Select(batch => batch.Labels));
        Assert.Equal(expected.Select(batch => batch.Images), actual.Select(batch => batch.Images));
    }

    [Fact]
    public void Images_of_their_own_size_are_those_of_the_resident_split_bit_for_bit()
    {
        using var resident = new ImageTensors(_images, s_statistics, CPU);
        using var prefetched = Prefetched();

        AssertEqual(All(resident.InOrder(6)), All(prefetched.InOrder(6)));
        var (images, labels) = prefetched.Batch([7, 3, 3]);
        var (expected, expectedLabels) = resident.Batch([7, 3, 3]);
        Assert.Equal([3, 3, Side, Side], images.shape);
        Assert.Equal(expected.data<float>().ToArray(), images.data<float>().ToArray());
        Assert.Equal(expectedLabels.data<long>().ToArray(), labels.data<long>().ToArray());
    }

    [Fact]
    public void A_net_of_another_side_reads_resized_images()
    {
        using var prefetched = Prefetched(12);

        var (images, _) = prefetched.Batch([0, 1]);

        Assert.Equal([2, 3, 12, 12], images.shape);
    }

    [Fact]
    public void Batches_outlive_the_buffers_they_came_from()
    {
        using var prefetched = Prefetched();
        using var stream = prefetched.InOrder(1);

        Assert.True(stream.Next(out var first, out _));
        var before = first.data<float>().ToArray();
        while (stream.Next(out _, out _))
        {
        }

        Assert.Equal(before, first.data<float>().ToArray());
    }

    [Fact]
    public void Crop_and_mirroring_alone_stay_on_the_device()
    {
        using var resident = new ImageTensors(_images, s_statistics, CPU);
        using var registered = new RegisteredImages(_images, s_statistics, CPU, 2);
        var order = new EpochOrder(s_recipe, 20, 1);
        var mixing = s_recipe with { Augmentation = new AugmentationRecipe { Mixup = 0.8, CutMix = 1 } };

        AssertEqual(All(resident.Train(s_recipe, order, 1)), All(registered.Train(s_recipe, order, 1)));
        AssertEqual(All(resident.Train(s_recipe, order, 1)), All(registered.Train(mixing, order, 1)));
        AssertEqual(All(resident.InOrder(7)), All(registered.InOrder(7)));
    }

    [Fact]
    public void More_augmentation_goes_through_the_loader_and_repeats_bit_for_bit()
    {
        using var registered = new RegisteredImages(_images, s_statistics, CPU, 3);
        using var prefetched = Prefetched();
        var recipe = s_recipe with { Augmentation = new AugmentationRecipe { RandAugment = new RandAugmentRecipe(), Erasing = 0.25, Repeats = 3 } };
        var order = new EpochOrder(recipe, 20, 1);

        var first = All(registered.Train(recipe, order, 1));

        AssertEqual(first, All(registered.Train(recipe, new EpochOrder(recipe, 20, 1), 1)));
        AssertEqual(first, All(prefetched.Train(recipe, order, 1)));
        Assert.NotEqual(first[0].Images, All(registered.Train(recipe, order, 2))[0].Images);
        Assert.Equal(order.Positions.Select(position => position % 4L), first.SelectMany(batch => batch.Labels));
    }
}
