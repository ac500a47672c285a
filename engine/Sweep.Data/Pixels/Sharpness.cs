namespace Sweep.Data.Pixels;

/// <summary>Difference from a smoothed copy.</summary>
public static class Sharpness
{
    /// <summary>
    /// Moves each pixel from the weighted mean of its 3 x 3 neighbourhood (5 for itself, 1 for each neighbour): 0 is that mean, 1 the image,
    /// more is sharper. The outermost pixels stay.
    /// </summary>
    public static void Apply(Canvas canvas, double factor)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        var (image, result) = (canvas.Image, canvas.Spare);
        if (image.Width < 3 || image.Height < 3)
        {
            return;
        }

        result.Resize(image.Width, image.Height, image.Channels);
        image.Row(0).CopyTo(result.Row(0));
        for (var y = 1; y < image.Height - 1; y++)
        {
            Row(image.Row(y - 1), image.Row(y), image.Row(y + 1), result.Row(y), image.Channels, (float)factor);
        }

        image.Row(image.Height - 1).CopyTo(result.Row(image.Height - 1));
        canvas.Swap();
    }

    private static void Row(ReadOnlySpan<byte> above, ReadOnlySpan<byte> row, ReadOnlySpan<byte> below, Span<byte> into, int channels, float factor)
    {
        above = above[..row.Length];
        below = below[..row.Length];
        into = into[..row.Length];
        row[..channels].CopyTo(into);
        row[^channels..].CopyTo(into[^channels..]);
        for (var i = channels; i < row.Length - channels; i++)
        {
            var sum = above[i - channels] + above[i] + above[i + channels]
                + row[i - channels] + 5 * row[i] + row[i + channels]
                + below[i - channels] + below[i] + below[i + channels];
            into[i] = Blend.Of((2 * sum + 13) / 26, row[i], factor);
        }
    }
}
