using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sweep.Data.Decoding;

/// <summary>The simplified API of libpng 1.6 (png.h, section "Simplified API").</summary>
internal static unsafe partial class LibPng
{
    public const uint Version = 1;              // PNG_IMAGE_VERSION
    public const uint Alpha = 1;                // PNG_FORMAT_FLAG_ALPHA
    public const uint Rgb = 2;                  // PNG_FORMAT_RGB
    public const uint Rgba = Rgb | Alpha;       // PNG_FORMAT_RGBA
    public const uint SixteenBitIsSrgb = 4;     // PNG_IMAGE_FLAG_16BIT_sRGB

    static LibPng() => NativeImageLibrary.Register();

    [LibraryImport(NativeImageLibrary.Png, EntryPoint = "png_image_begin_read_from_memory")]
    public static partial int Begin(Image* image, byte* file, nuint bytes);

    [LibraryImport(NativeImageLibrary.Png, EntryPoint = "png_image_finish_read")]
    public static partial int Finish(Image* image, void* background, byte* pixels, int rowStride, void* colourMap);

    [LibraryImport(NativeImageLibrary.Png, EntryPoint = "png_image_free")]
    public static partial void Free(Image* image);

    /// <summary>png_image.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Image
    {
        public nint Opaque;
        public uint Version;
        public uint Width;
        public uint Height;
        public uint Format;
        public uint Flags;
        public uint ColourMapEntries;
        public uint WarningOrError;
        public Text Message;
    }

    /// <summary>char[64], ended by a zero.</summary>
    [InlineArray(64)]
    public struct Text
    {
        private byte _first;
    }
}
