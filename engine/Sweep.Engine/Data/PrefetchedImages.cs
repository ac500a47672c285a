using Sweep.Data;
using Sweep.Data.Loading;
using Sweep.Data.Pixels;
using Sweep.Data.Resampling;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Data;

/// <summary>
/// One split whose images are decoded, resized and augmented one by one, ahead of use, on loader threads: photographs, and registered sets
/// where a recipe asks for more than a whole batch can take at once.
/// </summary>
/// <param name="transform">How evaluation sees an image.</param>
/// <param name="threads">Loader threads.</param>
public sealed class PrefetchedImages(IImageFiles images, EvaluationTransform transform, PixelStatistics statistics, Device device, int threads) : IImageSplit
{
    private readonly Normalisation _normalisation = new(statistics);

    public int Count => images.Count;

    public (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<int> positions)
    {
        using var batches = Stream(positions.ToArray(), positions.Length, new EvaluationPreparation(transform, _normalisation));
        return batches.Next(out var pixels, out var labels)
            ? (pixels, labels)
            : throw new ArgumentException("A batch must have at least one image, but no positions are given.", nameof(positions));
    }

    public IBatchStream Train(TrainingRecipe recipe, EpochOrder order, int epoch)
    {
        ArgumentNullException.ThrowIfNull(order);
        return Stream(order.Positions, order.Batch, new TrainingPreparation(recipe, epoch, transform, _normalisation));
    }

    public IBatchStream InOrder(int batch) => Stream([.. Enumerable.Range(0, Count)], batch, new EvaluationPreparation(transform, _normalisation));

    public void Dispose()
    {
    }

    private PrefetchedBatches Stream(IReadOnlyList<int> positions, int batch, IImagePreparation preparation) => new(
        new BatchPrefetcher(images, positions, Math.Max(1, batch), preparation, threads),
        preparation.Channels,
        preparation.Side,
        device);
}
