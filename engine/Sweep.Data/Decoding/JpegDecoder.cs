using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Sweep.Models;

namespace Sweep.Data.Decoding;

/// <summary>
/// Decodes JPEG files to RGB by libjpeg-turbo, with its accurate inverse DCT and smooth chroma upsampling, as Pillow and torchvision
/// do. Grey is replicated. CMYK is read inverted, the convention of Adobe that Pillow follows. An Exif orientation is not applied.
/// </summary>
internal sealed class JpegDecoder
{
    private const int Warning = 0; // TJERR_WARNING

    /// <summary>Warnings of libjpeg that leave every pixel as its author meant it.</summary>
    private static readonly string[] s_harmless = ["extraneous bytes", "unknown JFIF", "Adobe color transform"];

    private readonly ConcurrentBag<TurboJpeg.Decompressor> _idle = [];

    public static bool Recognises(ReadOnlySpan<byte> file) => file.StartsWith<byte>([0xFF, 0xD8, 0xFF]);

    /// <exception cref="StageFaultException">BadData.</exception>
    public unsafe DecodedImage Decode(string path, ReadOnlySpan<byte> file, LeastSide leastSide)
    {
        var decompressor = _idle.TryTake(out var idle) ? idle : Start();
        try
        {
            fixed (byte* bytes = file)
            {
                var length = new CULong((nuint)file.Length);
                if (TurboJpeg.DecompressHeader(decompressor, bytes, length, out var width, out var height, out _, out var colours) != 0
                    && TurboJpeg.ErrorCode(decompressor) != Warning)
                {
                    throw PhotographDecoder.Damaged(path, TurboJpeg.Error(decompressor));
                }

                PhotographDecoder.CheckSize(path, width, height);
                var shift = Shrinking(width, height, leastSide(width, height));
                var image = DecodedImage.Rent(Shrunk(width, shift), Shrunk(height, shift), width, height);
                try
                {
                    if (colours is TurboJpeg.CmykColours or TurboJpeg.YcckColours)
                    {
                        DecodeInks(decompressor, path, file, bytes, image);
                    }
                    else
                    {
                        fixed (byte* pixels = image.Pixels)
                        {
                            Run(decompressor, path, file, bytes, pixels, image, TurboJpeg.Rgb, 3);
                        }
                    }

                    return image;
                }
                catch
                {
                    image.Dispose();
                    throw;
                }
            }
        }
        finally
        {
            _idle.Add(decompressor);
        }
    }

    /// <summary>
    /// Only halvings: libjpeg-turbo has vector code for them, and none for the eighths between, which are slower than full size.
    /// </summary>
    private static int Shrinking(int width, int height, int leastSide)
    {
        var shift = 0;
        while (shift < 3 && Shrunk(Math.Min(width, height), shift + 1) >= leastSide)
        {
            shift++;
        }

        return shift;
    }

    private static int Shrunk(int side, int shift) => (side + (1 << shift) - 1) >> shift;

    private static TurboJpeg.Decompressor Start()
    {
        try
        {
            var decompressor = TurboJpeg.InitDecompress();
            return decompressor.IsInvalid ? throw new OutOfMemoryException("libjpeg-turbo could not start a decompressor.") : decompressor;
        }
        catch (DllNotFoundException e)
        {
            throw PhotographDecoder.NoLibrary("JPEG", "libjpeg-turbo (libturbojpeg)", PhotographDecoder.JpegPackage, e);
        }
    }

    private static unsafe void DecodeInks(TurboJpeg.Decompressor decompressor, string path, ReadOnlySpan<byte> file, byte* bytes, DecodedImage image)
    {
        var inks = ArrayPool<byte>.Shared.Rent(checked(image.Width * image.Height * 4));
        try
        {
            fixed (byte* pixels = inks)
            {
                Run(decompressor, path, file, bytes, pixels, image, TurboJpeg.CmykPixels, 4);
            }

            var colours = image.Pixels;
            for (int from = 0, to = 0; to < colours.Length; from += 4, to += 3)
            {
                // Stored inverted: what is stored as 255 is no ink at all.
                var light = inks[from + 3];
                colours[to] = Dimmed(light, inks[from]);
                colours[to + 1] = Dimmed(light, inks[from + 1]);
                colours[to + 2] = Dimmed(light, inks[from + 2]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(inks);
        }
    }

    /// <summary>light - round(light · ink / 255), in integers.</summary>
    private static byte Dimmed(byte light, byte storedInk)
    {
        var product = light * (255 - storedInk) + 128;
        return (byte)Math.Clamp(light - (((product >> 8) + product) >> 8), 0, 255);
    }

    private static unsafe void Run(
        TurboJpeg.Decompressor decompressor, string path, ReadOnlySpan<byte> file, byte* bytes, byte* pixels, DecodedImage image, int format, int pixelBytes)
    {
        var result = TurboJpeg.Decompress(
            decompressor, bytes, new CULong((nuint)file.Length), pixels, image.Width, image.Width * pixelBytes, image.Height, format, TurboJpeg.LimitScans);
        if (result == 0)
        {
            return;
        }

        var reason = TurboJpeg.Error(decompressor);
        if (TurboJpeg.ErrorCode(decompressor) != Warning || !Array.Exists(s_harmless, part => reason.Contains(part, StringComparison.OrdinalIgnoreCase)))
        {
            throw PhotographDecoder.Damaged(path, reason);
        }

        // libjpeg words only its first warning, and one of these may hide that the file ends early.
        if (file[(file.Length / 2)..].LastIndexOf<byte>([0xFF, 0xD9]) < 0)
        {
            throw PhotographDecoder.Damaged(path, $"{reason}, and no end of the image");
        }
    }
}
