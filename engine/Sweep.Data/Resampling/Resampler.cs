using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Sweep.Data.Decoding;

namespace Sweep.Data.Resampling;

/// <summary>
/// Resizes with antialiasing, in two passes: rows first, then columns, each rounded to bytes. The arithmetic (taps, fixed point,
/// rounding) is that of Pillow's <c>Image.resize</c>, so the pixels are equal to what the published models were evaluated on.
/// </summary>
public static class Resampler
{
    private const int Half = 1 << (ResampleWeights.Precision - 1);

    /// <param name="source">Any number of channels of 1 and 3.</param>
    /// <param name="box">The part of <paramref name="source"/> to resize, in its pixels.</param>
    /// <param name="targetWidth">Pixels.</param>
    /// <param name="targetHeight">Pixels.</param>
    /// <returns>targetWidth x targetHeight; the caller disposes it.</returns>
    public static DecodedImage Resize(DecodedImage source, ResampleBox box, int targetWidth, int targetHeight, ResampleFilter filter)
    {
        ArgumentNullException.ThrowIfNull(source);
        var target = DecodedImage.Rent(targetWidth, targetHeight, source.Channels);
        Resize(source, box, targetWidth, targetHeight, new ResampleWindow(0, 0, targetWidth, targetHeight), filter, target.Pixels);
        return target;
    }

    /// <summary>Computes only a window of the resized image: the same bytes as resizing in full and cropping.</summary>
    /// <param name="target">window.Height x window.Width x channels bytes.</param>
    public static void Resize(
        DecodedImage source, ResampleBox box, int targetWidth, int targetHeight, ResampleWindow window, ResampleFilter filter, Span<byte> target)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (box.Left < 0 || box.Top < 0 || box.Right > source.Width || box.Bottom > source.Height || !(box.Width > 0) || !(box.Height > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(box), box, $"A box must lie in its image of {source.Width} x {source.Height} pixels and have an area.");
        }

        if (window.Left < 0 || window.Top < 0 || window.Width < 1 || window.Height < 1
            || window.Left + window.Width > targetWidth || window.Top + window.Height > targetHeight)
        {
            throw new ArgumentOutOfRangeException(nameof(window), window, $"A window must lie in the target of {targetWidth} x {targetHeight} pixels and have an area.");
        }

        var row = window.Width * source.Channels;
        if (target.Length != row * window.Height)
        {
            throw new ArgumentException($"The target must have {row * window.Height} bytes, but has {target.Length}.", nameof(target));
        }

        using var across = new ResampleWeights(source.Width, box.Left, box.Right, targetWidth, window.Left, window.Width, filter);
        using var down = new ResampleWeights(source.Height, box.Top, box.Bottom, targetHeight, window.Top, window.Height, filter);
        var begin = down.Begin;
        var rows = down.End - begin;
        var between = ArrayPool<byte>.Shared.Rent(rows * row + DecodedImage.Slack);
        try
        {
            var pixels = source.PaddedPixels;
            var stride = source.Width * source.Channels;
            for (var y = 0; y < rows; y++)
            {
                var from = pixels[((begin + y) * stride)..];
                var to = between.AsSpan(y * row, row);
                if (source.Channels == 3)
                {
                    Across3(from, to, across);
                }
                else
                {
                    Across1(from, to, across);
                }
            }

            for (var y = 0; y < window.Height; y++)
            {
                Down(between.AsSpan((down.First(y) - begin) * row), target.Slice(y * row, row), down.Weights(y));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(between);
        }
    }

    /// <summary>One row of RGB: the three channels of a pixel, and one byte more, are the lanes of a vector.</summary>
    private static void Across3(ReadOnlySpan<byte> from, Span<byte> to, in ResampleWeights across)
    {
        ref var source = ref MemoryMarshal.GetReference(from);
        var half = Vector128.Create(Half);
        for (var x = 0; x < across.Length; x++)
        {
            var weights = across.Weights(x);
            ref var pixel = ref Unsafe.Add(ref source, across.First(x) * 3);
            var sum = half;
            for (var t = 0; t < weights.Length; t++)
            {
                var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref pixel)).AsByte();
                var lanes = Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
                sum += lanes * Vector128.Create(weights[t]);
                pixel = ref Unsafe.Add(ref pixel, 3);
            }

            sum = Vector128.Min(Vector128.Max(sum >> ResampleWeights.Precision, Vector128<int>.Zero), Vector128.Create(255));
            to[3 * x] = (byte)sum[0];
            to[3 * x + 1] = (byte)sum[1];
            to[3 * x + 2] = (byte)sum[2];
        }
    }

    private static void Across1(ReadOnlySpan<byte> from, Span<byte> to, in ResampleWeights across)
    {
        for (var x = 0; x < across.Length; x++)
        {
            var weights = across.Weights(x);
            var sum = Half;
            for (var t = 0; t < weights.Length; t++)
            {
                sum += from[across.First(x) + t] * weights[t];
            }

            to[x] = Byte(sum);
        }
    }

    /// <summary>One row of the target from some rows, whatever the channels are.</summary>
    private static void Down(ReadOnlySpan<byte> rows, Span<byte> to, ReadOnlySpan<int> weights)
    {
        ref var source = ref MemoryMarshal.GetReference(rows);
        ref var target = ref MemoryMarshal.GetReference(to);
        var width = to.Length;
        var x = 0;
        for (; x <= width - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector<int> a = new(Half), b = new(Half), c = new(Half), d = new(Half);
            for (var t = 0; t < weights.Length; t++)
            {
                var weight = new Vector<int>(weights[t]);
                Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)(t * width + x)), out var low, out var high);
                Vector.Widen(low, out var first, out var second);
                Vector.Widen(high, out var third, out var fourth);
                a += Vector.AsVectorInt32(first) * weight;
                b += Vector.AsVectorInt32(second) * weight;
                c += Vector.AsVectorInt32(third) * weight;
                d += Vector.AsVectorInt32(fourth) * weight;
            }

            Vector.Narrow(Vector.Narrow(Bytes(a), Bytes(b)), Vector.Narrow(Bytes(c), Bytes(d))).StoreUnsafe(ref target, (nuint)x);
        }

        for (; x < width; x++)
        {
            var sum = Half;
            for (var t = 0; t < weights.Length; t++)
            {
                sum += rows[t * width + x] * weights[t];
            }

            to[x] = Byte(sum);
        }
    }

    private static Vector<uint> Bytes(Vector<int> sum) =>
        Vector.AsVectorUInt32(Vector.Min(Vector.Max(sum >> ResampleWeights.Precision, Vector<int>.Zero), new Vector<int>(255)));

    private static byte Byte(int sum) => (byte)Math.Clamp(sum >> ResampleWeights.Precision, 0, 255);
}
