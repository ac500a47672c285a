using static TorchSharp.torch;

namespace Sweep.Engine.Models;

/// <summary>Looks into the attention of a forward pass. The tensors are the pass's own: use them before returning.</summary>
public interface IAttentionObserver
{
    /// <param name="block">From 0.</param>
    /// <param name="attention">Softmax map (B, h, N, N).</param>
    /// <param name="values">(B, h, N, v).</param>
    void Observe(int block, Tensor attention, Tensor values);

    /// <summary>Sees A, what each head hands to the projection. For its gradient, retain it and detach it from the pass's dispose scope.</summary>
    /// <param name="block">From 0.</param>
    /// <param name="result">(B, h, N, v).</param>
    void ObserveResult(int block, Tensor result)
    {
    }
}
