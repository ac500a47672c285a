using Sweep.Recipes;

namespace Sweep.Models.Onnx;

/// <summary>
/// A net as ONNX operators (opset 17): the formulas of the engine's <c>VisionTransformer</c>, with timm's names for the parameters. Tokens of
/// all images are rows of one matrix, so every linear layer is one <c>Gemm</c> that reads the weight as PyTorch stores it. Letters: B images,
/// N tokens, P patches, d width, h heads, q and v head widths, m MLP width.
/// </summary>
internal sealed class OnnxNet
{
    private const float NormEpsilon = 1e-6f;

    private readonly OnnxGraph _graph = new();
    private readonly Net _net;
    private readonly ViTShape _shape;
    private readonly Dictionary<string, OnnxValue> _parameters = new(StringComparer.Ordinal);
    private readonly OnnxValue _rows;
    private readonly OnnxValue _rootOfTwo;
    private readonly OnnxValue _one;
    private readonly OnnxValue _half;

    private OnnxNet(Net net)
    {
        _net = net;
        _shape = net.Shape;
        foreach (var entry in net.Layout.Entries)
        {
            _parameters.Add(entry.Name, _graph.Parameter(entry.Name, net[entry.Name], entry.Shape));
        }

        _rows = _graph.Integers("rows", -1, _shape.Width);
        _rootOfTwo = _graph.Scalar("root_of_two", MathF.Sqrt(2));
        _one = _graph.Scalar("one", 1);
        _half = _graph.Scalar("half", 0.5f);
        Input = new OnnxValue("images", [1, _shape.Channels, _shape.ImageSize, _shape.ImageSize]);
        Output = Build();
    }

    /// <summary>(B, C, S, S).</summary>
    public OnnxValue Input { get; }

    /// <summary>Logits (B, classes).</summary>
    public OnnxValue Output { get; }

    public OnnxGraph Graph => _graph;

    /// <exception cref="ArgumentException">The net has gates: they are folded into the weights first.</exception>
    public static OnnxNet Of(Net net)
    {
        ArgumentNullException.ThrowIfNull(net);
        return net.Layout.Gated
            ? throw new ArgumentException("Gates must be folded into the weights before a net is exported, but this one has them.", nameof(net))
            : new OnnxNet(net);
    }

    private OnnxValue Build()
    {
        var x = _graph.Reshape(Embed(), _rows, _shape.Tokens, _shape.Width);                // (B·N, d)
        for (var i = 0; i < _shape.Blocks.Count; i++)
        {
            x = _graph.Elementwise("Add", x, Attention(i, x));
            x = _graph.Elementwise("Add", x, Mlp(i, x));
        }

        var tokens = _graph.Reshape(x, _graph.Integers("tokens", -1, _shape.Tokens, _shape.Width), 1, _shape.Tokens, _shape.Width);
        var logits = Classify(tokens, 0, "head");
        if (_shape.Distilled == true)
        {
            logits = _graph.Elementwise("Mul", _graph.Elementwise("Add", logits, Classify(tokens, 1, "head_dist")), _half);
        }

        return _graph.Output(logits, "logits");
    }

    /// <summary>Zeros stand in front of the patches where the other tokens go: no operator needs to know the batch.</summary>
    private OnnxValue Embed()
    {
        long prefix = _shape.Tokens - _shape.Patches;
        var map = _graph.Convolution(Input, P("patch_embed.proj.weight"), P("patch_embed.proj.bias")); // (B, d, √P, √P)
        var flat = _graph.Reshape(map, _graph.Integers("patch_rows", -1, _shape.Width, _shape.Patches), 1, _shape.Width, _shape.Patches);
        var patches = _graph.Pad(_graph.Transpose(flat, 0, 2, 1), _graph.Integers("behind_tokens", 0, prefix, 0, 0, 0, 0), prefix, 0); // (B, N, d)
        var first = _shape.Distilled == true ? _graph.Concat([P("cls_token"), P(Name.DistillationToken)], 1) : P("cls_token");
        var placed = _graph.Pad(first, _graph.Integers("before_patches", 0, 0, 0, 0, _shape.Patches, 0), 0, _shape.Patches); // (1, N, d)
        return _graph.Elementwise("Add", patches, _graph.Elementwise("Add", P("pos_embed"), placed));
    }

