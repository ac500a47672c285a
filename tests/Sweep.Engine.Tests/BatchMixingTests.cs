using Sweep.Engine.Numerics;
using Sweep.Engine.Training;
using Sweep.Models.Numerics;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

public class BatchMixingTests
{
    private const int Side = 8;

    private static BatchMixing Mixing(AugmentationRecipe recipe) =>
        BatchMixing.Of(new TrainingRecipe { Epochs = 1, LearningRate = 1, Batch = 4, Seed = 5, Augmentation = recipe })!;

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    /// <summary>The value of pixel (y, x) of image b tells where it came from.</summary>
    private static Tensor Pictures() => arange(4 * 2 * Side * Side, ScalarType.Float32).view(4, 2, Side, Side);

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.8)]
    [InlineData(1.0)]
    [InlineData(4.0)]
    public void Beta_has_its_mean_and_variance(double alpha)
    {
        var random = new SeededRandom(1, "beta");
        var draws = Enumerable.Range(0, 40_000).Select(_ => SymmetricBeta.Draw(random, alpha)).ToList();

        var mean = draws.Average();
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1));
        Assert.Equal(0.5, mean, 0.01);
        Assert.Equal(1 / (4 * (2 * alpha + 1)), draws.Average(draw => (draw - mean) * (draw - mean)), 0.005);
    }

    [Fact]
    public void Beta_of_1_is_uniform()
    {
        var random = new SeededRandom(2, "beta");
        var sorted = Enumerable.Range(0, 10_000).Select(_ => SymmetricBeta.Draw(random, 1)).Order().ToList();

        Assert.True(sorted.Select((draw, i) => Math.Abs(draw - (i + 0.5) / sorted.Count)).Max() < 0.02);
    }

    [Fact]
    public void A_tiny_alpha_gives_no_0_over_0()
    {
        var random = new SeededRandom(3, "beta");

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(SymmetricBeta.Draw(random, 1e-4), 0, 1));
    }

    [Fact]
    public void Mixup_blends_each_image_with_the_one_at_the_mirrored_place()
    {
        using var scope = NewDisposeScope();
        var (own, mixed) = (Values(Pictures()), Values(BatchMixing.Images(Pictures(), new Mix(0.3, null))));

        const int Image = 2 * Side * Side;
        for (var i = 0; i < own.Length; i++)
        {
            var partner = own[(3 - i / Image) * Image + i % Image];
            Assert.Equal(0.3 * own[i] + 0.7 * partner, mixed[i], 3);
        }
    }

    [Fact]
    public void CutMix_takes_the_box_from_the_partner_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        var pictures = Pictures();
        var box = new PixelBox(2, 1, 3, 5);
        var (own, mixed) = (Values(pictures), Values(BatchMixing.Images(pictures, new Mix(0.5, box))));

        const int Image = 2 * Side * Side;
        for (var i = 0; i < own.Length; i++)
        {
            var (y, x) = (i / Side % Side, i % Side);
            var inside = y is >= 2 and < 5 && x is >= 1 and < 6;
            Assert.Equal(inside ? own[(3 - i / Image) * Image + i % Image] : own[i], mixed[i]);
        }

        Assert.Equal(own, Values(pictures)); // the stream's batch stays
    }

    [Fact]
    public void CutMix_counts_what_the_border_left_of_its_box()
    {
        var mixing = Mixing(new AugmentationRecipe { CutMix = 1 });
        var mixes = Enumerable.Range(0, 500).Select(step => mixing.Draw(step, Side)!.Value).ToList();

        Assert.All(mixes, mix =>
        {
            var box = mix.Box!.Value;
            Assert.True(box.Top >= 0 && box.Left >= 0 && box.Top + box.Height <= Side && box.Left + box.Width <= Side);
            Assert.Equal(1 - box.Height * box.Width / 64.0, mix.Share, 12);
        });
        Assert.Contains(mixes, mix => mix.Box!.Value.Height != mix.Box.Value.Width); // one that a border cut
        Assert.Contains(mixes, mix => mix.Share == 1);                               // one too small for a pixel
    }

    [Fact]
    public void Targets_share_the_labels_and_smooth_them()
    {
        using var scope = NewDisposeScope();
        var targets = Values(BatchMixing.Targets(tensor(new long[] { 0, 2, 2 }), 4, 0.2, new Mix(0.75, null)));

        // Off 0.05, on 0.85; image 0 is mixed with label 2, image 1 with its own, image 2 with label 0.
        float[] expected = [0.65f, 0.05f, 0.25f, 0.05f, 0.05f, 0.05f, 0.85f, 0.05f, 0.25f, 0.05f, 0.65f, 0.05f];
        Assert.True(TestNets.LargestDifference(expected, targets) < 1e-6);
    }

    [Fact]
    public void A_steps_mix_depends_on_the_step_alone()
    {
        var recipe = new AugmentationRecipe { Mixup = 0.8, CutMix = 1 };
        var (first, second) = (Mixing(recipe), Mixing(recipe));
        var forwards = Enumerable.Range(0, 20).Select(step => first.Draw(step, Side)).ToList();
        var backwards = Enumerable.Range(0, 20).Reverse().Select(step => second.Draw(step, Side)).Reverse();

        Assert.Equal(forwards, backwards);
        Assert.True(forwards.Distinct().Count() > 15);
    }

    [Fact]
    public void Both_kinds_come_as_often_as_asked_for()
    {
        var both = new AugmentationRecipe { Mixup = 0.8, CutMix = 1 };
        int Cuts(AugmentationRecipe recipe) => Enumerable.Range(0, 1000).Count(step => Mixing(recipe).Draw(step, Side)!.Value.Box is not null);

        Assert.InRange(Cuts(both), 450, 550);
        Assert.InRange(Cuts(both with { SwitchProbability = 0.1 }), 70, 130);
        Assert.Equal(0, Cuts(both with { SwitchProbability = 0 }));
        Assert.Equal(1000, Cuts(both with { SwitchProbability = 1 }));
        Assert.Equal(0, Cuts(new AugmentationRecipe { Mixup = 0.8 }));
        Assert.Equal(1000, Cuts(new AugmentationRecipe { CutMix = 0.8 }));
    }

    [Fact]
    public void Batches_are_mixed_as_often_as_asked_for()
    {
        var mixing = Mixing(new AugmentationRecipe { Mixup = 1, MixProbability = 0.25 });

        Assert.InRange(Enumerable.Range(0, 1000).Count(step => mixing.Draw(step, Side) is not null), 210, 290);
        Assert.Null(BatchMixing.Of(new TrainingRecipe { Epochs = 1, LearningRate = 1, Batch = 4, Augmentation = new AugmentationRecipe { Erasing = 0.25 } }));
    }
}
