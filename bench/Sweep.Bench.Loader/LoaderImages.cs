using System.Diagnostics;
using Sweep.Data;
using Sweep.Data.Loading;
using Sweep.Data.Pixels;
using Sweep.Data.Resampling;
using Sweep.Recipes;

namespace Sweep.Bench.Loader;

/// <summary>Batches of 32 as the engine prepares them for DeiT: decoded, cropped, augmented, normalised.</summary>
internal sealed class LoaderImages(IImageFiles images, int threads)
{
    private const int Side = 224;

    private static readonly TrainingRecipe s_recipe = new()
    {
        Epochs = 1,
        Batch = 32,
        LearningRate = 1,
        Flip = true,
        Augmentation = new AugmentationRecipe { CropArea = 0.08, RandAugment = new RandAugmentRecipe(), Erasing = 0.25 },
    };

    private int _epoch;

    /// <returns>Seconds for so many images, from an empty loader to the last batch.</returns>
    public double Time(int count)
    {
        var preparation = new TrainingPreparation(
            s_recipe, _epoch++, new EvaluationTransform(Side, EvaluationTransform.DefaultRatio), new Normalisation(PixelStatistics.Photographs));
        var watch = Stopwatch.StartNew();
        using var batches = new BatchPrefetcher(images, [.. Enumerable.Range(0, count).Select(i => i % images.Count)], s_recipe.Batch, preparation, threads);
        while (batches.Next(out _, out _))
        {
        }

        return watch.Elapsed.TotalSeconds;
    }
}
