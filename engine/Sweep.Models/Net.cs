using Sweep.Models.Numerics;
using Sweep.Recipes;

namespace Sweep.Models;

/// <summary>The input channels a block reads, where it does not read all; ascending.</summary>
public sealed record KeptInputs(IReadOnlyList<int>? Attention, IReadOnlyList<int>? Projection, IReadOnlyList<int>? Mlp)
{
    public static KeptInputs All { get; } = new(null, null, null);
}

/// <summary>A net in host memory: what is saved, scored, planned on and cut. The engine's <c>VisionTransformer</c> is its form on a device.</summary>
public sealed class Net
{
    public Net(ParameterLayout layout, float[] values, IReadOnlyList<KeptInputs>? inputs = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != layout.Length)
        {
            throw new ArgumentException($"A net needs {layout.Length} values for its shape, but got {values.Length}.", nameof(values));
        }

        Layout = layout;
        Values = values;
        Inputs = inputs ?? [.. layout.Shape.Blocks.Select(_ => KeptInputs.All)];
    }

    public ParameterLayout Layout { get; }

    public ViTShape Shape => Layout.Shape;

    /// <summary>All parameters, at the layout's offsets.</summary>
    public float[] Values { get; }

    /// <summary>One entry a block.</summary>
    public IReadOnlyList<KeptInputs> Inputs { get; }

    /// <summary>The values of one parameter.</summary>
    public Span<float> this[string name] => Values.AsSpan(Layout[name].Offset, Layout[name].Length);

    public Net Clone() => new(Layout, (float[])Values.Clone(), Inputs);

    /// <summary>The same weights with VTP's gates, all 1, where a feature that is cut equals a gate of 0.</summary>
    public Net WithGates()
    {
        var gated = ParameterLayout.Of(Shape, gated: true);
        var values = new float[gated.Length];
        Values.AsSpan(0, Layout.WeightLength).CopyTo(values);
        values.AsSpan(gated.WeightLength).Fill(1);
        return new Net(gated, values, Inputs);
    }

    /// <summary>
    /// Fresh weights, as timm starts a vision transformer: truncated normal of deviation 0.02 (cut at ±2) for weights and the position
    /// embedding (and for the distillation token), 10⁻⁶ for the class token, LeCun normal for the patch embedding, zero biases, unit norms.
    /// </summary>
    public static Net Fresh(ViTShape shape, long seed)
    {
        var layout = ParameterLayout.Of(shape);
        var net = new Net(layout, new float[layout.Length]);
        foreach (var (entry, index) in layout.Entries.Select((entry, index) => (entry, index)))
        {
            var random = new SeededRandom(seed, "weights", index);
            var values = net[entry.Name];
            if (entry.Name.Contains("norm", StringComparison.Ordinal) && entry.Name.EndsWith("weight", StringComparison.Ordinal))
            {
                values.Fill(1);
            }
            else if (entry.Name == "cls_token")
            {
                FillTruncatedNormal(values, random, 1e-6);
            }
            else if (entry.Name == "patch_embed.proj.weight")
            {
                // The truncation at ±2 deviations narrows a unit normal to deviation 0.8796.
                FillTruncatedNormal(values, random, Math.Sqrt((double)shape.Width / entry.Length) / 0.87962566, bound: 2);
            }
            else if (entry.Name is "pos_embed" or Name.DistillationToken || entry.Name.EndsWith("weight", StringComparison.Ordinal))
            {
                FillTruncatedNormal(values, random, 0.02);
            }
        }

        return net;
    }

    /// <param name="bound">In deviations.</param>
    private static void FillTruncatedNormal(Span<float> values, SeededRandom random, double deviation, double bound = double.PositiveInfinity)
    {
        for (var i = 0; i < values.Length; i++)
        {
            double z;
            do
            {
                z = random.NextGaussian();
            }
            while (Math.Abs(z) > bound || Math.Abs(z * deviation) > 2);

            values[i] = (float)(z * deviation);
        }
    }
}
