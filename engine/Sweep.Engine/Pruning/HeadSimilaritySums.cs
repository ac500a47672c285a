using Sweep.Engine.Models;
using Sweep.Models;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Pruning;

/// <summary>
/// Similarity of every two heads of each block (METHODS 1.2): compared per image first, summed over images in float64, so sums of parts
/// of the images add up to the sums of all. Letters: B images, H heads, N tokens, v head width, d width.
/// </summary>
public sealed class HeadSimilaritySums : IAttentionObserver
{
    private readonly HeadFeature _feature;
    private readonly HeadSimilarity _similarity;
    private readonly Net _net;
    private readonly Device _device;

    public HeadSimilaritySums(Net net, HeadFeature feature, HeadSimilarity similarity, Device device)
    {
        ArgumentNullException.ThrowIfNull(net);
        if (similarity == HeadSimilarity.JensenShannon && feature != HeadFeature.Attention)
        {
            throw StageFaultException.InvalidRecipe($"The similarity jensenShannon compares distributions and needs the feature attention, but the feature is {feature}.");
        }

        _net = net;
        _feature = feature;
        _similarity = similarity;
        _device = device;
        Sums = [.. net.Shape.Blocks.Select(block => new double[block.Heads, block.Heads])];
        Images = new long[net.Shape.Blocks.Count];
    }

    /// <summary>[block][head, head].</summary>
    public IReadOnlyList<double[,]> Sums { get; }

    /// <summary>[block]; images added so far.</summary>
    public long[] Images { get; }

    public void Observe(int block, Tensor attention, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(attention);
        using var scope = NewDisposeScope();
        var feature = _feature switch
        {
            HeadFeature.Attention => attention,                 // (B, H, N, N)
            HeadFeature.Output => Projected(block, attention, values), // (B, H, N, d)
            _ => Rows(block),                                   // (1, H, 2q+v, d)
        };
        feature = feature.to_type(ScalarType.Float64);
        var similar = _similarity switch
        {
            HeadSimilarity.Cosine => Cosine(feature.flatten(2, 3)).clamp(0, 1),
            HeadSimilarity.Cka => Cosine(CentredGram(feature).flatten(2, 3)),
            _ => JensenShannon(feature),
        };                                                      // (B or 1, H, H)
        var sum = similar.sum([0]).cpu().data<double>().ToArray();
        var heads = Sums[block].GetLength(0);
        for (var i = 0; i < sum.Length; i++)
        {
            Sums[block][i / heads, i % heads] += sum[i];
        }

        Images[block] += similar.shape[0];
    }

    /// <summary>Mean similarity, symmetric, with diagonal 0, or 1 for self-loops.</summary>
    public double[,] Weights(int block, bool selfLoop)
    {
        var heads = Sums[block].GetLength(0);
        var weights = new double[heads, heads];
        for (var i = 0; i < heads; i++)
        {
            for (var j = 0; j < heads; j++)
            {
                weights[i, j] = i == j ? (selfLoop ? 1 : 0)
                    : Math.Max(0, (Sums[block][i, j] + Sums[block][j, i]) / (2 * Math.Max(1, Images[block])));
            }
        }

        return weights;
    }

    /// <param name="flat">(B, H, F).</param>
    private static Tensor Cosine(Tensor flat)
    {
        var norms = flat.pow(2).sum(-1, keepdim: true).sqrt().clamp(1e-300);
        var unit = flat.div(norms);
        return unit.matmul(unit.transpose(-2, -1));
    }

    /// <summary>HKH with K = XXᵀ and H = I − 1/N: centring the rows of X over tokens is the same.</summary>
    private static Tensor CentredGram(Tensor feature)
    {
        var centred = feature.sub(feature.mean([2], keepdim: true));
        return centred.matmul(centred.transpose(-2, -1));
    }

    /// <summary>
    /// 1 − JS(A_i‖A_j)/ln 2, mean over query rows; JS = H((p+q)/2) − (H(p)+H(q))/2. One head against all at a time, so that no more than
    /// (B, H, N, N) is in memory.
    /// </summary>
    private static Tensor JensenShannon(Tensor maps)
    {
        var own = Entropy(maps);                                                   // (B, H, N)
        var divergences = new Tensor[maps.shape[1]];
        for (var i = 0; i < divergences.Length; i++)
        {
            using var scope = NewDisposeScope();
            var mixed = Entropy(maps.add(maps.narrow(1, i, 1)).mul(0.5));          // (B, H, N)
            var divergence = mixed.sub(own.add(own.narrow(1, i, 1)).mul(0.5)).mean([2]);
            divergences[i] = divergence.unsqueeze(1).MoveToOuterDisposeScope();    // (B, 1, H)
        }

        return cat(divergences, 1).div(-Math.Log(2)).add(1);
    }

    private static Tensor Entropy(Tensor rows) => rows.mul(rows.clamp(1e-300).log()).sum(-1).neg();

    private Tensor Projected(int block, Tensor attention, Tensor values)
    {
        var shape = _net.Shape.Blocks[block];
        var columns = tensor(_net[Name.ProjWeight(block)].ToArray()).to(_device)
            .view(_net.Shape.Width, shape.Heads, shape.ValueWidth).permute(1, 2, 0);  // (H, v, d)
        return attention.matmul(values).matmul(columns);                            // (B, H, N, d)
    }

    private Tensor Rows(int block)
    {
        var shape = _net.Shape.Blocks[block];
        var (rows, d) = (new AttentionRows(shape), _net.Shape.Width);
        var weight = _net[Name.QkvWeight(block)];
        var perHead = 2 * shape.QueryKeyWidth + shape.ValueWidth;
        var ordered = new float[shape.Heads * perHead * d];
        var next = 0;
        for (var h = 0; h < shape.Heads; h++)
        {
            for (var j = 0; j < perHead; j++)
            {
                var row = j < shape.QueryKeyWidth ? rows.Query(h, j)
                    : j < 2 * shape.QueryKeyWidth ? rows.Key(h, j - shape.QueryKeyWidth)
                    : rows.Value(h, j - 2 * shape.QueryKeyWidth);
                weight.Slice(row * d, d).CopyTo(ordered.AsSpan(next));
                next += d;
            }
        }

        return tensor(ordered).view(1, shape.Heads, perHead, d).to(_device);
    }
}
