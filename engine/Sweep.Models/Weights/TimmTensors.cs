using System.Globalization;
using Sweep.Models.Formats;
using Sweep.Recipes;

namespace Sweep.Models.Weights;

/// <summary>
/// Fits the tensors of a file, under timm's names, to a dense shape. The classifier may be replaced and the position embedding resized;
/// everything else must agree, and all that does not is told at once.
/// </summary>
internal sealed class TimmTensors
{
    /// <summary>What wrapping a model for several devices puts before every name.</summary>
    private const string Wrapper = "module.";

    private readonly ViTShape _shape;
    private readonly ParameterLayout _layout;
    private readonly IReadOnlyDictionary<string, StoredTensor> _tensors;
    private readonly List<string> _faults = [];
    private readonly List<string> _adapted = [];

    private TimmTensors(ViTShape shape, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        _shape = shape;
        _layout = ParameterLayout.Of(shape);
        _tensors = tensors.Keys.All(name => name.StartsWith(Wrapper, StringComparison.Ordinal))
            ? tensors.ToDictionary(pair => pair.Key[Wrapper.Length..], pair => pair.Value, StringComparer.Ordinal)
            : tensors;
    }

    /// <param name="path">For messages.</param>
    /// <param name="seed">Of a fresh classifier.</param>
    /// <exception cref="InvalidDataException">Tensors are missing, too many or of a wrong shape or type; the message names all of them.</exception>
    public static (Net Net, IReadOnlyList<string> Adapted) Fit(
        string path, IReadOnlyDictionary<string, StoredTensor> tensors, ViTShape shape, long seed)
    {
        var fit = new TimmTensors(shape, tensors);
        var net = new Net(fit._layout, new float[fit._layout.Length]);
        fit.Run(net, seed);
        return fit._faults.Count == 0
            ? (net, fit._adapted)
            : throw new InvalidDataException(
                $"{path}: the tensors must be those of the shape, under timm's names, but {string.Join("; ", fit._faults)}.");
    }

    private void Run(Net net, long seed)
    {
        foreach (var entry in _layout.Entries.Where(entry => !IsClassifier(entry.Name)))
        {
            if (Find(entry.Name) is not { } tensor)
            {
                continue;
            }

            if (entry.Name == "pos_embed")
            {
                FitPositions(tensor, net[entry.Name]);
            }
            else if (tensor.Shape.SequenceEqual(entry.Shape))
            {
                tensor.Floats().CopyTo(net[entry.Name]);
            }
            else
            {
                _faults.Add(entry.Name == "patch_embed.proj.weight" ? PatchFault(tensor) : ShapeFault(entry, tensor));
            }
        }

        FitClassifier(net, "head", seed);
        if (_shape.Distilled == true)
        {
            FitClassifier(net, "head_dist", seed);
        }

        _faults.AddRange(_tensors.Keys.Where(name => !_layout.Contains(name)).Order(StringComparer.Ordinal)
            .Select(name => $"'{name}' has no place in it{(name is "dist_token" ? " (the net is distilled, and the shape is not)" : "")}"));
    }

    private StoredTensor? Find(string name)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
        {
            _faults.Add($"'{name}' is missing");
            return null;
        }

        if (tensor.Type is "F32" or "F16" or "BF16")
        {
            return tensor;
        }

        _faults.Add($"'{name}' has type {tensor.Type} where F32, F16 or BF16 is wanted");
        return null;
    }

    private void FitPositions(StoredTensor tensor, Span<float> target)
    {
        var (prefix, wanted) = (_shape.Tokens - _shape.Patches, _shape.ImageSize / _shape.PatchSize);
        var patches = tensor.Shape.Count == 3 ? tensor.Shape[1] - prefix : -1;
        var side = (int)Math.Round(Math.Sqrt(Math.Max(0, patches)));
        if (tensor.Shape is not [1, _, var width] || width != _shape.Width || side < 1 || (long)side * side != patches)
        {
            _faults.Add($"'pos_embed' has shape {Words(tensor.Shape)} where [1, {prefix} + a square, {_shape.Width}] is wanted");
            return;
        }

        var values = tensor.Floats();
        if (side == wanted)
        {
            values.CopyTo(target);
            return;
        }

        PositionResampling.Resize(values, prefix, side, wanted, _shape.Width).CopyTo(target);
        _adapted.Add(Sentence($"The position embedding of {side} x {side} patches was resized bicubically to {wanted} x {wanted}."));
    }

    /// <summary>A classifier for other classes, or none, is no fault: a fresh one takes its place.</summary>
    private void FitClassifier(Net net, string name, long seed)
    {
        var (weight, bias) = (_layout[name + ".weight"], _layout[name + ".bias"]);
        var (storedWeight, storedBias) = (_tensors.GetValueOrDefault(weight.Name), _tensors.GetValueOrDefault(bias.Name));
        if (storedWeight is null && storedBias is null)
        {
            Refresh(net, name, seed, "the file has none");
            return;
        }

        if (Find(weight.Name) is not { } w || Find(bias.Name) is not { } b)
        {
            return;
        }

        if (w.Shape is not [var classes, var width] || width != _shape.Width || b.Shape is not [var biases] || biases != classes)
        {
            _faults.Add($"'{weight.Name}' has shape {Words(w.Shape)} and '{bias.Name}' {Words(b.Shape)} where [classes, {_shape.Width}] and [classes] are wanted");
        }
        else if (classes != _shape.Classes)
        {
            Refresh(net, name, seed, Sentence($"the file's is for {classes} classes"));
        }
        else
        {
            w.Floats().CopyTo(net[weight.Name]);
            b.Floats().CopyTo(net[bias.Name]);
        }
    }

    private void Refresh(Net net, string name, long seed, string reason)
    {
        var fresh = Net.Fresh(_shape, seed);
        foreach (var part in new[] { name + ".weight", name + ".bias" })
        {
            fresh[part].CopyTo(net[part]);
        }

        _adapted.Add(Sentence($"The classifier '{name}' is a fresh one for {_shape.Classes} classes, by seed {seed}: {reason}."));
    }

    private string PatchFault(StoredTensor tensor) => tensor.Shape is [var width, var channels, var height, _]
        && width == _shape.Width && height == _shape.PatchSize && channels != _shape.Channels
        ? Sentence($"'patch_embed.proj.weight' reads {channels} channels where the images have {_shape.Channels}, and is not adapted")
        : ShapeFault(_layout["patch_embed.proj.weight"], tensor);

    private static string ShapeFault(ParameterEntry entry, StoredTensor tensor) =>
        $"'{entry.Name}' has shape {Words(tensor.Shape)} where {Words(entry.Shape)} is wanted";

    private static bool IsClassifier(string name) =>
        name is "head.weight" or "head.bias" or Name.DistillationClassifierWeight or Name.DistillationClassifierBias;

    private static string Words(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";

    private static string Sentence(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
