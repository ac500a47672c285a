using Sweep.Data.Pixels;
using Sweep.Models;

namespace Sweep.Data.Loading;

/// <summary>
/// What lies between an image's file and the values that the net reads. Any number of threads may prepare at once, each on its own canvas;
/// what comes out depends on the arguments alone.
/// </summary>
public interface IImagePreparation
{
    int Channels { get; }

    /// <summary>Pixels of a prepared image's side.</summary>
    int Side { get; }

    /// <param name="index">Which of <paramref name="images"/>.</param>
    /// <param name="place">Place of the image in its epoch, which random choices may depend on: an image may stand there more than once.</param>
    /// <param name="values">(C, S, S), normalised; all are written.</param>
    /// <exception cref="StageFaultException">BadData: the image's file is damaged; it is named.</exception>
    void Prepare(IImageFiles images, int index, int place, Canvas canvas, Span<float> values);
}
