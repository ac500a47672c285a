using Sweep.Data.Decoding;
using Sweep.Models;

namespace Sweep.Data.Tests;

/// <summary>Images made from their index; some are damaged.</summary>
internal sealed class DrawnImages(int count, int width = 40, int height = 30) : IImageFiles
{
    public HashSet<int> Damaged { get; } = [];

    public int Count => count;

    public int Label(int index) => index * 7 % 5;

    public DecodedImage Decode(int index, LeastSide leastSide)
    {
        if (Damaged.Contains(index))
        {
            throw StageFaultException.BadData($"train/c/{index}.jpg: the file must be a whole JPEG or PNG photograph.");
        }

        _ = leastSide(width, height);
        var image = DecodedImage.Rent(width, height, 3);
        var pixels = image.Pixels;
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(index * 37 + i / 3 % width * 5 + i / 3 / width * (3 + i % 3) + i * i % 11);
        }

        return image;
    }
}
