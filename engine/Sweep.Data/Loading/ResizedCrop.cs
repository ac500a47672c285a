using Sweep.Data.Decoding;
using Sweep.Data.Pixels;
using Sweep.Data.Resampling;

namespace Sweep.Data.Loading;

/// <summary>A part of an image, cut out and brought to the net's side.</summary>
public static class ResizedCrop
{
    /// <summary>Of the whole image's shorter side: so many pixels that the box still has twice what the net reads.</summary>
    public static int LeastSide(CropBox box, int width, int height, int side) =>
        (int)Math.Ceiling(2.0 * side * Math.Min(width, height) / Math.Min(box.Width, box.Height));

    /// <param name="box">In pixels of the image at its full size.</param>
    /// <param name="target">Side x Side x channels bytes (HWC).</param>
    public static void Apply(DecodedImage image, CropBox box, int side, Span<byte> target)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var part = Cut(image, box);
        Resampler.Resize(
            part, ResampleBox.Whole(part.Width, part.Height), side, side, new ResampleWindow(0, 0, side, side), ResampleFilter.Bicubic, target);
    }

    /// <summary>The box alone: resizing a part of a larger image would look beyond the part's edges.</summary>
    private static DecodedImage Cut(DecodedImage image, CropBox box)
    {
        var (left, width) = Scaled(box.Left, box.Width, image.FullWidth, image.Width);
        var (top, height) = Scaled(box.Top, box.Height, image.FullHeight, image.Height);
        var part = DecodedImage.Rent(width, height, image.Channels);
        for (var y = 0; y < height; y++)
        {
            image.Pixels.Slice(((top + y) * image.Width + left) * image.Channels, width * image.Channels)
                .CopyTo(part.Pixels[(y * width * image.Channels)..]);
        }

        return part;
    }

    private static (int Begin, int Length) Scaled(int begin, int length, int full, int side)
    {
        if (full == side)
        {
            return (begin, length);
        }

        var first = Math.Min((int)((long)begin * side / full), side - 1);
        return (first, Math.Clamp((int)Math.Round((double)length * side / full), 1, side - first));
    }
}
