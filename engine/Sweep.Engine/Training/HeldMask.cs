using Sweep.Engine.Models;
using Sweep.Models;
using static TorchSharp.torch;

namespace Sweep.Engine.Training;

/// <summary>
/// A mask on a net that trains. Masked weights sleep: a pass reads zeros in their place, they get no gradient (so their moments fade), and
/// <see cref="Restore"/> puts them back after the optimizer's step, so neither weight decay nor old moments move them. That is Zhu and
/// Gupta's rule (arXiv 1710.01878, section 3: gradients flow through the masks, and weights that were masked are not updated). They can wake
/// with the value they fell asleep with. It costs a step three passes over the flat vector.
/// </summary>
public sealed class HeldMask(VisionTransformer model) : IDisposable
{
    private float[]? _kept;
    private Tensor? _sleeping; // W ⊙ (1 − M)

    /// <summary>At the layout's offsets, 1 where a weight is awake, else 0; null before one is set.</summary>
    public IReadOnlyList<float>? Kept => _kept;

    public void Set(WeightMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        Set([.. mask.Kept.Select(kept => (float)kept)]);
    }

    /// <param name="kept">At the layout's offsets, 1 or 0.</param>
    public void Set(float[] kept)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Clear();
        _kept = kept;
        if (Array.TrueForAll(kept, value => value == 1))
        {
            return; // nothing sleeps, so nothing is to be done
        }

        var mask = tensor(kept).to(model.Weights.device).DetachFromDisposeScope();
        _sleeping = model.Weights.sub(model.Weights.mul(mask)).DetachFromDisposeScope();
        model.Mask = mask;
    }

    /// <summary>Puts sleeping weights back. Call without autograd.</summary>
    public void Restore()
    {
        if (_sleeping is not null)
        {
            model.Weights.mul_(model.Mask!).add_(_sleeping);
        }
    }

    /// <summary>The net as a pass sees it: zeros where weights sleep.</summary>
    public Net Masked(Net net)
    {
        ArgumentNullException.ThrowIfNull(net);
        var masked = net.Clone();
        for (var i = 0; _kept is not null && i < masked.Values.Length; i++)
        {
            masked.Values[i] = _kept[i] == 0 ? 0 : masked.Values[i];
        }

        return masked;
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        model.Mask?.Dispose();
        model.Mask = null;
        _sleeping?.Dispose();
        _sleeping = null;
    }
}
