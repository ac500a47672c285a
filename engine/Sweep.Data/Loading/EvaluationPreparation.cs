using Sweep.Data.Pixels;
using Sweep.Data.Resampling;

namespace Sweep.Data.Loading;

/// <summary>An image as evaluation sees it: the same every time.</summary>
public sealed class EvaluationPreparation(EvaluationTransform transform, Normalisation normalisation) : IImagePreparation
{
    public int Channels => normalisation.Channels;

    public int Side => transform.Side;

    public void Prepare(IImageFiles images, int index, int place, Canvas canvas, Span<float> values)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(canvas);
        using (var image = images.Decode(index, transform.LeastSide))
        {
            transform.Apply(image, canvas.Image.Resize(Side, Side, image.Channels).Pixels);
        }

        normalisation.Apply(canvas.Image, values);
    }
}
