using Sweep.Recipes;

namespace Sweep.Models;

/// <summary>One parameter's place in the flat vector of all.</summary>
/// <param name="Name">timm's name.</param>
/// <param name="Shape">As PyTorch stores it; linear weights are (out, in).</param>
/// <param name="Offset">Of its first value, in values.</param>
public sealed record ParameterEntry(string Name, IReadOnlyList<long> Shape, int Offset)
{
    /// <summary>In values.</summary>
    public int Length { get; } = (int)Shape.Aggregate(1L, (product, size) => product * size);

    public int End => Offset + Length;
}

/// <summary>
/// Names, shapes and places of a net's parameters in one flat vector. One vector makes an optimizer step, a penalty and a checkpoint a few
/// large operations. Order: weights under weight decay, other weights, gates (VTP).
/// </summary>
public sealed class ParameterLayout
{
    private readonly Dictionary<string, ParameterEntry> _byName;

    private ParameterLayout(ViTShape shape, bool gated, IReadOnlyList<ParameterEntry> entries, int decayed, int weights)
    {
        Shape = shape;
        Gated = gated;
        Entries = entries;
        DecayedLength = decayed;
        WeightLength = weights;
        _byName = entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    public ViTShape Shape { get; }

    /// <summary>Whether VTP's gates are present.</summary>
    public bool Gated { get; }

    public IReadOnlyList<ParameterEntry> Entries { get; }

    /// <summary>Values under weight decay; they come first.</summary>
    public int DecayedLength { get; }

    /// <summary>Values that are no gates.</summary>
    public int WeightLength { get; }

    public int Length => Entries[^1].End;

    public ParameterEntry this[string name] => _byName[name];

    public bool Contains(string name) => _byName.ContainsKey(name);

    public static ParameterLayout Of(ViTShape shape, bool gated = false)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var entries = new List<ParameterEntry>();
        void Add(IEnumerable<(string Name, long[] Shape)> parameters)
        {
            foreach (var (name, size) in parameters)
            {
                entries.Add(new ParameterEntry(name, size, entries.Count == 0 ? 0 : entries[^1].End));
            }
        }

        Add(Decayed(shape));
        var decayed = entries[^1].End;
        Add(Undecayed(shape));
        var weights = entries[^1].End;
        Add(gated ? Gates(shape) : []);
        return new ParameterLayout(shape, gated, entries, decayed, weights);
    }

    private static IEnumerable<(string, long[])> Decayed(ViTShape s)
    {
        yield return ("patch_embed.proj.weight", [s.Width, s.Channels, s.PatchSize, s.PatchSize]);
        for (var i = 0; i < s.Blocks.Count; i++)
        {
            var b = s.Blocks[i];
            if (b.Heads > 0)
            {
                yield return (Name.QkvWeight(i), [b.QkvWidth, b.AttentionInputs ?? s.Width]);
                yield return (Name.ProjWeight(i), [s.Width, b.ProjectionInputs ?? b.Heads * b.ValueWidth]);
            }

            if (b.MlpWidth > 0)
            {
                yield return (Name.Fc1Weight(i), [b.MlpWidth, b.MlpInputs ?? s.Width]);
                yield return (Name.Fc2Weight(i), [s.Width, b.MlpWidth]);
            }
        }

        yield return ("head.weight", [s.Classes, s.Width]);
        if (s.Distilled == true)
        {
            yield return (Name.DistillationClassifierWeight, [s.Classes, s.Width]);
        }
    }

    private static IEnumerable<(string, long[])> Undecayed(ViTShape s)
    {
        yield return ("cls_token", [1, 1, s.Width]);
        if (s.Distilled == true)
        {
            yield return (Name.DistillationToken, [1, 1, s.Width]);
        }

        yield return ("pos_embed", [1, s.Tokens, s.Width]);
        yield return ("patch_embed.proj.bias", [s.Width]);
        for (var i = 0; i < s.Blocks.Count; i++)
        {
            var b = s.Blocks[i];
            if (b.Heads > 0)
            {
                yield return ($"blocks.{i}.norm1.weight", [s.Width]);
                yield return ($"blocks.{i}.norm1.bias", [s.Width]);
                yield return (Name.QkvBias(i), [b.QkvWidth]);
                yield return (Name.ProjBias(i), [s.Width]);
            }
            else
            {
                yield return (Name.AttentionConstant(i), [s.Width]);
            }

            if (b.MlpWidth > 0)
            {
                yield return ($"blocks.{i}.norm2.weight", [s.Width]);
                yield return ($"blocks.{i}.norm2.bias", [s.Width]);
                yield return (Name.Fc1Bias(i), [b.MlpWidth]);
                yield return (Name.Fc2Bias(i), [s.Width]);
            }
            else
            {
                yield return (Name.MlpConstant(i), [s.Width]);
            }
        }

        yield return ("norm.weight", [s.Width]);
        yield return ("norm.bias", [s.Width]);
        yield return ("head.bias", [s.Classes]);
        if (s.Distilled == true)
        {
            yield return (Name.DistillationClassifierBias, [s.Classes]);
        }
    }

    /// <summary>Four sites a block: attention input, attention result, MLP input, MLP hidden (METHODS 2.1): 2d + h·v + m gates.</summary>
    private static IEnumerable<(string, long[])> Gates(ViTShape s)
    {
        for (var i = 0; i < s.Blocks.Count; i++)
        {
            yield return (Name.AttentionInputGate(i), [s.Width]);
            yield return (Name.AttentionResultGate(i), [s.Blocks[i].Heads * s.Blocks[i].ValueWidth]);
            yield return (Name.MlpInputGate(i), [s.Width]);
            yield return (Name.MlpHiddenGate(i), [s.Blocks[i].MlpWidth]);
        }
    }
}
