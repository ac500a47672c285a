using Sweep.Engine.Pruning;
using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Engine.Tests;

public class MarkovChainTests
{
    private static readonly double[,] s_four =
    {
        { 1, .9, .8, .1 },
        { .9, 1, .7, .2 },
        { .8, .7, 1, .3 },
        { .1, .2, .3, 1 },
    };

    private static double[,] WithDiagonal(double[,] weights, double value)
    {
        var copy = (double[,])weights.Clone();
        for (var i = 0; i < copy.GetLength(0); i++)
        {
            copy[i, i] = value;
        }

        return copy;
    }

    private static void AssertLaw(double[] expected, double[] law)
    {
        Assert.Equal(1, law.Sum(), 12);
        Assert.All(expected.Zip(law), pair => Assert.Equal(pair.First, pair.Second, 6));
    }

    [Fact]
    public void Three_heads_have_the_worked_out_law() => AssertLaw(
        [1 / 3.0, 5 / 12.0, 1 / 4.0],
        MarkovChain.Stationary(MarkovChain.Transitions(new[,] { { 0, .6, .2 }, { .6, 0, .4 }, { .2, .4, 0 } })));

    [Fact]
    public void Four_heads_tie_without_self_loops() =>
        AssertLaw([.3, .3, .3, .1], MarkovChain.Stationary(MarkovChain.Transitions(WithDiagonal(s_four, 0))));

    [Fact]
    public void Self_loops_even_the_law_out() =>
        AssertLaw([.28, .28, .28, .16], MarkovChain.Stationary(MarkovChain.Transitions(s_four)));

    [Fact]
    public void Teleport_breaks_the_tie() => AssertLaw(
        [.290757, .292970, .295509, .120763],
        MarkovChain.Stationary(MarkovChain.Transitions(WithDiagonal(s_four, 0), teleport: .15)));

    [Fact]
    public void Two_heads_do_not_swing() =>
        AssertLaw([.5, .5], MarkovChain.Stationary(MarkovChain.Transitions(new[,] { { 0, .3 }, { .3, 0 } })));

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(12)]
    public void The_law_of_a_symmetric_graph_is_its_degrees(int heads)
    {
        var random = new SeededRandom(heads, "graph");
        var weights = new double[heads, heads];
        for (var i = 0; i < heads; i++)
        {
            for (var j = 0; j < i; j++)
            {
                weights[i, j] = weights[j, i] = random.NextDouble();
            }
        }

        var degrees = Enumerable.Range(0, heads).Select(i => Enumerable.Range(0, heads).Sum(j => weights[i, j])).ToArray();
        var law = MarkovChain.Stationary(MarkovChain.Transitions(weights));

        Assert.All(degrees.Zip(law), pair => Assert.True(Math.Abs(pair.First / degrees.Sum() - pair.Second) < 1e-9));
    }

    [Fact]
    public void A_head_like_no_other_moves_uniformly() =>
        AssertLaw([1 / 3.0, 1 / 3.0, 1 / 3.0], MarkovChain.Stationary(MarkovChain.Transitions(new double[3, 3])));

    [Theory]
    [InlineData(HeadOrientation.KeepHigh, new[] { 1, 0, 3, 2 })]
    [InlineData(HeadOrientation.KeepLow, new[] { 2, 0, 3, 1 })]
    public void Ties_go_to_the_larger_then_to_the_lower_head(HeadOrientation orientation, int[] order)
    {
        var scores = new HeadScores
        {
            Importance = [[.25, .3, .2, .25]],
            Magnitude = [[1, 1, 1, 1]],
            Orientation = orientation,
        };

        Assert.Equal(order, scores.KeepOrder(0));
        Assert.Equal([.. order.Select(head => head == 0 ? 3 : head == 3 ? 0 : head)], (scores with { Magnitude = [[1, 1, 1, 2]] }).KeepOrder(0));
    }
}
