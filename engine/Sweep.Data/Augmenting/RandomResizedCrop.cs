using Sweep.Data.Pixels;
using Sweep.Models.Numerics;

namespace Sweep.Data.Augmenting;

/// <summary>A random part of an image, to be resized to the net's side (Szegedy et al., arXiv 1409.4842, in torchvision's form).</summary>
public static class RandomResizedCrop
{
    private const double LeastRatio = 3.0 / 4;
    private const double GreatestRatio = 4.0 / 3;
    private const int Tries = 10;

    /// <summary>
    /// Area uniform in [<paramref name="leastArea"/>, 1] of the image's, ratio of width to height log-uniform in [3/4, 4/3], place uniform.
    /// After ten draws that do not fit, the largest centred part of a permitted ratio.
    /// </summary>
    public static CropBox Draw(SeededRandom random, int width, int height, double leastArea)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var i = 0; i < Tries; i++)
        {
            var area = (leastArea + (1 - leastArea) * random.NextDouble()) * width * height;
            var ratio = Math.Exp(Math.Log(LeastRatio) + (Math.Log(GreatestRatio) - Math.Log(LeastRatio)) * random.NextDouble());
            var (w, h) = ((int)Math.Round(Math.Sqrt(area * ratio)), (int)Math.Round(Math.Sqrt(area / ratio)));
            if (w >= 1 && h >= 1 && w <= width && h <= height)
            {
                var top = random.Next(height - h + 1);
                return new CropBox(random.Next(width - w + 1), top, w, h);
            }
        }

        return Fallback(width, height);
    }

    private static CropBox Fallback(int width, int height)
    {
        var ratio = (double)width / height;
        var w = ratio > GreatestRatio ? (int)Math.Round(height * GreatestRatio) : width;
        var h = ratio < LeastRatio ? (int)Math.Round(width / LeastRatio) : height;
        return new CropBox((width - w) / 2, (height - h) / 2, w, h);
    }
}
