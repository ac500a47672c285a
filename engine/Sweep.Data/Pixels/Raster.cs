namespace Sweep.Data.Pixels;

/// <summary>
/// The pixels of one image at a time: bytes by row, then column, then channel. Its memory is kept from image to image, so a thread that
/// prepares thousands of them allocates for the largest alone.
/// </summary>
public sealed class Raster
{
    /// <summary>Bytes behind the last pixel that a vector load may read.</summary>
    internal const int Slack = 16;

    private byte[] _bytes = new byte[Slack];

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>1 for grey, 3 for red, green and blue.</summary>
    public int Channels { get; private set; }

    public int Stride => Width * Channels;

    /// <summary>(Height, Width, Channels), row-major.</summary>
    public Span<byte> Pixels => _bytes.AsSpan(0, Height * Stride);

    /// <summary>The pixels, and after them <see cref="Slack"/> bytes of no meaning.</summary>
    internal ReadOnlySpan<byte> PixelsAndSlack => _bytes.AsSpan(0, Height * Stride + Slack);

    public Span<byte> Row(int y) => _bytes.AsSpan(y * Stride, Stride);

    /// <summary>Takes another size. What the pixels are afterwards is undefined.</summary>
    public Raster Resize(int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        (Width, Height, Channels) = (width, height, channels);
        var needed = checked(width * height * channels + Slack);
        if (_bytes.Length < needed)
        {
            _bytes = new byte[needed];
        }

        return this;
    }
}

/// <summary>An image under work, and the raster that an operation writes when it cannot work in place.</summary>
public sealed class Canvas
{
    public Raster Image { get; private set; } = new();

    public Raster Spare { get; private set; } = new();

    /// <summary>Makes what was written to <see cref="Spare"/> the image.</summary>
    public void Swap() => (Image, Spare) = (Spare, Image);
}
