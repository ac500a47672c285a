using Sweep.Data.Decoding;

namespace Sweep.Data.Loading;

/// <summary>Some images of another set, in an order of their own: a validation cut, for example.</summary>
public sealed class ChosenImages(IImageFiles images, IReadOnlyList<int> positions) : IImageFiles
{
    public int Count => positions.Count;

    public int Label(int index) => images.Label(positions[index]);

    public DecodedImage Decode(int index, LeastSide leastSide) => images.Decode(positions[index], leastSide);
}
