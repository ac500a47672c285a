using Sweep.Data.Decoding;
using Sweep.Recipes;

namespace Sweep.Data.Resampling;

/// <summary>
/// How an image is brought to the side that a net reads when it is evaluated, always bicubically. A photograph: its shorter side is
/// resized to round(side / ratio), then the centre is cut out. A square image of a registered set: resized as a whole.
/// </summary>
/// <param name="Side">Pixels that the net reads, S.</param>
/// <param name="Ratio">Share of the resized shorter side that the crop keeps, in (0, 1]; null: the image is resized as a whole.</param>
public sealed record EvaluationTransform(int Side, double? Ratio)
{
    /// <summary>DeiT's: 224 of 256.</summary>
    public const double DefaultRatio = 0.875;

    /// <summary>Pixels of the resized shorter side.</summary>
    public int ResizedSide => Ratio is { } ratio ? (int)Math.Round(Side / ratio) : Side;

    /// <summary>To decode with: twice what is resampled to.</summary>
    public int LeastSide => 2 * ResizedSide;

    public static EvaluationTransform Of(DataRecipe recipe, int side)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return new EvaluationTransform(side, recipe.Folder is null ? null : recipe.CropRatio ?? DefaultRatio);
    }

    /// <param name="target">Side x Side x channels bytes (HWC).</param>
    public void Apply(DecodedImage image, Span<byte> target)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (width, height) = Ratio is null ? (Side, Side) : Resized(image.FullWidth, image.FullHeight);
        var window = new ResampleWindow(Middle(width), Middle(height), Side, Side);
        Resampler.Resize(image, ResampleBox.Whole(image.Width, image.Height), width, height, window, ResampleFilter.Bicubic, target);
    }

    /// <summary>The longer side is cut to whole pixels, as torchvision does.</summary>
    private (int Width, int Height) Resized(int width, int height)
    {
        var shorter = ResizedSide;
        return width <= height ? (shorter, (int)((long)shorter * height / width)) : ((int)((long)shorter * width / height), shorter);
    }

    /// <summary>Where a centre crop begins: halves go to the even pixel, as torchvision rounds.</summary>
    private int Middle(int side) => (int)Math.Round((side - Side) / 2.0, MidpointRounding.ToEven);
}
