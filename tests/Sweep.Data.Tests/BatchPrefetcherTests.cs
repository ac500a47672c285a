using Sweep.Data.Loading;
using Sweep.Data.Pixels;
using Sweep.Data.Resampling;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Data.Tests;

public class BatchPrefetcherTests
{
    private static readonly Normalisation s_normalisation = new(new PixelStatistics([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]));

    /// <summary>Writes an image's index and place as its two values.</summary>
    private sealed class Marking(Action<int>? before = null) : IImagePreparation
    {
        public int Channels => 2;

        public int Side => 1;

        public void Prepare(IImageFiles images, int index, int place, Canvas canvas, Span<float> values)
        {
            before?.Invoke(place);
            images.Decode(index, (_, _) => 0).Dispose();
            (values[0], values[1]) = (index, place);
        }
    }

    private static List<(float[] Values, long[] Labels)> All(BatchPrefetcher batches)
    {
        var all = new List<(float[], long[])>();
        while (batches.Next(out var values, out var labels))
        {
            all.Add((values.ToArray(), labels.ToArray()));
        }

        return all;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Batches_come_in_order_whatever_the_threads(int threads)
    {
        int[] positions = [.. Enumerable.Range(0, 50).Select(i => i * 13 % 17)];
        using var batches = new BatchPrefetcher(new DrawnImages(17, 2, 2), positions, 8, new Marking(), threads);

        var all = All(batches);

        Assert.Equal(7, batches.Batches);
        Assert.Equal([8, 8, 8, 8, 8, 8, 2], all.Select(batch => batch.Labels.Length));
        Assert.Equal(positions.SelectMany((position, place) => new float[] { position, place }), all.SelectMany(batch => batch.Values));
        Assert.Equal(positions.Select(position => position * 7L % 5), all.SelectMany(batch => batch.Labels));
        Assert.False(batches.Next(out _, out _));
    }

    [Fact]
    public void One_and_four_threads_give_the_same_bits()
    {
        var recipe = new TrainingRecipe
        {
            Epochs = 1,
            Batch = 16,
            LearningRate = 1,
            Flip = true,
            CropPadding = 2,
            Augmentation = new AugmentationRecipe { CropArea = 0.08, RandAugment = new RandAugmentRecipe(), ColorJitter = 0.3, Erasing = 0.25 },
        };
        List<(float[] Values, long[] Labels)> With(int threads)
        {
            var preparation = new TrainingPreparation(recipe, 4, new EvaluationTransform(24, 0.875), s_normalisation);
            using var batches = new BatchPrefetcher(new DrawnImages(20), [.. Enumerable.Range(0, 60).Select(i => i / 3)], 16, preparation, threads);
            return All(batches);
        }

        var (one, four) = (With(1), With(4));

        Assert.Equal(4, one.Count);
        Assert.All(one.Zip(four), pair => Assert.True(pair.First.Values.AsSpan().SequenceEqual(pair.Second.Values)));

        // Copies of one image are augmented each in its own way.
        var size = 3 * 24 * 24;
        Assert.False(one[0].Values.AsSpan(0, size).SequenceEqual(one[0].Values.AsSpan(size, size)));
    }

    [Fact]
    public void No_more_batches_are_under_way_than_memory_is_set_aside_for()
    {
        const int Batch = 4;
        var (asked, violations) = (0, 0);
        using var full = new CountdownEvent(BatchPrefetcher.MostAhead * Batch);
        var preparation = new Marking(place =>
        {
            // Of the batches asked for, the one last handed out is still in use.
            if (place / Batch >= Math.Max(0, Volatile.Read(ref asked) - 1) + BatchPrefetcher.MostAhead)
            {
                Interlocked.Increment(ref violations);
            }

            if (!full.IsSet)
            {
                full.Signal();
            }
        });
        using var batches = new BatchPrefetcher(new DrawnImages(400, 2, 2), [.. Enumerable.Range(0, 400)], Batch, preparation, 1);

        full.Wait();
        var count = 0;
        do
        {
            Interlocked.Increment(ref asked);
            count++;
        }
        while (batches.Next(out _, out _));

        Assert.Equal(101, count);
        Assert.Equal(0, violations);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_damaged_file_is_named_when_its_batch_is_asked_for(int threads)
    {
        var images = new DrawnImages(40, 2, 2) { Damaged = { 22, 21, 39 } };
        using var batches = new BatchPrefetcher(images, [.. Enumerable.Range(0, 40)], 10, new Marking(), threads);

        Assert.True(batches.Next(out _, out _));
        Assert.True(batches.Next(out var values, out _));
        Assert.Equal(10, values.Span[0]);
        var fault = Assert.Throws<StageFaultException>(() => batches.Next(out _, out _));
        Assert.Equal(FailureReason.BadData, fault.Reason);
        Assert.StartsWith("train/c/21.jpg: ", fault.Message);
    }

    [Fact]
    public void Disposing_early_ends_waiting_threads_and_nothing_is_prepared_after()
    {
        using var begun = new CountdownEvent(1);
        var prepared = 0;
        var batches = new BatchPrefetcher(
            new DrawnImages(1000, 2, 2),
            [.. Enumerable.Range(0, 1000)],
            10,
            new Marking(_ =>
            {
                Interlocked.Increment(ref prepared);
                if (!begun.IsSet)
                {
                    begun.Signal();
                }
            }),
            1);
        begun.Wait();

        batches.Dispose();

        // Dispose has joined the thread, so the count is final.
        Assert.InRange(prepared, 1, BatchPrefetcher.MostAhead * 10);
        Assert.Throws<ObjectDisposedException>(() => batches.Next(out _, out _));
    }

    [Fact]
    public void No_images_are_no_batches()
    {
        using var batches = new BatchPrefetcher(new DrawnImages(3), [], 10, new Marking(), 2);

        Assert.False(batches.Next(out _, out _));
    }
}
