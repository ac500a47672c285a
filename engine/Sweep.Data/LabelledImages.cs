using Sweep.Models;

namespace Sweep.Data;

/// <summary>Images and their labels in memory.</summary>
/// <param name="Pixels">[count, channels, size, size], row-major.</param>
/// <param name="Labels">[count], class numbers.</param>
public sealed record LabelledImages(byte[] Pixels, int[] Labels, int Channels, int Size)
{
    public int Count => Labels.Length;

    private int PixelsPerImage => Channels * Size * Size;

    /// <returns>The images at these positions, in their order.</returns>
    public LabelledImages Select(IReadOnlyList<int> positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        var pixels = new byte[(long)positions.Count * PixelsPerImage];
        var labels = new int[positions.Count];
        for (var i = 0; i < positions.Count; i++)
        {
            Buffer.BlockCopy(Pixels, positions[i] * PixelsPerImage, pixels, i * PixelsPerImage, PixelsPerImage);
            labels[i] = Labels[positions[i]];
        }

        return new LabelledImages(pixels, labels, Channels, Size);
    }
}

/// <summary>A data set as its files have it.</summary>
public sealed record ImageDataSet(LabelledImages Training, LabelledImages Test, PixelStatistics Statistics, int Classes);

/// <summary>Mean and standard deviation of a data set's training pixels per channel, of values in [0, 1].</summary>
public sealed record PixelStatistics(IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation)
{
    /// <summary>The customary constants of a registered data set.</summary>
    public static PixelStatistics Of(string dataSet) => dataSet switch
    {
        "fashion-mnist" => new([0.2860f], [0.3530f]),
        _ => throw StageFaultException.InvalidRecipe($"A data set must have its pixel statistics registered, but '{dataSet}' has none."),
    };
}
