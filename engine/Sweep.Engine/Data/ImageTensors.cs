using Sweep.Data;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Data;

/// <summary>
/// One split on its device: bytes, made into normalised floats batch by batch, so 60,000 images of 28 x 28 take 47 MB and not 188.
/// Letters: B images, C channels, S side.
/// </summary>
public sealed class ImageTensors : IImageSplit
{
    private readonly Tensor _pixels;      // (count, C·S·S), byte
    private readonly Tensor _labels;      // (count), int64
    private readonly Tensor _scale;       // (C, 1, 1): 1 / (255 · deviation)
    private readonly Tensor _shift;       // (C, 1, 1): mean / deviation
    private readonly Device _device;
    private readonly int _channels;
    private readonly int _side;

    public ImageTensors(LabelledImages images, PixelStatistics statistics, Device device)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(statistics);
        using var scope = NewDisposeScope();
        _device = device;
        _channels = images.Channels;
        _side = images.Size;
        Count = images.Count;
        var labels = Array.ConvertAll(images.Labels, label => (long)label);
        var scale = statistics.Deviation.Select(deviation => 1 / (255 * deviation)).ToArray();
        var shift = statistics.Mean.Zip(statistics.Deviation, (mean, deviation) => mean / deviation).ToArray();
        _pixels = tensor(images.Pixels).view(Count, -1).to(device).DetachFromDisposeScope();
        _labels = tensor(labels).to(device).DetachFromDisposeScope();
        _scale = tensor(scale).view(_channels, 1, 1).to(device).DetachFromDisposeScope();
        _shift = tensor(shift).view(_channels, 1, 1).to(device).DetachFromDisposeScope();
    }

    public int Count { get; }

    public (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<int> positions) => Batch(positions, null);

    public IBatchStream Train(TrainingRecipe recipe, EpochOrder order, int epoch)
    {
        ArgumentNullException.ThrowIfNull(order);
        var augmentation = Augmentation.Of(recipe, epoch);
        return new TensorBatches(order.Steps, step => Batch(order.Step(step), augmentation));
    }

    public IBatchStream InOrder(int batch) => new TensorBatches(
        (Count + batch - 1) / batch,
        i => Batch([.. Enumerable.Range(i * batch, Math.Min(batch, Count - i * batch))], null));

    private (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<int> positions, Augmentation? augmentation)
    {
        using var scope = NewDisposeScope();
        var index = tensor(Widen(positions)).to(_device, non_blocking: true); // a copy that blocks waits for all the device has queued
        var bytes = _pixels.index_select(0, index).view(positions.Length, _channels, _side, _side);
        var images = bytes.to_type(ScalarType.Float32).mul_(_scale).sub_(_shift);
        if (augmentation is not null)
        {
            images = augmentation.Apply(images, -_shift);
        }

        return scope.MoveToOuter(images, _labels.index_select(0, index));
    }

    public void Dispose()
    {
        _pixels.Dispose();
        _labels.Dispose();
        _scale.Dispose();
        _shift.Dispose();
    }

    private static long[] Widen(ReadOnlySpan<int> positions)
    {
        var wide = new long[positions.Length];
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = positions[i];
        }

        return wide;
    }
}
