using Sweep.Engine.Data;
using Sweep.Engine.Models;
using Sweep.Models;
using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Engine.Pruning;

/// <summary>
/// Scores groups by the loss's slope along their gates (METHODS 3.3): squared or absolute after a batch's mean, or squared per image
/// (Fisher-like), or, for heads alone, absolute per image (Michel et al., arXiv 1905.10650; METHODS 3.4). A head's slope is the sum of its
/// channels'. Per-image slopes come from one backward pass over many images, so how a batch is cut into passes changes nothing but memory.
/// Sums run in float64 on the host.
/// </summary>
public sealed class SlopeScores
{
    private const int ImagesAPass = 32;

    private readonly ViTShape _shape;
    private readonly ScoreCriterion _criterion;
    private readonly BlockSums[] _sums;
    private long _terms;

    /// <summary>One block's sums over terms, and over the images of the present batch: heads, pairs, channels, units.</summary>
    private sealed class BlockSums(BlockShape block)
    {
        public double[][] Total { get; } = Fresh(block);

        public double[][] Batch { get; set; } = Fresh(block);

        public static double[][] Fresh(BlockShape block) =>
        [
            new double[block.Heads],
            new double[block.Heads * block.QueryKeyWidth],
            new double[block.Heads * block.ValueWidth],
            new double[block.MlpWidth],
        ];
    }

    private SlopeScores(ViTShape shape, ScoreCriterion criterion)
    {
        _shape = shape;
        _criterion = criterion;
        _sums = [.. shape.Blocks.Select(block => new BlockSums(block))];
    }

    private bool PerImage => _criterion is ScoreCriterion.TaylorFisher or ScoreCriterion.Salience;

    /// <param name="net">Dense, without gates.</param>
    /// <param name="images">As evaluation sees them.</param>
    /// <param name="chosen">Positions of the images, whole batches of them after each other.</param>
    /// <param name="batch">Images a batch.</param>
    /// <param name="criterion">Of Salience, groups that are no heads get their ℓ1 norm.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="passing">Called before each pass.</param>
    public static IReadOnlyList<GroupScores> Of(
        Net net, IImageSplit images, int[] chosen, int batch, ScoreCriterion criterion, Device device, Action passing)
    {
        ArgumentNullException.ThrowIfNull(net);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(chosen);
        ArgumentNullException.ThrowIfNull(passing);
        var scores = new SlopeScores(net.Shape, criterion);
        using var model = new VisionTransformer(net, device);
        for (var start = 0; start < chosen.Length; start += batch)
        {
            scores.AddBatch(model, images, chosen.AsSpan(start, Math.Min(batch, chosen.Length - start)), passing);
        }

        var slopes = scores.Means();
        return criterion == ScoreCriterion.Salience
            ? [.. GroupScores.Of(net, GroupNorm.L1).Zip(slopes, (norms, block) => norms with { Heads = block.Heads })]
            : slopes;
    }

    private void AddBatch(VisionTransformer model, IImageSplit images, ReadOnlySpan<int> positions, Action passing)
    {
        for (var start = 0; start < positions.Length; start += ImagesAPass)
        {
            passing();
            AddPass(model, images, positions.Slice(start, Math.Min(ImagesAPass, positions.Length - start)));
        }

        if (PerImage)
        {
            _terms += positions.Length;
            return;
        }

        _terms++;
        for (var i = 0; i < _sums.Length; i++)
        {
            foreach (var (total, sums) in _sums[i].Total.Zip(_sums[i].Batch))
            {
                for (var g = 0; g < total.Length; g++)
                {
                    total[g] += Term(sums[g] / positions.Length);
                }
            }

            _sums[i].Batch = BlockSums.Fresh(_shape.Blocks[i]);
        }
    }

    private void AddPass(VisionTransformer model, IImageSplit images, ReadOnlySpan<int> positions)
    {
        using var scope = NewDisposeScope();
        using var slopes = new GroupSlopes(_sums.Length);
        var (pixels, labels) = images.Batch(positions);
        F.cross_entropy(model.Forward(pixels, slopes), labels).backward();
        model.Weights.grad?.Dispose();
        model.Weights.grad = null;
        for (var i = 0; i < _sums.Length; i++)
        {
            Add(i, slopes, positions.Length);
        }
    }

    private void Add(int i, GroupSlopes slopes, int count)
    {
        var (block, sums) = (_shape.Blocks[i], PerImage ? _sums[i].Total : _sums[i].Batch);
        double[][] parts = [slopes.Pairs(i), slopes.Channels(i), slopes.Units(i)];
        for (var image = 0; image < count; image++)
        {
            var heads = new double[block.Heads];
            for (var g = 0; g < block.Heads * block.ValueWidth; g++)
            {
                heads[g / block.ValueWidth] += parts[1][image * block.Heads * block.ValueWidth + g];
            }

            AddImage(sums[0], heads, count);
            for (var part = 0; part < parts.Length; part++)
            {
                AddImage(sums[part + 1], parts[part].AsSpan(image * sums[part + 1].Length, sums[part + 1].Length), count);
            }
        }
    }

    /// <param name="sums">Of the terms, or of the slopes themselves until the batch's mean is known.</param>
    /// <param name="slopes">Of the mean loss over <paramref name="count"/> images, so each is that of its image's loss over the count.</param>
    /// <param name="count">Images in the pass.</param>
    private void AddImage(double[] sums, ReadOnlySpan<double> slopes, int count)
    {
        for (var g = 0; g < sums.Length; g++)
        {
            sums[g] += PerImage ? Term(slopes[g] * count) : slopes[g] * count;
        }
    }

    private double Term(double slope) => _criterion is ScoreCriterion.TaylorSquared or ScoreCriterion.TaylorFisher ? slope * slope : Math.Abs(slope);

    private IReadOnlyList<GroupScores> Means() => [.. _sums.Select((sums, i) =>
    {
        var block = _shape.Blocks[i];
        var means = sums.Total.Select(part => Array.ConvertAll(part, sum => sum / Math.Max(1, _terms))).ToArray();
        double[][] InHeads(double[] flat, int width) => [.. Enumerable.Range(0, block.Heads).Select(head => flat[(head * width)..((head + 1) * width)])];
        return new GroupScores(means[0], InHeads(means[1], block.QueryKeyWidth), InHeads(means[2], block.ValueWidth), means[3]);
    })];
}
