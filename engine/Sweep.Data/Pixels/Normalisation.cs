namespace Sweep.Data.Pixels;

/// <summary>Bytes as the net reads them: (value / 255 − mean) / deviation per channel, channels first.</summary>
public sealed class Normalisation
{
    private readonly float[][] _tables;

    public Normalisation(PixelStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        _tables = [.. statistics.Mean.Zip(statistics.Deviation, Table)];
        Mean = statistics.Mean.Select(mean => (byte)Math.Min(255, Math.Round(255 * mean))).ToArray();
    }

    public int Channels => _tables.Length;

    /// <summary>The mean colour, one value a channel.</summary>
    public ReadOnlyMemory<byte> Mean { get; }

    /// <param name="image">(H, W, C).</param>
    /// <param name="into">(C, H, W).</param>
    public void Apply(Raster image, Span<float> into)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Channels != Channels)
        {
            throw new ArgumentException($"An image must have the statistics' {Channels} channels, but has {image.Channels}.", nameof(image));
        }

        var plane = image.Width * image.Height;
        for (var channel = 0; channel < Channels; channel++)
        {
            var table = _tables[channel];
            var values = into.Slice(channel * plane, plane);
            var pixels = image.Pixels;
            for (int i = 0, from = channel; i < values.Length; i++, from += Channels)
            {
                values[i] = table[pixels[from]];
            }
        }
    }

    /// <summary>In the order of operations of <c>ImageTensors</c>, so that both give the same bits.</summary>
    private static float[] Table(float mean, float deviation)
    {
        var (scale, shift) = (1 / (255 * deviation), mean / deviation);
        var table = new float[256];
        for (var value = 0; value < table.Length; value++)
        {
            table[value] = value * scale - shift;
        }

        return table;
    }
}
