using Sweep.Models.Formats;

namespace Sweep.Models;

/// <summary>
/// Which single weights of a net stay (OMP, GMP; METHODS 3.1, 3.2). Only weight matrices of blocks can lose any: qkv, proj, fc1 and fc2. The
/// patch embedding, the classifier, tokens, position embeddings, norms and biases never do, as is usual.
/// </summary>
public sealed class WeightMask
{
    /// <summary>Beside the model: a U8 tensor for each matrix that can be pruned, under timm's name; 1 where the weight stays.</summary>
    public const string File = "mask.safetensors";

    /// <param name="kept">At the layout's offsets, 1 where a weight stays, else 0.</param>
    public WeightMask(ParameterLayout layout, byte[] kept)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(kept);
        if (kept.Length != layout.Length)
        {
            throw new ArgumentException($"A mask needs {layout.Length} values for its net, but got {kept.Length}.", nameof(kept));
        }

        Layout = layout;
        Kept = kept;
        Zeros = kept.LongCount(value => value == 0);
    }

    public ParameterLayout Layout { get; }

    /// <summary>At the layout's offsets, 1 where a weight stays, else 0.</summary>
    public IReadOnlyList<byte> Kept { get; }

    /// <summary>Weights that do not stay.</summary>
    public long Zeros { get; }

    /// <summary>Fraction of all of the net's parameters that do not stay.</summary>
    public double Sparsity => (double)Zeros / Layout.Length;

    public static WeightMask Whole(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var kept = new byte[layout.Length];
        kept.AsSpan().Fill(1);
        return new WeightMask(layout, kept);
    }

    /// <summary>The matrices that can lose single weights, in the layout's order.</summary>
    public static IReadOnlyList<ParameterEntry> Prunable(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return [.. Enumerable.Range(0, layout.Shape.Blocks.Count)
            .SelectMany(i => new[] { Name.QkvWeight(i), Name.ProjWeight(i), Name.Fc1Weight(i), Name.Fc2Weight(i) })
            .Where(layout.Contains)
            .Select(name => layout[name])];
    }

    /// <summary>The net with zeros where weights do not stay.</summary>
    public Net Apply(Net net)
    {
        ArgumentNullException.ThrowIfNull(net);
        var masked = net.Clone();
        for (var i = 0; i < masked.Values.Length; i++)
        {
            masked.Values[i] = Kept[i] == 0 ? 0 : masked.Values[i];
        }

        return masked;
    }

    public void Write(string folder) => SafeTensors.Write(
        Path.Combine(folder, File),
        [.. Prunable(Layout).Select(entry => StoredTensor.Of(entry.Name, ((byte[])Kept).AsSpan(entry.Offset, entry.Length), [.. entry.Shape]))]);

    /// <returns>Null when the folder has no mask.</returns>
    /// <exception cref="StageFaultException">DamagedArtifact.</exception>
    public static WeightMask? Find(string folder, ParameterLayout layout) =>
        System.IO.File.Exists(Path.Combine(folder, File)) ? Read(folder, layout) : null;

    /// <exception cref="StageFaultException">DamagedArtifact: the file is missing, unreadable or of another net.</exception>
    public static WeightMask Read(string folder, ParameterLayout layout)
    {
        var path = Path.Combine(folder, File);
        var mask = Whole(layout);
        var kept = (byte[])mask.Kept;
        try
        {
            var tensors = SafeTensors.Read(path);
            foreach (var entry in Prunable(layout))
            {
                var stored = tensors.GetValueOrDefault(entry.Name) ?? throw new InvalidDataException($"There is no tensor '{entry.Name}'.");
                if (!stored.Shape.SequenceEqual(entry.Shape))
                {
                    throw new InvalidDataException(
                        $"Tensor '{entry.Name}' must have shape [{string.Join(", ", entry.Shape)}], but has [{string.Join(", ", stored.Shape)}].");
                }

                stored.Octets().CopyTo(kept, entry.Offset);
            }
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw StageFaultException.DamagedArtifact(path, $"a mask must have one U8 tensor a matrix of its net. {e.Message}", e);
        }

        return new WeightMask(layout, kept);
    }
}
