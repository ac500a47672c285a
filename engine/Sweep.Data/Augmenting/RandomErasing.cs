using Sweep.Data.Pixels;
using Sweep.Models.Numerics;

namespace Sweep.Data.Augmenting;

/// <summary>Replaces a random rectangle of a normalised image by noise (arXiv 1708.04896, in timm's form with one rectangle and mode pixel).</summary>
public static class RandomErasing
{
    private const double LeastArea = 0.02;
    private const double GreatestArea = 1.0 / 3;
    private const double LeastRatio = 0.3;
    private const int Tries = 10;

    /// <summary>
    /// Area uniform in [0.02, 1/3] of the image's, ratio of height to width log-uniform in [0.3, 1/0.3], place uniform.
    /// </summary>
    /// <returns>Null when none of ten draws is smaller than the image.</returns>
    public static CropBox? Draw(SeededRandom random, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var i = 0; i < Tries; i++)
        {
            var area = (LeastArea + (GreatestArea - LeastArea) * random.NextDouble()) * width * height;
            var ratio = Math.Exp(Math.Log(LeastRatio) * (1 - 2 * random.NextDouble()));
            var (h, w) = ((int)Math.Round(Math.Sqrt(area * ratio)), (int)Math.Round(Math.Sqrt(area / ratio)));
            if (w < width && h < height)
            {
                var top = random.Next(height - h + 1);
                return new CropBox(random.Next(width - w + 1), top, w, h);
            }
        }

        return null;
    }

    /// <param name="values">(C, height, width), normalised; the box becomes N(0, 1), each value for itself.</param>
    public static void Apply(SeededRandom random, CropBox box, Span<float> values, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var plane = 0; plane < values.Length; plane += width * height)
        {
            for (var y = box.Top; y < box.Top + box.Height; y++)
            {
                foreach (ref var value in values.Slice(plane + y * width + box.Left, box.Width))
                {
                    value = (float)random.NextGaussian();
                }
            }
        }
    }
}
