namespace Sweep.Data.Pixels;

/// <summary>Brightness as eyes weigh the colours: ITU-R BT.601, in 16-bit fixed point as Pillow has it.</summary>
internal static class Luminance
{
    public static int Of(int red, int green, int blue) => (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;

    /// <summary>The mean over all pixels, a half rounded up.</summary>
    public static int RoundedMean(Raster image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var pixels = image.Pixels;
        long sum = 0;
        if (image.Channels == 1)
        {
            foreach (var value in pixels)
            {
                sum += value;
            }
        }
        else
        {
            for (var i = 0; i + 2 < pixels.Length; i += 3)
            {
                sum += Of(pixels[i], pixels[i + 1], pixels[i + 2]);
            }
        }

        return (int)((double)sum / (image.Width * image.Height) + 0.5);
    }
}
