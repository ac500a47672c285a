using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Engine.Pruning;

/// <summary>
/// ℓ2 norms of what is removed together in one block (METHODS 1.3, table of groups), biases included: a head; a query and key pair; a value
/// channel with its projection column; an MLP unit. Sums run in float64.
/// </summary>
/// <param name="Heads">[head].</param>
/// <param name="QueryKey">[head][pair].</param>
/// <param name="Value">[head][channel].</param>
/// <param name="Mlp">[unit].</param>
public sealed record GroupScores(double[] Heads, double[][] QueryKey, double[][] Value, double[] Mlp)
{
    /// <summary>The norms of every block of a net whose blocks read all of their inputs.</summary>
    public static IReadOnlyList<GroupScores> Of(Net net)
    {
        ArgumentNullException.ThrowIfNull(net);
        return [.. net.Shape.Blocks.Select((block, i) => Of(net, i, block))];
    }

    private static GroupScores Of(Net net, int i, BlockShape b)
    {
        var d = net.Shape.Width;
        var (heads, queryKey, value) = (new double[b.Heads], new double[b.Heads][], new double[b.Heads][]);
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
                    var square = RowSquare(weight, bias, rows.Query(h, j), d) + RowSquare(weight, bias, rows.Key(h, j), d);
                    queryKey[h][j] = Math.Sqrt(square);
                    sum += square;
                }

                for (var j = 0; j < b.ValueWidth; j++)
                {
                    var square = RowSquare(weight, bias, rows.Value(h, j), d) + ColumnSquare(proj, rows.Result(h, j), projWidth);
                    value[h][j] = Math.Sqrt(square);
                    sum += square;
                }

                heads[h] = Math.Sqrt(sum);
            }
        }

        var mlp = new double[b.MlpWidth];
        if (b.MlpWidth > 0)
        {
            Span<float> fc1 = net[Name.Fc1Weight(i)], bias = net[Name.Fc1Bias(i)], fc2 = net[Name.Fc2Weight(i)];
            for (var j = 0; j < b.MlpWidth; j++)
            {
                mlp[j] = Math.Sqrt(RowSquare(fc1, bias, j, d) + ColumnSquare(fc2, j, b.MlpWidth));
            }
        }

        return new GroupScores(heads, queryKey, value, mlp);
    }

    private static double RowSquare(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, int row, int width)
    {
        double sum = (double)bias[row] * bias[row];
        foreach (var value in weight.Slice(row * width, width))
        {
            sum += (double)value * value;
        }

        return sum;
    }

    private static double ColumnSquare(ReadOnlySpan<float> weight, int column, int width)
    {
        double sum = 0;
        for (var i = column; i < weight.Length; i += width)
        {
            sum += (double)weight[i] * weight[i];
        }

        return sum;
    }
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