    private OnnxValue Attention(int i, OnnxValue x)
    {
        var block = _shape.Blocks[i];
        if (block.Heads == 0)
        {
            return P(Name.AttentionConstant(i));
        }

        var (h, q, v, n) = ((long)block.Heads, (long)block.QueryKeyWidth, (long)block.ValueWidth, (long)_shape.Tokens);
        var input = Kept(Normed(x, $"blocks.{i}.norm1"), Name.AttentionInputIndex(i), _net.Inputs[i].Attention);
        var all = _graph.Linear(input, P(Name.QkvWeight(i)), P(Name.QkvBias(i)));           // (B·N, h(2q+v))
        var parts = _graph.Split(all, _graph.Integers($"blocks.{i}.attn.parts", h * q, h * q, h * v), 1, h * q, h * q, h * v);
        var pairs = _graph.Integers($"blocks.{i}.attn.pairs", -1, n, h, q);
        var query = _graph.Transpose(_graph.Reshape(parts[0], pairs, 1, n, h, q), 0, 2, 1, 3); // (B, h, N, q)
        var key = _graph.Transpose(_graph.Reshape(parts[1], pairs, 1, n, h, q), 0, 2, 3, 1);   // (B, h, q, N)
        var values = _graph.Reshape(parts[2], _graph.Integers($"blocks.{i}.attn.values", -1, n, h, v), 1, n, h, v);
        var value = _graph.Transpose(values, 0, 2, 1, 3);                                   // (B, h, N, v)
        var scale = _graph.Scalar($"blocks.{i}.attn.scale", (float)Math.Pow(block.ScaleWidth, -0.5));
        var weights = _graph.Softmax(_graph.Product(_graph.Elementwise("Mul", query, scale), key)); // (B, h, N, N)
        var mixed = _graph.Transpose(_graph.Product(weights, value), 0, 2, 1, 3);           // (B, N, h, v)
        var result = _graph.Reshape(mixed, _graph.Integers($"blocks.{i}.attn.results", -1, h * v), n, h * v); // (B·N, h·v)
        result = Kept(result, Name.ProjectionInputIndex(i), _net.Inputs[i].Projection);
        return _graph.Linear(result, P(Name.ProjWeight(i)), P(Name.ProjBias(i)));
    }

    private OnnxValue Mlp(int i, OnnxValue x)
    {
        if (_shape.Blocks[i].MlpWidth == 0)
        {
            return P(Name.MlpConstant(i));
        }

        var input = Kept(Normed(x, $"blocks.{i}.norm2"), Name.MlpInputIndex(i), _net.Inputs[i].Mlp);
        var hidden = Gelu(_graph.Linear(input, P(Name.Fc1Weight(i)), P(Name.Fc1Bias(i))));  // (B·N, m)
        return _graph.Linear(hidden, P(Name.Fc2Weight(i)), P(Name.Fc2Bias(i)));
    }

    /// <summary>½ x (1 + erf(x/√2)), in the order that runtimes know and fuse.</summary>
    private OnnxValue Gelu(OnnxValue x)
    {
        var erf = _graph.Erf(_graph.Elementwise("Div", x, _rootOfTwo));
        return _graph.Elementwise("Mul", _graph.Elementwise("Mul", x, _graph.Elementwise("Add", erf, _one)), _half);
    }

    private OnnxValue Classify(OnnxValue tokens, int token, string classifier)
    {
        var one = _graph.Gather(tokens, _graph.Integers($"{classifier}.token", token), 1);  // (B, 1, d)
        var read = Normed(_graph.Reshape(one, _rows, 1, _shape.Width), "norm");             // (B, d)
        return _graph.Linear(read, P(classifier + ".weight"), P(classifier + ".bias"));     // (B, classes)
    }

    private OnnxValue Normed(OnnxValue x, string norm) => _graph.LayerNorm(x, P(norm + ".weight"), P(norm + ".bias"), NormEpsilon);

    private OnnxValue Kept(OnnxValue x, string name, IReadOnlyList<int>? kept) => kept is null
        ? x
        : _graph.Gather(x, _graph.Integers(name, [.. kept.Select(channel => (long)channel)]), 1);

    private OnnxValue P(string name) => _parameters[name];
}
