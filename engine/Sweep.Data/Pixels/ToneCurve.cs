namespace Sweep.Data.Pixels;

/// <summary>
/// Operations that map each value of a channel by a table of 256, in place. Rounding is Pillow's, which the published recipes trained with.
/// </summary>
public static class ToneCurve
{
    private const int Levels = 256;

    public static void Invert(Raster image) => ApplyToAll(image, value => 255 - value);

    /// <summary>Keeps the highest bits of each value.</summary>
    /// <param name="bits">From 0 (black) to 8 (unchanged).</param>
    public static void Posterize(Raster image, int bits) => ApplyToAll(image, value => value & ~((1 << (8 - Math.Min(bits, 8))) - 1));

    /// <summary>Inverts the values from <paramref name="threshold"/> on.</summary>
    public static void Solarize(Raster image, int threshold) => ApplyToAll(image, value => value < threshold ? value : 255 - value);

    /// <summary>Adds to the values below 128.</summary>
    public static void SolarizeAdd(Raster image, int addend) => ApplyToAll(image, value => value < 128 ? Math.Min(255, value + addend) : value);

    /// <summary>Scales towards black: 0 is black, 1 the image, more is brighter.</summary>
    public static void Brightness(Raster image, double factor) => ApplyToAll(image, value => Blend.Of(0, value, (float)factor));

    /// <summary>Scales about the image's mean luminance: 0 is that grey, 1 the image.</summary>
    public static void Contrast(Raster image, double factor)
    {
        var mean = Luminance.RoundedMean(image);
        ApplyToAll(image, value => Blend.Of(mean, value, (float)factor));
    }

    /// <summary>Stretches each channel so that its darkest value becomes 0 and its lightest 255.</summary>
    public static void AutoContrast(Raster image) => ApplyToEach(image, static (histogram, table) =>
    {
        var lowest = histogram.IndexOfAnyExcept(0);
        var highest = histogram.LastIndexOfAnyExcept(0);
        var scale = 255.0 / (highest - lowest);
        var offset = -lowest * scale;
        for (var value = 0; value < Levels; value++)
        {
            table[value] = highest <= lowest ? (byte)value : (byte)Math.Clamp((int)(value * scale + offset), 0, 255);
        }
    });

    /// <summary>Makes each channel's histogram as even as a monotone map can.</summary>
    public static void Equalize(Raster image) => ApplyToEach(image, static (histogram, table) =>
    {
        var highest = histogram.LastIndexOfAnyExcept(0);
        var below = 0;
        foreach (var count in histogram[..highest])
        {
            below += count;
        }

        // Each of the 255 steps of the result should hold as many pixels; those of the highest value come on top.
        var step = below / 255;
        var passed = step / 2;
        for (var value = 0; value < Levels; value++)
        {
            table[value] = step == 0 ? (byte)value : (byte)Math.Min(255, passed / step);
            passed += histogram[value];
        }
    });

    private delegate void TableOfHistogram(ReadOnlySpan<int> histogram, Span<byte> table);

    private static void ApplyToAll(Raster image, Func<int, int> map)
    {
        ArgumentNullException.ThrowIfNull(image);
        Span<byte> table = stackalloc byte[Levels];
        for (var value = 0; value < Levels; value++)
        {
            table[value] = (byte)map(value);
        }

        foreach (ref var value in image.Pixels)
        {
            value = table[value];
        }
    }

    private static void ApplyToEach(Raster image, TableOfHistogram tableOf)
    {
        ArgumentNullException.ThrowIfNull(image);
        var channels = image.Channels;
        Span<int> histogram = stackalloc int[Levels];
        Span<byte> table = stackalloc byte[Levels];
        var pixels = image.Pixels;
        for (var channel = 0; channel < channels; channel++)
        {
            histogram.Clear();
            for (var i = channel; i < pixels.Length; i += channels)
            {
                histogram[pixels[i]]++;
            }

            tableOf(histogram, table);
            for (var i = channel; i < pixels.Length; i += channels)
            {
                pixels[i] = table[pixels[i]];
            }
        }
    }
}
