using Sweep.Data.Pixels;
using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Data.Augmenting;

/// <summary>The operations of RandAugment, in timm's order.</summary>
public enum RandAugmentOperation
{
    AutoContrast,
    Equalize,
    Invert,
    Rotate,
    Posterize,
    Solarize,
    SolarizeAdd,
    Color,
    Contrast,
    Brightness,
    Sharpness,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
}

/// <summary>
/// RandAugment (arXiv 1909.13719) as timm's <c>rand-m9-mstd0.5-inc1</c> has it: each of a few operations, drawn with replacement, acts with
/// probability ½, at a strength of its own from 0 to 10.
/// </summary>
public static class RandAugment
{
    private const double GreatestStrength = 10;

    private static readonly int Operations = Enum.GetValues<RandAugmentOperation>().Length;

    /// <param name="fill">Colour of what a rotation, shear or shift brings in from outside, one value a channel.</param>
    public static void Apply(Canvas canvas, SeededRandom random, RandAugmentRecipe recipe, ReadOnlySpan<byte> fill)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(recipe);
        for (var i = 0; i < recipe.Operations; i++)
        {
            var operation = (RandAugmentOperation)random.Next(Operations);
            if (random.NextDouble() < 0.5)
            {
                var strength = Math.Clamp(recipe.Magnitude + recipe.Deviation * random.NextGaussian(), 0, GreatestStrength);
                Apply(canvas, operation, strength, recipe.Increasing, random.Next(2) == 1, fill);
            }
        }
    }

    /// <param name="strength">From 0 to 10.</param>
    /// <param name="increasing">Whether posterizing, solarizing and the factors grow more severe with strength; else timm's older scales.</param>
    /// <param name="negative">The other direction, where an operation has two.</param>
    public static void Apply(Canvas canvas, RandAugmentOperation operation, double strength, bool increasing, bool negative, ReadOnlySpan<byte> fill)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        var share = strength / GreatestStrength;
        var signed = negative ? -share : share;
        var factor = increasing ? Math.Max(0.1, 1 + 0.9 * signed) : 0.1 + 1.8 * share;
        var image = canvas.Image;
        switch (operation)
        {
            case RandAugmentOperation.AutoContrast:
                ToneCurve.AutoContrast(image);
                break;
            case RandAugmentOperation.Equalize:
                ToneCurve.Equalize(image);
                break;
            case RandAugmentOperation.Invert:
                ToneCurve.Invert(image);
                break;
            case RandAugmentOperation.Rotate:
                AffineMap.Rotation(30 * signed, image.Width, image.Height).Apply(canvas, fill);
                break;
            case RandAugmentOperation.Posterize:
                ToneCurve.Posterize(image, increasing ? 4 - (int)(4 * share) : (int)(4 * share));
                break;
            case RandAugmentOperation.Solarize:
                ToneCurve.Solarize(image, increasing ? 256 - (int)(256 * share) : (int)(256 * share));
                break;
            case RandAugmentOperation.SolarizeAdd:
                ToneCurve.SolarizeAdd(image, (int)(110 * share));
                break;
            case RandAugmentOperation.Color:
                Saturation.Apply(image, factor);
                break;
            case RandAugmentOperation.Contrast:
                ToneCurve.Contrast(image, factor);
                break;
            case RandAugmentOperation.Brightness:
                ToneCurve.Brightness(image, factor);
                break;
            case RandAugmentOperation.Sharpness:
                Sharpness.Apply(canvas, factor);
                break;
            case RandAugmentOperation.ShearX:
                AffineMap.ShearX(0.3 * signed).Apply(canvas, fill);
                break;
            case RandAugmentOperation.ShearY:
                AffineMap.ShearY(0.3 * signed).Apply(canvas, fill);
                break;
            case RandAugmentOperation.TranslateX:
                AffineMap.Translation(0.45 * signed * image.Width, 0).Apply(canvas, fill);
                break;
            case RandAugmentOperation.TranslateY:
                AffineMap.Translation(0, 0.45 * signed * image.Height).Apply(canvas, fill);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation, "RandAugment must have the operation.");
        }
    }
}
