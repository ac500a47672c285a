using Sweep.Engine.Models;
using Sweep.Engine.Pruning;
using Sweep.Engine.Training;
using Sweep.Models;
using Sweep.Models.Numerics;
using Sweep.Recipes;
using static TorchSharp.torch;

namespace Sweep.Engine.Stages;

/// <summary>Proves that a cut preserved the function: the masked dense net and the sliced net give the same logits.</summary>
internal static class SurgeryCheck
{
    /// <summary>Largest difference of logits, relative to the largest logit (or to 1).</summary>
    public const double LargestRelativeDifference = 1e-5;

    private const int Images = 16;

    /// <param name="dense">Before the cut, without gates.</param>
    /// <param name="plan">Of the cut.</param>
    /// <param name="cut">After the cut.</param>
    /// <param name="parentWeights">SHA-256 of the weights that were cut.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="InvalidOperationException">The function changed.</exception>
    public static SurgeryProof Prove(Net dense, PruningPlan plan, Net cut, string parentWeights, Device device)
    {
        using var masked = new VisionTransformer(PlanMask.Apply(dense, plan), device);
        return Prove(masked, cut, parentWeights, device);
    }

    /// <param name="dense">Before single weights were set to 0.</param>
    /// <param name="mask">Which were.</param>
    /// <param name="zeroed">With the zeros; of the same shape.</param>
    /// <param name="parentWeights">SHA-256 of the dense weights.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="InvalidOperationException">The function is not that of the dense net under the mask.</exception>
    public static SurgeryProof Prove(Net dense, WeightMask mask, Net zeroed, string parentWeights, Device device)
    {
        using var masked = new VisionTransformer(dense, device);
        using var held = new HeldMask(masked);
        held.Set(mask);
        return Prove(masked, zeroed, parentWeights, device);
    }

    private static SurgeryProof Prove(VisionTransformer masked, Net cut, string parentWeights, Device device)
    {
        var (shape, after) = (masked.Shape, cut.Shape);
        return new SurgeryProof
        {
            Before = shape,
            After = after,
            CountedParameters = cut.Values.Length,
            CountedParametersBefore = masked.Layout.Length,
            ParametersBefore = ViTCost.Parameters(shape),
            ParametersAfter = ViTCost.Parameters(after),
            FlopsBefore = ViTCost.Flops(shape),
            FlopsAfter = ViTCost.Flops(after),
            Blocks = [.. shape.Blocks.Zip(after.Blocks, (whole, block) => new BlockCosts(
                ViTCost.Parameters(whole, shape.Width),
                ViTCost.Parameters(block, shape.Width),
                ViTCost.Flops(whole, shape.Width, shape.Tokens),
                ViTCost.Flops(block, shape.Width, shape.Tokens)))],
            LargestLogitDifference = Difference(masked, cut, device),
            ParentWeights = parentWeights,
        };
    }

    private static double Difference(VisionTransformer before, Net cut, Device device)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var shape = before.Shape;
        var random = new SeededRandom(0, "surgery");
        var pixels = new float[Images * shape.Channels * shape.ImageSize * shape.ImageSize];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)random.NextGaussian();
        }

        var images = tensor(pixels).view(Images, shape.Channels, shape.ImageSize, shape.ImageSize).to(device);
        using var after = new VisionTransformer(cut, device);
        var (wanted, found) = (before.Forward(images), after.Forward(images));
        var difference = wanted.sub(found).abs().max().item<float>();
        var scale = Math.Max(1, wanted.abs().max().item<float>());
        return difference <= LargestRelativeDifference * scale
            ? difference
            : throw new InvalidOperationException(
                $"Surgery must preserve the logits within {LargestRelativeDifference * scale}, but the largest difference is {difference}.");
    }
}
