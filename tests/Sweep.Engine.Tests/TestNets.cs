using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Tests;

/// <summary>Small nets with random weights everywhere, biases included.</summary>
internal static class TestNets
{
    public static ViTShape Shape { get; } = ViTShape.Dense(8, 1, 4, 3, 12, 3, 3, 2);

    /// <summary>Large enough for VTP's floor of 8 gates a site to leave room.</summary>
    public static ViTShape WideShape { get; } = ViTShape.Dense(8, 1, 4, 3, 24, 2, 4, 2);

    public static Net Random(ViTShape shape, long seed)
    {
        var layout = ParameterLayout.Of(shape);
        var random = new SeededRandom(seed, "test net");
        var values = new float[layout.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(0.3 * random.NextGaussian());
        }

        var net = new Net(layout, values);
        foreach (var entry in layout.Entries.Where(entry => entry.Name.Contains("norm") && entry.Name.EndsWith("weight")))
        {
            foreach (ref var value in net[entry.Name])
            {
                value += 1;
            }
        }

        return net;
    }

    /// <summary>Logits on a fixed batch of noise.</summary>
    public static float[] Logits(Net net, int images = 5)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = new VisionTransformer(net, CPU);
        return model.Forward(Images(net.Shape, images)).data<float>().ToArray();
    }

    public static Tensor Images(ViTShape shape, int images)
    {
        var random = new SeededRandom(3, "images");
        var pixels = new float[images * shape.Channels * shape.ImageSize * shape.ImageSize];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)random.NextGaussian();
        }

        return tensor(pixels).view(images, shape.Channels, shape.ImageSize, shape.ImageSize);
    }

    public static double LargestDifference(float[] a, float[] b)
    {
        Assert.Equal(a.Length, b.Length);
        return a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();
    }

    /// <summary>A random heterogeneous plan; a branch may go altogether.</summary>
    public static PruningPlan RandomPlan(ViTShape shape, long seed, RemovedBias bias)
    {
        var random = new SeededRandom(seed, "plan");
        int[] Some(int count, int least) => [.. random.Draw(count, least + random.Next(count - least + 1)).Order()];
        int[] Exactly(int count, int wanted) => [.. random.Draw(count, wanted).Order()];
        return new PruningPlan
        {
            Before = shape,
            Bias = bias,
            Blocks = [.. shape.Blocks.Select(block =>
            {
                var heads = Some(block.Heads, 0);
                var (pairs, channels) = (1 + random.Next(block.QueryKeyWidth), 1 + random.Next(block.ValueWidth));
                return new BlockPlan
                {
                    Heads = heads,
                    QueryKey = [.. heads.Select(_ => Exactly(block.QueryKeyWidth, pairs))],
                    Value = [.. heads.Select(_ => Exactly(block.ValueWidth, channels))],
                    Mlp = Some(block.MlpWidth, 0),
                    AttentionInputs = random.Next(2) == 0 ? null : Some(shape.Width, 1),
                    MlpInputs = random.Next(2) == 0 ? null : Some(shape.Width, 1),
                };
            })],
        };
    }
}
