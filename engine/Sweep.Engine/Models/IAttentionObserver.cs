using static TorchSharp.torch;

namespace Sweep.Engine.Models;

/// <summary>
/// Looks into the blocks of a forward pass. The tensors are the pass's own: use them before returning, or, for their gradients, retain
/// those and detach the tensors from the pass's dispose scope.
/// </summary>
public interface IAttentionObserver
{
    /// <param name="block">From 0.</param>
    /// <param name="attention">Softmax map (B, h, N, N).</param>
    /// <param name="values">(B, h, N, v).</param>
    void Observe(int block, Tensor attention, Tensor values);

    /// <summary>Sees Q, before the scale.</summary>
    /// <param name="block">From 0.</param>
    /// <param name="queries">(B, h, N, q).</param>
    void ObserveQueries(int block, Tensor queries)
    {
    }

    /// <summary>Sees A, what each head hands to the projection.</summary>
    /// <param name="block">From 0.</param>
    /// <param name="result">(B, h, N, v).</param>
    void ObserveResult(int block, Tensor result)
    {
    }

    /// <summary>Sees what the MLP's second layer reads.</summary>
    /// <param name="block">From 0.</param>
    /// <param name="hidden">(B, N, m).</param>
    void ObserveHidden(int block, Tensor hidden)
    {
    }
}
