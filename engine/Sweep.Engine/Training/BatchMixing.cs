using Sweep.Engine.Numerics;
using Sweep.Models.Numerics;
using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Engine.Training;

/// <summary>A rectangle of an image, in pixels.</summary>
public readonly record struct PixelBox(int Top, int Left, int Height, int Width);

/// <summary>How the images of one batch are mixed with those of the reversed batch.</summary>
/// <param name="Share">λ: the weight of an image's own label, in [0, 1].</param>
/// <param name="Box">What CutMix takes from the partner; null for mixup, which blends all pixels by λ.</param>
public readonly record struct Mix(double Share, PixelBox? Box);

/// <summary>
/// Mixup (arXiv 1710.09412) and CutMix (arXiv 1905.04899) as DeiT uses them: one λ from Beta(α, α) a batch, each image's partner
/// stands at the mirrored place of the batch. Draws depend on the seed and the step alone.
/// </summary>
public sealed class BatchMixing
{
    private const double DefaultSwitch = 0.5;

    private readonly long _seed;
    private readonly double? _mixup;
    private readonly double? _cutMix;
    private readonly double _probability;
    private readonly double _switch;

    private BatchMixing(long seed, AugmentationRecipe recipe)
    {
        _seed = seed;
        _mixup = recipe.Mixup;
        _cutMix = recipe.CutMix;
        _probability = recipe.MixProbability ?? 1;
        _switch = recipe.SwitchProbability ?? DefaultSwitch;
    }

    /// <returns>Null when the recipe wants none.</returns>
    public static BatchMixing? Of(TrainingRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Augmentation is { } augmentation && (augmentation.Mixup ?? augmentation.CutMix) is not null
            ? new BatchMixing(recipe.Seed, augmentation)
            : null;
    }

    /// <param name="step">From 0, over the whole schedule.</param>
    /// <param name="side">Height and width of the images.</param>
    /// <returns>Null where this step's batch stays as it is.</returns>
    public Mix? Draw(long step, int side)
    {
        var random = new SeededRandom(_seed, "mixing", step);
        if (random.NextDouble() >= _probability)
        {
            return null;
        }

        if (_cutMix is { } alpha && (_mixup is null || random.NextDouble() < _switch))
        {
            var box = Box(random, SymmetricBeta.Draw(random, alpha), side);
            return new Mix(1 - (double)(box.Height * box.Width) / (side * side), box); // the area that the border left
        }

        return new Mix(SymmetricBeta.Draw(random, _mixup!.Value), null);
    }

    /// <param name="images">(B, C, S, S); not changed.</param>
    /// <param name="mix">Of this batch.</param>
    /// <returns>(B, C, S, S).</returns>
    public static Tensor Images(Tensor images, Mix mix)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        var partners = images.flip(0);
        if (mix.Box is not { } box)
        {
            return images.mul(mix.Share).add_(partners, 1 - mix.Share).MoveToOuterDisposeScope();
        }

        var mixed = images.clone();
        Cut(mixed, box).copy_(Cut(partners, box));
        return mixed.MoveToOuterDisposeScope();
    }

    /// <summary>λ·y + (1 − λ)·(y of the partner), with labels smoothed: each class has smoothing/K beside its share.</summary>
    /// <param name="labels">(B), int64.</param>
    /// <param name="classes">K.</param>
    /// <param name="smoothing">In [0, 1).</param>
    /// <param name="mix">Of this batch.</param>
    /// <returns>(B, K), rows summing to 1.</returns>
    public static Tensor Targets(Tensor labels, int classes, double smoothing, Mix mix)
    {
        ArgumentNullException.ThrowIfNull(labels);
        using var scope = NewDisposeScope();
        var own = F.one_hot(labels, classes).to_type(ScalarType.Float32);
        return own.mul(mix.Share).add_(own.flip(0), 1 - mix.Share).mul_(1 - smoothing).add_(smoothing / classes).MoveToOuterDisposeScope();
    }

    private static Tensor Cut(Tensor images, PixelBox box) => images.narrow(2, box.Top, box.Height).narrow(3, box.Left, box.Width);

    /// <summary>A square of area 1 − λ around a pixel drawn uniformly, as far as it lies inside.</summary>
    private static PixelBox Box(SeededRandom random, double share, int side)
    {
        var half = (int)(side * Math.Sqrt(1 - share)) / 2;
        var (y, x) = (random.Next(side), random.Next(side));
        var (top, left) = (Math.Max(0, y - half), Math.Max(0, x - half));
        return new PixelBox(top, left, Math.Min(side, y + half) - top, Math.Min(side, x + half) - left);
    }
}
