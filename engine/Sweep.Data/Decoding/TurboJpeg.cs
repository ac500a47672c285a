using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sweep.Data.Decoding;

/// <summary>The TurboJPEG API of libjpeg-turbo 1.4 and later, as far as decoding needs it (turbojpeg.h).</summary>
internal static partial class TurboJpeg
{
    public const int Rgb = 0;                   // TJPF_RGB
    public const int CmykPixels = 11;           // TJPF_CMYK
    public const int CmykColours = 3;           // TJCS_CMYK
    public const int YcckColours = 4;           // TJCS_YCCK
    public const int LimitScans = 32768;        // TJFLAG_LIMITSCANS: a small file cannot ask for hours; older versions ignore it

    static TurboJpeg() => NativeImageLibrary.Register();

    [LibraryImport(NativeImageLibrary.TurboJpeg, EntryPoint = "tjInitDecompress")]
    public static partial Decompressor InitDecompress();

    [LibraryImport(NativeImageLibrary.TurboJpeg, EntryPoint = "tjDecompressHeader3")]
    public static unsafe partial int DecompressHeader(
        Decompressor decompressor, byte* file, CULong bytes, out int width, out int height, out int subsampling, out int colours);

    [LibraryImport(NativeImageLibrary.TurboJpeg, EntryPoint = "tjDecompress2")]
    public static unsafe partial int Decompress(
        Decompressor decompressor, byte* file, CULong bytes, byte* pixels, int width, int pitch, int height, int pixelFormat, int flags);

    [LibraryImport(NativeImageLibrary.TurboJpeg, EntryPoint = "tjGetErrorCode")]
    public static partial int ErrorCode(Decompressor decompressor);

    public static string Error(Decompressor decompressor) => Marshal.PtrToStringUTF8(ErrorText(decompressor)) ?? "";

    [LibraryImport(NativeImageLibrary.TurboJpeg, EntryPoint = "tjGetErrorStr2")]
    private static partial nint ErrorText(Decompressor decompressor);

    [LibraryImport(NativeImageLibrary.TurboJpeg, EntryPoint = "tjDestroy")]
    private static partial int Destroy(nint decompressor);

    /// <summary>A decompressor instance: for one thread at a time, for any number of images.</summary>
    public sealed class Decompressor() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle() => Destroy(handle) == 0;
    }
}
