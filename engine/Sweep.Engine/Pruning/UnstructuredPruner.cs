using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>
/// Masks the weights of smallest magnitude (OMP, Han et al., arXiv 1510.00149; GMP, arXiv 1710.01878). The sparsity counts zeros among
/// <i>all</i> of the net's parameters, so that it compares with the structured methods', though only the matrices of
/// <see cref="WeightMask.Prunable"/> can have any.
/// </summary>
public static class UnstructuredPruner
{
    /// <summary>Exactly round(sparsity · parameters) zeros. Of equal magnitudes the weight of lower number stays.</summary>
    /// <param name="scope">
    /// Per layer: every matrix loses the same fraction of its entries. Global: all compete, each magnitude divided by its matrix's mean.
    /// </param>
    /// <exception cref="StageFaultException">UnreachableSparsity.</exception>
    public static WeightMask Plan(Net net, double sparsity, PruningScope scope)
    {
        ArgumentNullException.ThrowIfNull(net);
        var matrices = WeightMask.Prunable(net.Layout);
        var prunable = matrices.Sum(entry => (long)entry.Length);
        var zeros = (long)Math.Round(sparsity * net.Layout.Length);
        if (zeros > prunable)
        {
            throw StageFaultException.UnreachableSparsity(sparsity, (double)prunable / net.Layout.Length);
        }

        var kept = new byte[net.Layout.Length];
        kept.AsSpan().Fill(1);
        if (scope == PruningScope.Global)
        {
            MaskSmallest([.. matrices.Select(entry => (entry.Offset, OverMean(Magnitudes(net, entry))))], zeros, kept);
            return new WeightMask(net.Layout, kept);
        }

        long before = 0;
        foreach (var entry in matrices)
        {
            var after = before + entry.Length;
            var share = zeros * after / prunable - zeros * before / prunable; // rounding never adds up
            MaskSmallest([(entry.Offset, Magnitudes(net, entry))], share, kept);
            before = after;
        }

        return new WeightMask(net.Layout, kept);
    }

    private static float[] Magnitudes(Net net, ParameterEntry entry)
    {
        var magnitudes = net[entry.Name].ToArray();
        for (var i = 0; i < magnitudes.Length; i++)
        {
            magnitudes[i] = Math.Abs(magnitudes[i]);
        }

        return magnitudes;
    }

    private static float[] OverMean(float[] magnitudes)
    {
        double sum = 0;
        foreach (var magnitude in magnitudes)
        {
            sum += magnitude;
        }

        var factor = sum > 0 ? magnitudes.Length / sum : 0;
        return Array.ConvertAll(magnitudes, magnitude => (float)(magnitude * factor));
    }

    private static void MaskSmallest(IReadOnlyList<(int Offset, float[] Keys)> parts, long count, byte[] kept)
    {
        if (count == 0)
        {
            return;
        }

        var (threshold, ties) = Threshold(parts, count);
        foreach (var (offset, keys) in parts.Reverse())
        {
            for (var i = keys.Length - 1; i >= 0; i--)
            {
                var bits = BitConverter.SingleToUInt32Bits(keys[i]);
                if (bits < threshold || (bits == threshold && ties-- > 0))
                {
                    kept[offset + i] = 0;
                }
            }
        }
    }

    /// <summary>
    /// The bits of the count-th smallest key, and how many keys equal to it are among the smallest. Bits of floats that are not negative
    /// are ordered as the floats are: two counts of 2¹⁶ halves find the place without sorting.
    /// </summary>
    private static (uint Bits, long Ties) Threshold(IReadOnlyList<(int Offset, float[] Keys)> parts, long count)
    {
        var (high, low) = (new long[1 << 16], new long[1 << 16]);
        foreach (var key in parts.SelectMany(part => part.Keys))
        {
            high[BitConverter.SingleToUInt32Bits(key) >> 16]++;
        }

        var (upper, left) = Bucket(high, count);
        foreach (var bits in parts.SelectMany(part => part.Keys).Select(BitConverter.SingleToUInt32Bits))
        {
            if (bits >> 16 == upper)
            {
                low[bits & 0xFFFF]++;
            }
        }

        var (lower, ties) = Bucket(low, left);
        return ((upper << 16) | lower, ties);
    }

    /// <returns>The bucket that holds the count-th entry, and its number inside the bucket, from 1.</returns>
    private static (uint Bucket, long Left) Bucket(long[] counts, long count)
    {
        uint bucket = 0;
        while (count > counts[bucket])
        {
            count -= counts[bucket++];
        }

        return (bucket, count);
    }
}
