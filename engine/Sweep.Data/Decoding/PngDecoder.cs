using System.Buffers;
using System.Text;
using Sweep.Models;

namespace Sweep.Data.Decoding;

/// <summary>Decodes PNG files to RGB of 8 bits by libpng. Grey is replicated, palettes are looked up, transparency is dropped.</summary>
internal static class PngDecoder
{
    public static bool Recognises(ReadOnlySpan<byte> file) => file.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

    /// <exception cref="StageFaultException">BadData.</exception>
    public static unsafe DecodedImage Decode(string path, ReadOnlySpan<byte> file)
    {
        var png = new LibPng.Image { Version = LibPng.Version };
        try
        {
            fixed (byte* bytes = file)
            {
                Check(path, png, Begin(&png, bytes, (nuint)file.Length));
                PhotographDecoder.CheckSize(path, (int)Math.Min(png.Width, int.MaxValue), (int)Math.Min(png.Height, int.MaxValue));
                var image = DecodedImage.Rent((int)png.Width, (int)png.Height, 3);
                try
                {
                    png.Flags |= LibPng.SixteenBitIsSrgb;
                    if ((png.Format & LibPng.Alpha) == 0)
                    {
                        png.Format = LibPng.Rgb;
                        fixed (byte* pixels = image.Pixels)
                        {
                            Check(path, png, LibPng.Finish(&png, null, pixels, 0, null));
                        }
                    }
                    else
                    {
                        png.Format = LibPng.Rgba;
                        FinishWithAlpha(path, &png, image);
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
            if (png.Opaque != 0)
            {
                LibPng.Free(&png);
            }
        }
    }

    private static unsafe int Begin(LibPng.Image* png, byte* bytes, nuint length)
    {
        try
        {
            return LibPng.Begin(png, bytes, length);
        }
        catch (DllNotFoundException e)
        {
            throw PhotographDecoder.NoLibrary("PNG", "libpng 1.6", PhotographDecoder.PngPackage, e);
        }
    }

    private static unsafe void FinishWithAlpha(string path, LibPng.Image* png, DecodedImage image)
    {
        var wide = ArrayPool<byte>.Shared.Rent(checked(image.Width * image.Height * 4));
        try
        {
            fixed (byte* pixels = wide)
            {
                var result = LibPng.Finish(png, null, pixels, 0, null);
                Check(path, *png, result);
            }

            var colours = image.Pixels;
            for (int from = 0, to = 0; to < colours.Length; from += 4, to += 3)
            {
                wide.AsSpan(from, 3).CopyTo(colours[to..]);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(wide);
        }
    }

    private static void Check(string path, in LibPng.Image png, int result)
    {
        if (result == 0)
        {
            ReadOnlySpan<byte> message = png.Message;
            var end = message.IndexOf((byte)0);
            throw PhotographDecoder.Damaged(path, Encoding.UTF8.GetString(end < 0 ? message : message[..end]));
        }
    }
}
