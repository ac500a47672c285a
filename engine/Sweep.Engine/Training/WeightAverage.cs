using Sweep.Engine.Models;
using Sweep.Models.Formats;
using static TorchSharp.torch;

namespace Sweep.Engine.Training;

/// <summary>Exponential moving average of all weights, a ← decay·a + (1 − decay)·w after each step: one fused operation on one vector.</summary>
public sealed class WeightAverage : IDisposable
{
    private const string AverageTensor = "average";

    private readonly Tensor _values;
    private readonly Tensor _rate; // on the device, so that no step copies it

    /// <summary>Begins at the model's present weights.</summary>
    public WeightAverage(VisionTransformer model, double decay)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        _values = model.Weights.detach().clone().DetachFromDisposeScope();
        _rate = tensor((float)(1 - decay)).to(_values.device).DetachFromDisposeScope();
    }

    public void Step(Tensor weights)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        _values.lerp_(weights, _rate);
    }

    /// <summary>Overwrites the model's weights with their average.</summary>
    public void CopyTo(VisionTransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var quiet = no_grad();
        model.Weights.copy_(_values);
    }

    public StoredTensor Save() => _values.ToStored(AverageTensor);

    public void Load(IReadOnlyDictionary<string, StoredTensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _values.Fill(state.Named(AverageTensor));
    }

    public void Dispose()
    {
        _values.Dispose();
        _rate.Dispose();
    }
}
