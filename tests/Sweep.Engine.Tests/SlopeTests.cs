using Sweep.Data;
using Sweep.Engine.Data;
using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Engine.Tests;

public class SlopeTests
{
    private static readonly Net s_net = TestNets.Random(TestNets.Shape, 11);

    private static LabelledImages Pictures(ViTShape shape, int count)
    {
        var random = new SeededRandom(2, "pictures");
        var pixels = new byte[count * shape.Channels * shape.ImageSize * shape.ImageSize];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)random.Next(256);
        }

        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % shape.Classes)];
        return new LabelledImages(pixels, labels, shape.Channels, shape.ImageSize);
    }

    private static ImageTensors Split(ViTShape shape, int count) => new(
        Pictures(shape, count),
        new PixelStatistics([.. Enumerable.Repeat(0.5f, shape.Channels)], [.. Enumerable.Repeat(0.25f, shape.Channels)]),
        CPU);

    internal static IReadOnlyList<GroupScores> Scores(Net net, ScoreCriterion criterion, int images, int batch)
    {
        using var scope = NewDisposeScope();
        using var split = Split(net.Shape, images);
        return SlopeScores.Of(net, split, [.. Enumerable.Range(0, images)], batch, criterion, CPU, () => { });
    }

    /// <summary>Mean loss of the first images, and its gradient.</summary>
    private static (double Loss, float[] Gradient) Backward(Net net, int images)
    {
        using var scope = NewDisposeScope();
        using var split = Split(net.Shape, images);
        using var model = new VisionTransformer(net, CPU);
        var (pixels, labels) = split.Batch([.. Enumerable.Range(0, images)]);
        var loss = F.cross_entropy(model.Forward(pixels), labels);
        loss.backward();
        return (loss.item<float>(), model.Weights.grad!.data<float>().ToArray());
    }

    /// <summary>Σ w·∂L/∂w over the marked weights.</summary>
    private static double Along(Net net, float[] gradient, GroupMask mask)
    {
        double sum = 0;
        for (var i = 0; i < gradient.Length; i++)
        {
            sum += mask.Values[i] * (double)net.Values[i] * gradient[i];
        }

        return sum;
    }

    private static GroupMask Only(Net net, string weight, Func<int, int, bool> marked)
    {
        var (mask, entry) = (new GroupMask(net.Layout), net.Layout[weight]);
        var width = entry.Shape.Count > 1 ? (int)entry.Shape[1] : 1;
        for (var i = 0; i < entry.Length; i++)
        {
            mask.Values[entry.Offset + i] = marked(i / width, i % width) ? 1 : 0;
        }

        return mask;
    }

    private static GroupMask And(GroupMask first, GroupMask second)
    {
        for (var i = 0; i < second.Values.Length; i++)
        {
            first.Values[i] = Math.Max(first.Values[i], second.Values[i]);
        }

        return first;
    }

    private static GroupMask Row(Net net, int block, int first, int count) => And(
        Only(net, Name.QkvWeight(block), (row, _) => row >= first && row < first + count),
        Only(net, Name.QkvBias(block), (row, _) => row >= first && row < first + count));

    private static void AssertClose(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-6 + 1e-3 * Math.Abs(expected), $"{expected} expected, {actual} found");

    /// <summary>METHODS 3.3: a gate's slope is the weights times their gradient over the consumer, and over a head's values and their bias.</summary>
    [Fact]
    public void A_slope_is_the_weights_times_their_gradient()
    {
        var (_, gradient) = Backward(s_net, 7);
        var scores = Scores(s_net, ScoreCriterion.TaylorAbsolute, images: 7, batch: 7);
        for (var i = 0; i < scores.Count; i++)
        {
            var rows = new AttentionRows(s_net.Shape.Blocks[i]);
            for (var h = 0; h < 3; h++)
            {
                for (var j = 0; j < 4; j++)
                {
                    AssertClose(Math.Abs(Along(s_net, gradient, Row(s_net, i, rows.Query(h, j), 1))), scores[i].QueryKey[h][j]);
                    AssertClose(Math.Abs(Along(s_net, gradient, Row(s_net, i, rows.Key(h, j), 1))), scores[i].QueryKey[h][j]);
                    AssertClose(
                        Math.Abs(Along(s_net, gradient, Only(s_net, Name.ProjWeight(i), (_, column) => column == rows.Result(h, j)))),
                        scores[i].Value[h][j]);
                }

                var columns = Only(s_net, Name.ProjWeight(i), (_, column) => column / 4 == h);
                AssertClose(Math.Abs(Along(s_net, gradient, columns)), scores[i].Heads[h]);
                AssertClose(Math.Abs(Along(s_net, gradient, Row(s_net, i, rows.Value(h, 0), 4))), scores[i].Heads[h]);
            }

            for (var j = 0; j < 24; j++)
            {
                AssertClose(Math.Abs(Along(s_net, gradient, Only(s_net, Name.Fc2Weight(i), (_, column) => column == j))), scores[i].Mlp[j]);
            }
        }
    }

    [Fact]
    public void A_slope_is_that_of_the_loss_by_finite_differences()
    {
        var scores = Scores(s_net, ScoreCriterion.TaylorAbsolute, images: 5, batch: 5);
        var gated = s_net.WithGates();
        double Slope(Func<Net, (int Offset, int Count)> gate)
        {
            double Loss(float value)
            {
                var net = gated.Clone();
                var (offset, count) = gate(net);
                net.Values.AsSpan(offset, count).Fill(value);
                return Backward(net, 5).Loss;
            }

            const float Step = 1 / 64f; // exact in binary
            return (Loss(1 + Step) - Loss(1 - Step)) / (2 * Step);
        }

        for (var i = 0; i < scores.Count; i++)
        {
            for (var h = 0; h < 3; h++)
            {
                AssertNear(Slope(net => (net.Layout[Name.AttentionResultGate(i)].Offset + 4 * h, 4)), scores[i].Heads[h]);
            }

            foreach (var j in new[] { 0, 11, 23 })
            {
                AssertNear(Slope(net => (net.Layout[Name.MlpHiddenGate(i)].Offset + j, 1)), scores[i].Mlp[j]);
            }
        }

        // float32 losses near 1 over a step of 1/32 leave errors of some 10⁻⁵, the third derivative leaves its share of 1/64².
        static void AssertNear(double slope, double score) =>
            Assert.True(Math.Abs(Math.Abs(slope) - score) <= 5e-5 + 5e-3 * score, $"{slope} expected, {score} found");
    }

    [Fact]
    public void Squares_are_taken_after_a_batchs_mean_and_Fishers_before()
    {
        var alone = Scores(s_net, ScoreCriterion.TaylorSquared, images: 6, batch: 1);
        var fisher = Scores(s_net, ScoreCriterion.TaylorFisher, images: 6, batch: 3);
        var absolute = Scores(s_net, ScoreCriterion.TaylorAbsolute, images: 6, batch: 6);
        var squared = Scores(s_net, ScoreCriterion.TaylorSquared, images: 6, batch: 6);
        var apart = false;
        for (var i = 0; i < alone.Count; i++)
        {
            for (var j = 0; j < alone[i].Mlp.Length; j++)
            {
                AssertClose(alone[i].Mlp[j], fisher[i].Mlp[j]);
                AssertClose(squared[i].Mlp[j], absolute[i].Mlp[j] * absolute[i].Mlp[j]);
                apart |= squared[i].Mlp[j] < 0.5 * fisher[i].Mlp[j];
            }

            AssertClose(alone[i].Heads[0], fisher[i].Heads[0]);
            AssertClose(alone[i].QueryKey[2][3], fisher[i].QueryKey[2][3]);
        }

        Assert.True(apart, "the mean over a batch must cancel some of what single images say");
    }

    [Fact]
    public void A_batch_of_several_passes_has_one_mean()
    {
        var (_, gradient) = Backward(s_net, 70);

        var scores = Scores(s_net, ScoreCriterion.TaylorAbsolute, images: 70, batch: 70);

        for (var j = 0; j < 24; j++)
        {
            AssertClose(Math.Abs(Along(s_net, gradient, Only(s_net, Name.Fc2Weight(1), (_, column) => column == j))), scores[1].Mlp[j]);
        }
    }

    [Fact]
    public void Salience_is_the_slope_of_heads_and_the_norm_of_the_rest()
    {
        var alone = Scores(s_net, ScoreCriterion.TaylorAbsolute, images: 6, batch: 1);
        var salience = Scores(s_net, ScoreCriterion.Salience, images: 6, batch: 2);
        var norms = GroupScores.Of(s_net, GroupNorm.L1);
        for (var i = 0; i < alone.Count; i++)
        {
            Assert.All(alone[i].Heads.Zip(salience[i].Heads), pair => AssertClose(pair.First, pair.Second));
            Assert.Equal(norms[i].Mlp, salience[i].Mlp);
            Assert.Equal(norms[i].Value, salience[i].Value);
        }
    }

    [Fact]
    public void A_net_without_a_branch_is_scored_where_it_has_groups()
    {
        var plan = PruningPlan.Whole(s_net.Shape);
        var cut = HardPruner.Prune(s_net, plan with
        {
            Blocks = [plan.Blocks[0] with { Heads = [], QueryKey = [], Value = [] }, plan.Blocks[1] with { Mlp = [] }, plan.Blocks[2]],
        });

        var scores = Scores(cut, ScoreCriterion.TaylorFisher, images: 4, batch: 2);

        Assert.Empty(scores[0].Heads);
        Assert.Empty(scores[1].Mlp);
        Assert.All(scores[0].Mlp.Concat(scores[1].Heads).Concat(scores[2].Mlp), score => Assert.True(score > 0));
    }
}
