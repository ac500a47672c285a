namespace Sweep.Data;

/// <summary>Images and their labels in memory.</summary>
/// <param name="Pixels">[count, channels, size, size], row-major; empty where the images are photographs in files.</param>
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
