using System.Buffers;

namespace Sweep.Data.Decoding;

/// <summary>An image as bytes in a pooled buffer: rows of pixels, each pixel its channels side by side (HWC; red, green, blue).</summary>
public sealed class DecodedImage : IDisposable
{
    /// <summary>Bytes behind the last pixel that may be read, so that vectors need not stop short of the end.</summary>
    internal const int Slack = 16;

    private byte[]? _buffer;

    private DecodedImage(int width, int height, int channels)
    {
        (Width, Height, Channels) = (width, height, channels);
        (FullWidth, FullHeight) = (width, height);
        _buffer = ArrayPool<byte>.Shared.Rent(checked(width * height * channels) + Slack);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>3, or 1 for images of grey that a data set keeps as such. Photographs always have 3.</summary>
    public int Channels { get; }

    /// <summary>Width of the image before it was decoded at a fraction of its size.</summary>
    public int FullWidth { get; init; }

    /// <summary>Height of the image before it was decoded at a fraction of its size.</summary>
    public int FullHeight { get; init; }

    /// <summary>Height x Width x Channels bytes.</summary>
    public Span<byte> Pixels => Buffer.AsSpan(0, Width * Height * Channels);

    /// <summary>The pixels and <see cref="Slack"/> bytes behind them, of no meaning.</summary>
    internal Span<byte> PaddedPixels => Buffer.AsSpan(0, Width * Height * Channels + Slack);

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(DecodedImage));

    /// <returns>An image whose pixels are not set.</returns>
    public static DecodedImage Rent(int width, int height, int channels) => new(width, height, channels);

    internal static DecodedImage Rent(int width, int height, int fullWidth, int fullHeight) =>
        new(width, height, 3) { FullWidth = fullWidth, FullHeight = fullHeight };

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
