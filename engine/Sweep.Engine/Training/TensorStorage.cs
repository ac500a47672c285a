using Sweep.Models.Formats;
using static TorchSharp.torch;

namespace Sweep.Engine.Training;

/// <summary>Vectors between a device and a checkpoint.</summary>
internal static class TensorStorage
{
    /// <param name="vector">(n), float32, on any device.</param>
    /// <param name="name">Of the stored tensor.</param>
    public static StoredTensor ToStored(this Tensor vector, string name)
    {
        using var scope = NewDisposeScope();
        return StoredTensor.Of(name, vector.detach().cpu().data<float>().ToArray(), vector.shape[0]);
    }

    /// <summary>Overwrites a vector in place, without autograd.</summary>
    public static void Fill(this Tensor target, StoredTensor source)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        target.copy_(tensor(source.Floats()));
    }
}
