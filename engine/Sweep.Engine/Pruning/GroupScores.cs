using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>
/// A score of each thing that is removed together in one block (METHODS 1.3, table of groups): a head; a query and key pair; a value channel
/// with its projection column; an MLP unit. Large means keep. At first a norm of its weights, biases included; sums run in float64.
/// </summary>
/// <param name="Heads">[head].</param>
/// <param name="QueryKey">[head][pair].</param>
/// <param name="Value">[head][channel].</param>
/// <param name="Mlp">[unit].</param>
public sealed record GroupScores(double[] Heads, double[][] QueryKey, double[][] Value, double[] Mlp)
{
    /// <summary>The norms of every block of a net whose blocks read all of their inputs.</summary>
    public static IReadOnlyList<GroupScores> Of(Net net, GroupNorm norm = GroupNorm.L2)
    {
        ArgumentNullException.ThrowIfNull(net);
        return [.. net.Shape.Blocks.Select((block, i) => Of(net, i, block, norm))];
    }

    /// <summary>Uniform in [0, 1): a control.</summary>
    public static IReadOnlyList<GroupScores> Random(ViTShape shape, long seed)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return [.. shape.Blocks.Select((block, i) =>
        {
            var random = new SeededRandom(seed, "groups", i);
            double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
            double[][] InHeads(int width) => [.. Enumerable.Range(0, block.Heads).Select(_ => Draw(width))];
            return new GroupScores(Draw(block.Heads), InHeads(block.QueryKeyWidth), InHeads(block.ValueWidth), Draw(block.MlpWidth));
        })];
    }

    private static GroupScores Of(Net net, int i, BlockShape b, GroupNorm norm)
    {
        var d = net.Shape.Width;
        var (heads, queryKey, value) = (new double[b.Heads], new double[b.Heads][], new double[b.Heads][]);
        double Norm(double sum) => norm == GroupNorm.L1 ? sum : Math.Sqrt(sum);
        if (b.Heads > 0)
        {
            Span<float> weight = net[Name.QkvWeight(i)], bias = net[Name.QkvBias(i)], proj = net[Name.ProjWeight(i)];
            var rows = new AttentionRows(b);
            var projWidth = b.Heads * b.ValueWidth;
            for (var h = 0; h < b.Heads; h++)
            {
                queryKey[h] = new double[b.QueryKeyWidth];
                value[h] = new double[b.ValueWidth];
                double sum = 0;
                for (var j = 0; j < b.QueryKeyWidth; j++)
                {
                    var part = Row(weight, bias, rows.Query(h, j), d, norm) + Row(weight, bias, rows.Key(h, j), d, norm);
                    queryKey[h][j] = Norm(part);
                    sum += part;
                }

                for (var j = 0; j < b.ValueWidth; j++)
                {
                    var part = Row(weight, bias, rows.Value(h, j), d, norm) + Column(proj, rows.Result(h, j), projWidth, norm);
                    value[h][j] = Norm(part);
                    sum += part;
                }

                heads[h] = Norm(sum);
            }
        }

        var mlp = new double[b.MlpWidth];
        if (b.MlpWidth > 0)
        {
            Span<float> fc1 = net[Name.Fc1Weight(i)], bias = net[Name.Fc1Bias(i)], fc2 = net[Name.Fc2Weight(i)];
            for (var j = 0; j < b.MlpWidth; j++)
            {
                mlp[j] = Norm(Row(fc1, bias, j, d, norm) + Column(fc2, j, b.MlpWidth, norm));
            }
        }

        return new GroupScores(heads, queryKey, value, mlp);
    }

    private static double Row(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, int row, int width, GroupNorm norm)
    {
        var sum = Term(bias[row], norm);
        foreach (var value in weight.Slice(row * width, width))
        {
            sum += Term(value, norm);
        }

        return sum;
    }

    private static double Column(ReadOnlySpan<float> weight, int column, int width, GroupNorm norm)
    {
        double sum = 0;
        for (var i = column; i < weight.Length; i += width)
        {
            sum += Term(weight[i], norm);
        }

        return sum;
    }

    private static double Term(double value, GroupNorm norm) => norm == GroupNorm.L1 ? Math.Abs(value) : value * value;
}

/// <summary>Where a head's channels lie in a block's fused tensors: Q block, K block, V block, each head-major.</summary>
public readonly record struct AttentionRows(int Heads, int QueryKeyWidth, int ValueWidth)
{
    public AttentionRows(BlockShape block)
        : this(block.Heads, block.QueryKeyWidth, block.ValueWidth)
    {
    }

    /// <summary>Row of W_qkv.</summary>
    public int Query(int head, int channel) => head * QueryKeyWidth + channel;

    /// <summary>Row of W_qkv.</summary>
    public int Key(int head, int channel) => (Heads + head) * QueryKeyWidth + channel;

    /// <summary>Row of W_qkv.</summary>
    public int Value(int head, int channel) => 2 * Heads * QueryKeyWidth + head * ValueWidth + channel;

    /// <summary>Column of W_proj.</summary>
    public int Result(int head, int channel) => head * ValueWidth + channel;
}
