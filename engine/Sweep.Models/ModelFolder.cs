using System.Text.Json;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Models;

/// <summary>A net on disk: <c>model.safetensors</c> with timm's names, and <c>shape.json</c>.</summary>
public static class ModelFolder
{
    public const string WeightsFile = "model.safetensors";
    public const string ShapeFile = "shape.json";

    /// <summary>A block takes some hundred bytes.</summary>
    private const int LargestShapeFile = 1 << 20;

    /// <returns>SHA-256 of the weights file.</returns>
    public static string Write(string folder, Net net)
    {
        ArgumentNullException.ThrowIfNull(net);
        var path = Path.Combine(folder, WeightsFile);
        SafeTensors.Write(path, Tensors(net));
        AtomicFolder.WriteJson(Path.Combine(folder, ShapeFile), net.Shape);
        return AtomicFolder.Digest(path);
    }

    /// <exception cref="StageFaultException">DamagedArtifact: a file is missing, unreadable or of another shape.</exception>
    public static Net Read(string folder)
    {
        var weights = Path.Combine(folder, WeightsFile);
        try
        {
            var shape = CanonicalJson.Deserialize<ViTShape>(ReadShort(Path.Combine(folder, ShapeFile)));
            ShapeRules.Check(shape);
            return FromTensors(shape, SafeTensors.Read(weights));
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            throw StageFaultException.DamagedArtifact(folder, $"an artifact with a model must have whole files {WeightsFile} and {ShapeFile}. {e.Message}", e);
        }
    }

    public static IReadOnlyList<StoredTensor> Tensors(Net net)
    {
        ArgumentNullException.ThrowIfNull(net);
        var tensors = net.Layout.Entries
            .Select(entry => StoredTensor.Of(entry.Name, net[entry.Name], [.. entry.Shape]))
            .ToList();
        for (var i = 0; i < net.Inputs.Count; i++)
        {
            AddIndex(tensors, Name.AttentionInputIndex(i), net.Inputs[i].Attention);
            AddIndex(tensors, Name.ProjectionInputIndex(i), net.Inputs[i].Projection);
            AddIndex(tensors, Name.MlpInputIndex(i), net.Inputs[i].Mlp);
        }

        return tensors;
    }

    /// <exception cref="InvalidDataException">A tensor is missing or has another shape.</exception>
    public static Net FromTensors(ViTShape shape, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(tensors);
        var layout = ParameterLayout.Of(shape, gated: tensors.ContainsKey(Name.AttentionInputGate(0)));
        var inputs = shape.Blocks.Select((block, i) => new KeptInputs(
            Index(tensors, Name.AttentionInputIndex(i), block.AttentionInputs),
            Index(tensors, Name.ProjectionInputIndex(i), block.ProjectionInputs),
            Index(tensors, Name.MlpInputIndex(i), block.MlpInputs))).ToList();

        // Found before any is held: a file can make us take no more memory than it has itself.
        var found = layout.Entries.Select(entry => Find(tensors, entry.Name, entry.Shape)).ToList();
        var net = new Net(layout, new float[layout.Length], inputs);
        foreach (var tensor in found)
        {
            tensor.Floats().CopyTo(net[tensor.Name]);
        }

        return net;
    }

    private static string ReadShort(string path) => new FileInfo(path).Length is var length and > LargestShapeFile
        ? throw new InvalidDataException(FormattableString.Invariant($"{path} must have at most {LargestShapeFile} bytes, but has {length}."))
        : File.ReadAllText(path);

    private static void AddIndex(List<StoredTensor> tensors, string name, IReadOnlyList<int>? kept)
    {
        if (kept is not null)
        {
            tensors.Add(StoredTensor.Of(name, kept.Select(channel => (long)channel).ToArray(), kept.Count));
        }
    }

    private static int[]? Index(IReadOnlyDictionary<string, StoredTensor> tensors, string name, int? width) =>
        width is null ? null : Array.ConvertAll(Find(tensors, name, [width.Value]).Longs(), channel => (int)channel);

    private static StoredTensor Find(IReadOnlyDictionary<string, StoredTensor> tensors, string name, IReadOnlyList<long> shape)
    {
        var tensor = tensors.GetValueOrDefault(name) ?? throw new InvalidDataException($"The shape needs a tensor '{name}', but there is none.");
        return tensor.Shape.SequenceEqual(shape)
            ? tensor
            : throw new InvalidDataException(
                $"Tensor '{name}' must have shape [{string.Join(", ", shape)}], but has [{string.Join(", ", tensor.Shape)}].");
    }
}
