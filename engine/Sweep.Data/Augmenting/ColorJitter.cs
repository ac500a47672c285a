using Sweep.Data.Pixels;
using Sweep.Models.Numerics;

namespace Sweep.Data.Augmenting;

/// <summary>Random brightness, contrast and saturation, in random order (torchvision's <c>ColorJitter</c> without hue).</summary>
public static class ColorJitter
{
    /// <param name="strength">Each factor is uniform in [max(0, 1 − strength), 1 + strength].</param>
    public static void Apply(Canvas canvas, SeededRandom random, double strength)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        ArgumentNullException.ThrowIfNull(random);
        var least = Math.Max(0, 1 - strength);
        foreach (var property in random.Draw(3, 3))
        {
            var factor = least + (1 + strength - least) * random.NextDouble();
            switch (property)
            {
                case 0:
                    ToneCurve.Brightness(canvas.Image, factor);
                    break;
                case 1:
                    ToneCurve.Contrast(canvas.Image, factor);
                    break;
                default:
                    Saturation.Apply(canvas.Image, factor);
                    break;
            }
        }
    }
}
