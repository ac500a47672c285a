using Sweep.Data.Decoding;
using Sweep.Models;

namespace Sweep.Data;

/// <summary>Images that are decoded one by one, when they are asked for. Any number of threads may ask at once.</summary>
public interface IImageFiles
{
    int Count { get; }

    /// <returns>The class number.</returns>
    int Label(int index);

    /// <summary>Decodes one image, near a needed size where that is cheaper.</summary>
    /// <param name="leastSide">
    /// Pixels that the shorter side must have at least, as far as the image itself has them. Half, a quarter or an eighth of the full
    /// size is decoded where that is enough. Asking for twice what is then resampled to leaves a difference that nobody sees.
    /// </param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="StageFaultException">BadData: the file is damaged or no photograph; file and reason are named.</exception>
    DecodedImage Decode(int index, int leastSide) => Decode(index, (_, _) => leastSide);

    /// <summary>As above, where the needed size depends on the image's own: a random crop of it, for example.</summary>
    DecodedImage Decode(int index, LeastSide leastSide);
}

/// <summary>The pixels that the shorter side of the decoded image must have at least, of an image of this full size.</summary>
public delegate int LeastSide(int width, int height);
