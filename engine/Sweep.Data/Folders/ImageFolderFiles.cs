using Sweep.Data.Decoding;

namespace Sweep.Data;

/// <summary>The photographs of one split, read from disk each time.</summary>
public sealed class ImageFolderFiles(ImageFolderIndex index, ImageFolderSplit split) : IImageFiles
{
    private readonly PhotographDecoder _decoder = new();

    public int Count => split.Count;

    public int Label(int index) => split.Labels[index];

    public DecodedImage Decode(int position, LeastSide leastSide) => _decoder.Decode(index.PathOf(split, position), leastSide);
}
