using Sweep.Data.Decoding;

namespace Sweep.Data;

/// <summary>Images in memory, given out one by one as decoded files are: for nets that read another size than the data set has.</summary>
public sealed class ImagesInMemory(LabelledImages images) : IImageFiles
{
    public int Count => images.Count;

    public int Label(int index) => images.Labels[index];

    public DecodedImage Decode(int index, LeastSide leastSide)
    {
        var (size, channels) = (images.Size, images.Channels);
        var plane = size * size;
        var from = images.Pixels.AsSpan(index * plane * channels, plane * channels);
        var image = DecodedImage.Rent(size, size, channels);
        var to = image.Pixels;
        for (var c = 0; c < channels; c++)
        {
            var values = from.Slice(c * plane, plane);
            for (var i = 0; i < values.Length; i++)
            {
                to[i * channels + c] = values[i];
            }
        }

        return image;
    }
}
