using System.Runtime.InteropServices;
using Sweep.Data.Loading;
using TorchSharp;
using static TorchSharp.torch;

namespace Sweep.Engine.Data;

/// <summary>Batches that loader threads prepare ahead, as tensors of a device. The threads touch no tensor.</summary>
internal sealed class PrefetchedBatches(BatchPrefetcher batches, int channels, int side, Device device) : IBatchStream
{
    public bool Next(out Tensor images, out Tensor labels)
    {
        if (!batches.Next(out var values, out var numbers))
        {
            (images, labels) = (null!, null!);
            return false;
        }

        images = OnDevice(values.Span, [numbers.Length, channels, side, side], ScalarType.Float32);
        labels = OnDevice(numbers.Span, [numbers.Length], ScalarType.Int64);
        return true;
    }

    public void Dispose() => batches.Dispose();

    /// <summary>A copy: the buffer it comes from is about to be written again.</summary>
    private Tensor OnDevice<T>(ReadOnlySpan<T> values, long[] shape, ScalarType type)
        where T : unmanaged
    {
        var copy = empty(shape, type);
        MemoryMarshal.AsBytes(values).CopyTo(copy.bytes);
        if (device.type == DeviceType.CPU)
        {
            return copy;
        }

        using (copy)
        {
            if (device.type != DeviceType.CUDA)
            {
                return copy.to(device);
            }

            // From pinned memory the copy need not wait for the kernels before it. libtorch gives the memory to no one else before it is done.
            using var pinned = copy.pin_memory();
            return pinned.to(device, non_blocking: true);
        }
    }
}
