using System.Buffers;
using System.Globalization;
using Sweep.Models;
using Sweep.Recipes;

namespace Sweep.Data.Decoding;

/// <summary>
/// Reads a JPEG or PNG file and decodes it to RGB. What a file is, its first bytes say, and not its name: ImageNet itself has a PNG
/// named <c>.JPEG</c>. For any number of threads.
/// </summary>
public sealed class PhotographDecoder
{
    /// <summary>Pixels of the largest photograph: 600 MB of RGB come near what a decoding thread may take.</summary>
    public const long MostPixels = 200_000_000;

    internal const string JpegPackage = "libturbojpeg0";
    internal const string PngPackage = "libpng16-16";

    private readonly JpegDecoder _jpeg = new();

    /// <summary>Debian's names of the libraries that decoding needs and this machine lacks.</summary>
    public static IReadOnlyList<string> MissingPackages =>
    [
        .. NativeImageLibrary.IsHere(NativeImageLibrary.TurboJpeg) ? Array.Empty<string>() : [JpegPackage],
        .. NativeImageLibrary.IsHere(NativeImageLibrary.Png) ? Array.Empty<string>() : [PngPackage],
    ];

    /// <param name="leastSide">See <see cref="IImageFiles.Decode(int, int)"/>. PNG is always decoded in full.</param>
    /// <exception cref="StageFaultException">BadData: the file is missing, damaged, too large or no photograph.</exception>
    public DecodedImage Decode(string path, LeastSide leastSide)
    {
        ArgumentNullException.ThrowIfNull(leastSide);
        using var file = Open(path);
        var length = RandomAccess.GetLength(file);
        if (length > Array.MaxLength)
        {
            throw Damaged(path, string.Create(CultureInfo.InvariantCulture, $"a photograph has at most {Array.MaxLength} bytes, but this file has {length}"));
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var read = 0;
            while (read < length && RandomAccess.Read(file, buffer.AsSpan(read, (int)length - read), read) is > 0 and var more)
            {
                read += more;
            }

            return Decode(path, buffer.AsSpan(0, read), leastSide);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <param name="path">For messages.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="leastSide">See <see cref="IImageFiles.Decode(int, int)"/>.</param>
    public DecodedImage Decode(string path, ReadOnlySpan<byte> file, LeastSide leastSide) =>
        JpegDecoder.Recognises(file) ? _jpeg.Decode(path, file, leastSide)
        : PngDecoder.Recognises(file) ? PngDecoder.Decode(path, file)
        : throw Damaged(path, file.IsEmpty ? "it is empty" : $"its first bytes are {Convert.ToHexString(file[..Math.Min(8, file.Length)])}, which is neither JPEG nor PNG");

    internal static void CheckSize(string path, int width, int height)
    {
        if (width <= 0 || height <= 0 || (long)width * height > MostPixels)
        {
            throw Damaged(path, string.Create(CultureInfo.InvariantCulture, $"it must have at least one and at most {MostPixels} pixels, but is {width} x {height}"));
        }
    }

    internal static StageFaultException Damaged(string path, string reason) =>
        StageFaultException.BadData($"{path}: the file must be a whole JPEG or PNG photograph: {reason.TrimEnd('.')}.");

    /// <summary>Not the data's fault: another worker may have the library.</summary>
    internal static StageFaultException NoLibrary(string format, string library, string package, Exception inner) => new(
        FailureReason.Unexpected,
        $"Decoding {format} photographs needs {library}, which cannot be loaded here. On Debian: 'apt-get install {package}'.",
        inner);

    private static Microsoft.Win32.SafeHandles.SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, options: FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw StageFaultException.BadData($"{path}: the photograph was there when the folder was listed, but is gone.", e);
        }
    }
}
