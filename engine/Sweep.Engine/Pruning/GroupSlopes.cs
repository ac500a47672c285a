using Sweep.Engine.Models;
using static TorchSharp.torch;

namespace Sweep.Engine.Pruning;

/// <summary>
/// ∂L/∂a of a gate a = 1 on every group, for each image: Σ over tokens of an activation times the loss's gradient with respect to it
/// (METHODS 3.3). For a value channel, a head or an MLP unit this equals Σ w·∂L/∂w over the consumer's weights; for a pair, whose product
/// q·k is bilinear, Σ w·∂L/∂w over the query's row and bias, which is that over the key's. Letters: B images, h heads, N tokens, q and v
/// head widths, m MLP width.
/// </summary>
public sealed class GroupSlopes : IAttentionObserver, IDisposable
{
    private readonly Tensor?[] _queries;
    private readonly Tensor?[] _results;
    private readonly Tensor?[] _hidden;

    public GroupSlopes(int blocks)
    {
        (_queries, _results, _hidden) = (new Tensor?[blocks], new Tensor?[blocks], new Tensor?[blocks]);
    }

    public void Observe(int block, Tensor attention, Tensor values)
    {
    }

    public void ObserveQueries(int block, Tensor queries) => Keep(_queries, block, queries);

    public void ObserveResult(int block, Tensor result) => Keep(_results, block, result);

    public void ObserveHidden(int block, Tensor hidden) => Keep(_hidden, block, hidden);

    /// <summary>[image · h · q + head · q + pair], after the backward pass; empty where the block has no attention.</summary>
    public double[] Pairs(int block) => Sums(_queries[block], 2);

    /// <summary>[image · h · v + head · v + channel], likewise.</summary>
    public double[] Channels(int block) => Sums(_results[block], 2);

    /// <summary>[image · m + unit], likewise; empty where the block has no MLP.</summary>
    public double[] Units(int block) => Sums(_hidden[block], 1);

    public void Dispose()
    {
        foreach (var tensor in _queries.Concat(_results).Concat(_hidden))
        {
            tensor?.Dispose();
        }
    }

    private static void Keep(Tensor?[] kept, int block, Tensor activation)
    {
        ArgumentNullException.ThrowIfNull(activation);
        activation.retain_grad();
        kept[block]?.Dispose();
        kept[block] = activation.DetachFromDisposeScope();
    }

    /// <summary>Σ over the tokens of activation ⊙ gradient, in float64.</summary>
    private static double[] Sums(Tensor? activation, long tokens)
    {
        if (activation is null)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var slope = activation.grad ?? throw new InvalidOperationException("Slopes are read after the backward pass, but there is no gradient yet.");
        return activation.to_type(ScalarType.Float64).mul(slope.to_type(ScalarType.Float64)).sum([tokens]).cpu().contiguous().data<double>().ToArray();
    }
}
