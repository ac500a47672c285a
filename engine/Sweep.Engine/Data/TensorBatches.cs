using static TorchSharp.torch;

namespace Sweep.Engine.Data;

/// <summary>Batches of images that lie on the device already: each is made when it is asked for.</summary>
internal sealed class TensorBatches(int batches, Func<int, (Tensor Images, Tensor Labels)> make) : IBatchStream
{
    private int _next;

    public bool Next(out Tensor images, out Tensor labels)
    {
        if (_next == batches)
        {
            (images, labels) = (null!, null!);
            return false;
        }

        (images, labels) = make(_next++);
        return true;
    }

    public void Dispose()
    {
    }
}
