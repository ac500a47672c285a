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

    /// <exception cref="InvalidDataException">It is not there.</exception>
    public static StoredTensor Named(this IReadOnlyDictionary<string, StoredTensor> state, string name) =>
        state.TryGetValue(name, out var tensor) ? tensor : throw new InvalidDataException($"Tensor '{name}' must be there, but is not.");

    /// <summary>Overwrites a vector in place, without autograd.</summary>
    /// <exception cref="InvalidDataException">The source is of another length: libtorch would repeat a single value.</exception>
    public static void Fill(this Tensor target, StoredTensor source)
    {
        var values = source.Floats();
        if (values.Length != target.numel())
        {
            throw new InvalidDataException(FormattableString.Invariant($"Tensor '{source.Name}' must have {target.numel()} values, but has {values.Length}."));
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        target.copy_(tensor(values));
    }
}
