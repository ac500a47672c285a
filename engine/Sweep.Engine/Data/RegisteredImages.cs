using Sweep.Data;
using Sweep.Data.Loading;
using Sweep.Data.Resampling;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Data;

/// <summary>
/// One split of a registered set at its own size: its bytes lie on the device, where crop and mirroring cost next to nothing. Only training
/// that treats every image in its own way goes through loader threads.
/// </summary>
public sealed class RegisteredImages(LabelledImages images, PixelStatistics statistics, Device device, int threads) : IImageSplit
{
    private readonly ImageTensors _resident = new(images, statistics, device);
    private readonly PrefetchedImages _prefetched =
        new(new ImagesInMemory(images), new EvaluationTransform(images.Size, null), statistics, device, threads);

    public int Count => images.Count;

    public (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<int> positions) => _resident.Batch(positions);

    public IBatchStream Train(TrainingRecipe recipe, EpochOrder order, int epoch) =>
        TrainingPreparation.IsNeeded(recipe) ? _prefetched.Train(recipe, order, epoch) : _resident.Train(recipe, order, epoch);

    public IBatchStream InOrder(int batch) => _resident.InOrder(batch);

    public void Dispose()
    {
        _resident.Dispose();
        _prefetched.Dispose();
    }
}
