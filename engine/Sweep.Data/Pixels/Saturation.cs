namespace Sweep.Data.Pixels;

/// <summary>Strength of colour.</summary>
public static class Saturation
{
    /// <summary>Moves each pixel from its grey: 0 is grey, 1 the image, more is more colourful. A grey image stays.</summary>
    public static void Apply(Raster image, double factor)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Channels != 3)
        {
            return;
        }

        var strength = (float)factor;
        var pixels = image.Pixels;
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            var pixel = pixels.Slice(i, 3);
            var grey = Luminance.Of(pixel[0], pixel[1], pixel[2]);
            pixel[0] = Blend.Of(grey, pixel[0], strength);
            pixel[1] = Blend.Of(grey, pixel[1], strength);
            pixel[2] = Blend.Of(grey, pixel[2], strength);
        }
    }
}
