using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

/// <summary>Similarities of heads beside the same sums written out (METHODS 1.2). 3 heads of width 4, 5 tokens.</summary>
public class HeadSimilarityTests
{
    private const int Heads = 3;
    private const int Tokens = 5;
    private const int Width = 4;

    private static readonly Net s_net = TestNets.Random(TestNets.Shape, 21);

    /// <summary>[head][row][column].</summary>
    private static double[][][] Random(long seed, int columns, bool distributions)
    {
        var random = new SeededRandom(seed, "heads");
        return [.. Enumerable.Range(0, Heads).Select(_ => Enumerable.Range(0, Tokens).Select(_ =>
        {
            double[] row = [.. Enumerable.Range(0, columns).Select(_ => (double)(float)(distributions ? random.NextDouble() : random.NextGaussian()))];
            return distributions ? [.. row.Select(value => (double)(float)(value / row.Sum()))] : row;
        }).ToArray())];
    }

    private static Tensor Stacked(params double[][][][] images) =>
        tensor(images.SelectMany(image => image.SelectMany(head => head.SelectMany(row => row.Select(value => (float)value)))).ToArray())
            .view(images.Length, Heads, Tokens, images[0][0][0].Length);

    private static double Cosine(double[][] a, double[][] b)
    {
        double Dot(double[][] x, double[][] y) => x.Zip(y, (p, q) => p.Zip(q, (s, t) => s * t).Sum()).Sum();
        return Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
    }

    private static double[][] CentredGram(double[][] x)
    {
        double[] mean = [.. Enumerable.Range(0, x[0].Length).Select(column => x.Average(row => row[column]))];
        double[][] centred = [.. x.Select(row => row.Zip(mean, (value, m) => value - m).ToArray())];
        return [.. centred.Select(p => centred.Select(q => p.Zip(q, (s, t) => s * t).Sum()).ToArray())];
    }

    private static double JensenShannon(double[][] a, double[][] b) => a.Zip(b, (p, q) =>
    {
        double Against(double[] of, double[] other) => of.Zip(other, (s, t) => s * Math.Log(s / ((s + t) / 2))).Sum();
        return 1 - (Against(p, q) + Against(q, p)) / 2 / Math.Log(2);
    }).Average();

    /// <summary>A_h V_h through the head's own columns of the projection.</summary>
    private static double[][] Projected(double[][] attention, double[][] values, int head)
    {
        var proj = s_net[Name.ProjWeight(0)].ToArray();
        return [.. attention.Select(row => Enumerable.Range(0, 12).Select(d => Enumerable.Range(0, Width).Sum(j =>
            row.Zip(values, (weight, value) => weight * value[j]).Sum() * proj[d * Heads * Width + head * Width + j])).ToArray())];
    }

    private static double[,] Sums(HeadFeature feature, HeadSimilarity similarity, params (double[][][] Attention, double[][][] Values)[] images)
    {
        using var scope = NewDisposeScope();
        var sums = new HeadSimilaritySums(s_net, feature, similarity, CPU);
        foreach (var (attention, values) in images)
        {
            sums.Observe(0, Stacked(attention), Stacked(values));
        }

        return sums.Sums[0];
    }

    [Theory]
    [InlineData(HeadFeature.Attention, HeadSimilarity.Cosine)]
    [InlineData(HeadFeature.Attention, HeadSimilarity.Cka)]
    [InlineData(HeadFeature.Attention, HeadSimilarity.JensenShannon)]
    [InlineData(HeadFeature.Output, HeadSimilarity.Cosine)]
    [InlineData(HeadFeature.Output, HeadSimilarity.Cka)]
    public void Two_heads_compare_as_written_out(HeadFeature feature, HeadSimilarity similarity)
    {
        var (attention, values) = (Random(1, Tokens, distributions: true), Random(2, Width, distributions: false));

        var sums = Sums(feature, similarity, (attention, values));

        for (var i = 0; i < Heads; i++)
        {
            for (var j = 0; j < Heads; j++)
            {
                double[][] Feature(int head) => feature == HeadFeature.Attention ? attention[head] : Projected(attention[head], values[head], head);
                var expected = similarity switch
                {
                    HeadSimilarity.Cosine => Math.Max(0, Cosine(Feature(i), Feature(j))),
                    HeadSimilarity.Cka => Cosine(CentredGram(Feature(i)), CentredGram(Feature(j))),
                    _ => JensenShannon(Feature(i), Feature(j)),
                };
                Assert.Equal(expected, sums[i, j], 5); // float32 products, float64 sums
            }
        }
    }

    [Fact]
    public void Weights_compare_by_the_rows_of_their_head()
    {
        var (attention, values) = (Random(1, Tokens, distributions: true), Random(2, Width, distributions: false));
        var qkv = s_net[Name.QkvWeight(0)].ToArray();
        var rows = new AttentionRows(s_net.Shape.Blocks[0]);
        double[][] Rows(int head) =>
        [
            .. new Func<int, int, int>[] { rows.Query, rows.Key, rows.Value }.SelectMany(kind => Enumerable.Range(0, Width)
                .Select(j => qkv.Skip(kind(head, j) * 12).Take(12).Select(value => (double)value).ToArray())),
        ];

        var sums = Sums(HeadFeature.Weight, HeadSimilarity.Cosine, (attention, values));

        Assert.Equal(Math.Max(0, Cosine(Rows(0), Rows(1))), sums[0, 1], 6);
        Assert.Equal(Math.Max(0, Cosine(Rows(1), Rows(2))), sums[1, 2], 6);
    }

    [Fact]
    public void Sums_of_parts_are_the_sums_of_all()
    {
        var first = (Attention: Random(1, Tokens, distributions: true), Values: Random(2, Width, distributions: false));
        var second = (Attention: Random(3, Tokens, distributions: true), Values: Random(4, Width, distributions: false));
        using var scope = NewDisposeScope();
        foreach (var similarity in Enum.GetValues<HeadSimilarity>())
        {
            var together = new HeadSimilaritySums(s_net, HeadFeature.Attention, similarity, CPU);
            together.Observe(0, Stacked(first.Attention, second.Attention), Stacked(first.Values, second.Values));

            var parts = Sums(HeadFeature.Attention, similarity, first, second);

            Assert.Equal(2, together.Images[0]);
            Assert.Equal(together.Sums[0].Cast<double>(), parts.Cast<double>(), (x, y) => Math.Abs(x - y) < 1e-12);
        }
    }
}
