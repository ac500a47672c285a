using Sweep.Data;
using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Bench.TrainingStep;

/// <summary>Images of noise with random labels: the time of a step does not depend on what the images show.</summary>
internal sealed class NoiseSource(ViTShape shape, int images) : IDataSource
{
    public ImageDataSet Load(DataRecipe recipe, IReadOnlyList<string> roots)
    {
        var statistics = new PixelStatistics(
            [.. Enumerable.Repeat(0.5f, shape.Channels)], [.. Enumerable.Repeat(0.25f, shape.Channels)]);
        return new ImageDataSet(Images(images, "training"), Images(1, "test"), statistics, shape.Classes);
    }

    private LabelledImages Images(int count, string name)
    {
        var random = new SeededRandom(0, "noise " + name);
        var one = new byte[shape.Channels * shape.ImageSize * shape.ImageSize];
        var (pixels, labels) = (new byte[(long)count * one.Length], new int[count]);
        for (var i = 0; i < one.Length; i++)
        {
            one[i] = (byte)random.Next(256);
        }

        for (var i = 0; i < count; i++)
        {
            one.CopyTo(pixels, i * (long)one.Length);
            labels[i] = random.Next(shape.Classes);
        }

        return new LabelledImages(pixels, labels, shape.Channels, shape.ImageSize);
    }
}
