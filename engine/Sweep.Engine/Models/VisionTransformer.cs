using Sweep.Models;
using Sweep.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Sweep.Engine.Models;

/// <summary>
/// A vision transformer of any <see cref="ViTShape"/> (Dosovitskiy et al., arXiv 2010.11929; DeiT, arXiv 2012.12877): pre-norm, exact GELU,
/// LayerNorm ε 10⁻⁶, attention scaled by the original head width. All parameters are one leaf tensor, split into views at each pass:
/// its gradient is one tensor too. Letters: B images, N tokens, P patches of side p, d width, h heads, q and v head widths, m MLP width.
/// </summary>
public sealed class VisionTransformer : IDisposable
{
    public const double NormEpsilon = 1e-6;

    private readonly Net _origin;
    private readonly long[] _lengths;
    private readonly Dictionary<string, int> _indexOf;
    private readonly BlockIndices[] _blocks;

    private sealed record BlockIndices(Tensor? Attention, Tensor? Projection, Tensor? Mlp) : IDisposable
    {
        public void Dispose()
        {
            Attention?.Dispose();
            Projection?.Dispose();
            Mlp?.Dispose();
        }
    }

    public VisionTransformer(Net net, Device device)
    {
        ArgumentNullException.ThrowIfNull(net);
        using var scope = NewDisposeScope();
        _origin = net;
        var entries = net.Layout.Entries;
        _lengths = [.. entries.Select(entry => (long)entry.Length)];
        _indexOf = entries.Select((entry, index) => (entry.Name, index)).ToDictionary(pair => pair.Name, pair => pair.index, StringComparer.Ordinal);
        _blocks = [.. net.Inputs.Select(inputs => new BlockIndices(
            Index(inputs.Attention, device), Index(inputs.Projection, device), Index(inputs.Mlp, device)))];
        Weights = tensor(net.Values).to(device).requires_grad_(true).DetachFromDisposeScope();
    }

    public ViTShape Shape => _origin.Shape;

    public ParameterLayout Layout => _origin.Layout;

    /// <summary>All parameters as one vector, at the layout's offsets: the leaf of every gradient.</summary>
    public Tensor Weights { get; }

    /// <summary>
    /// Zeros and ones at the layout's offsets: a pass reads Weights ⊙ Mask, and masked weights get no gradient. Null masks nothing. Whoever
    /// sets it disposes of it.
    /// </summary>
    public Tensor? Mask { get; set; }

    /// <summary>The net with its present weights, in host memory.</summary>
    public Net ToNet()
    {
        using var scope = NewDisposeScope();
        return new Net(Layout, Weights.detach().cpu().data<float>().ToArray(), _origin.Inputs);
    }

    /// <param name="images">(B, C, S, S), normalised.</param>
    /// <param name="observer">Sees every block's attention, of all tokens.</param>
    /// <returns>Logits (B, classes); of a distilled net the mean of both classifiers', which is what DeiT predicts with.</returns>
    public Tensor Forward(Tensor images, IAttentionObserver? observer = null)
    {
        using var scope = NewDisposeScope();
        var (logits, distilled) = ForwardBoth(images, observer);
        return (distilled is null ? logits : logits.add(distilled).div(2)).MoveToOuterDisposeScope();
    }

    /// <summary>The logits of each classifier apart: DeiT trains the second one, which reads the distillation token, on the teacher.</summary>
    /// <param name="images">(B, C, S, S), normalised.</param>
    /// <param name="observer">Sees every block's attention, of all tokens.</param>
    /// <returns>Both (B, classes); the second is null for a net without a distillation token.</returns>
    public (Tensor Logits, Tensor? Distilled) ForwardBoth(Tensor images, IAttentionObserver? observer = null)
    {
        using var scope = NewDisposeScope();
        var p = (Mask is null ? Weights : Weights.mul(Mask)).split(_lengths);
        var read = Shape.Tokens - Shape.Patches;                                        // tokens that a classifier reads: 1 or 2
        var x = Embed(images, p);                                                       // (B, N, d)
        for (var i = 0; i < _blocks.Length; i++)
        {
            // Only the classifiers' tokens are read after the last block: its other tokens need keys and values, nothing more.
            var last = i == _blocks.Length - 1 && observer is null;
            var rows = last ? read : Shape.Tokens;
            using var blockScope = NewDisposeScope();
            x = (last ? x.narrow(1, 0, rows) : x).add(Attention(i, x, rows, p, observer)); // (B, rows, d)
            x = x.add(Mlp(i, x, p, observer));
            x = blockScope.MoveToOuter(x);
        }

        var logits = Classify(x, 0, "head", p).MoveToOuterDisposeScope();
        return (logits, Shape.Distilled == true ? Classify(x, 1, "head_dist", p).MoveToOuterDisposeScope() : null);
    }

    public void Dispose()
    {
        Weights.Dispose();
        foreach (var block in _blocks)
        {
            block.Dispose();
        }
    }

    private static Tensor? Index(IReadOnlyList<int>? kept, Device device) =>
        kept is null ? null : tensor(kept.Select(channel => (long)channel).ToArray()).to(device).DetachFromDisposeScope();

    /// <summary>A convolution whose stride is its size is one product of cut-out patches with the filters.</summary>
    private Tensor Embed(Tensor images, Tensor[] p)
    {
        var (batch, side, size) = (images.shape[0], Shape.ImageSize / Shape.PatchSize, Shape.PatchSize);
        var patches = images.view(batch, Shape.Channels, side, size, side, size)
            .permute(0, 2, 4, 1, 3, 5)
            .reshape(batch, Shape.Patches, -1);                                          // (B, P, C·p·p)
        var filters = At(p, "patch_embed.proj.weight").view(Shape.Width, -1);
        var tokens = F.linear(patches, filters, At(p, "patch_embed.proj.bias"));         // (B, P, d)
        var first = View(p, "cls_token").expand(batch, 1, Shape.Width);
        Tensor[] all = Shape.Distilled == true
            ? [first, View(p, Name.DistillationToken).expand(batch, 1, Shape.Width), tokens]
            : [first, tokens];
        return cat(all, 1).add(View(p, "pos_embed"));                                    // (B, N, d)
    }

    private Tensor Classify(Tensor x, int token, string classifier, Tensor[] p)
    {
        var read = F.layer_norm(x.select(1, token), [Shape.Width], At(p, "norm.weight"), At(p, "norm.bias"), NormEpsilon);
        return F.linear(read, View(p, classifier + ".weight"), At(p, classifier + ".bias")); // (B, classes)
    }

    /// <param name="rows">The first tokens, which alone ask; all are asked about.</param>
    private Tensor Attention(int i, Tensor x, int rows, Tensor[] p, IAttentionObserver? observer)
    {
        var shape = Shape.Blocks[i];
        if (shape.Heads == 0)
        {
            return At(p, Name.AttentionConstant(i));
        }

        var (batch, tokens, h, q, v) = (x.shape[0], Shape.Tokens, shape.Heads, shape.QueryKeyWidth, shape.ValueWidth);
        var input = Normed(x, p, $"blocks.{i}.norm1", Name.AttentionInputGate(i));
        input = Gathered(input, _blocks[i].Attention);                                   // (B, N, e_a)
        var weight = View(p, Name.QkvWeight(i));
        var bias = At(p, Name.QkvBias(i));
        Tensor queries, keysValues;
        if (rows < tokens)
        {
            queries = F.linear(input.narrow(1, 0, rows), weight.narrow(0, 0, h * q), bias.narrow(0, 0, h * q));
            keysValues = F.linear(input, weight.narrow(0, h * q, h * (q + v)), bias.narrow(0, h * q, h * (q + v)));
        }
        else
        {
            var parts = F.linear(input, weight, bias).split([h * q, h * (q + v)], 2);
            (queries, keysValues) = (parts[0], parts[1]);
        }

        var halves = keysValues.split([h * q, h * v], 2);
        var query = queries.view(batch, rows, h, q).transpose(1, 2);                     // (B, h, rows, q)
        var key = halves[0].view(batch, tokens, h, q).transpose(1, 2);                   // (B, h, N, q)
        var value = halves[1].view(batch, tokens, h, v).transpose(1, 2);                 // (B, h, N, v)
        var result = Mixed(i, query, key, value, observer).transpose(1, 2).reshape(batch, rows, h * v); // (B, rows, h·v)
        result = Gathered(result, _blocks[i].Projection);                                // (B, rows, e_o)
        return F.linear(result, GatedColumns(p, Name.ProjWeight(i), Name.AttentionResultGate(i)), At(p, Name.ProjBias(i)));
    }

    /// <summary>softmax(Q Kᵀ / √scale width) V. Only an observer wants to see the weights; without one they are never formed.</summary>
    private Tensor Mixed(int i, Tensor query, Tensor key, Tensor value, IAttentionObserver? observer)
    {
        var shape = Shape.Blocks[i];
        if (observer is not null)
        {
            observer.ObserveQueries(i, query);
            var attention = query.mul(Math.Pow(shape.ScaleWidth, -0.5)).matmul(key.transpose(-2, -1)).softmax(-1);
            observer.Observe(i, attention, value);
            var result = attention.matmul(value);                                        // (B, h, rows, v)
            observer.ObserveResult(i, result);
            return result;
        }

        // The fused operator scales by the width it sees, which pruning may have cut.
        var seen = shape.QueryKeyWidth == shape.ScaleWidth
            ? query
            : query.mul(Math.Sqrt((double)shape.QueryKeyWidth / shape.ScaleWidth));
        return F.scaled_dot_product_attention(seen, key, value);                         // (B, h, rows, v)
    }

    private Tensor Mlp(int i, Tensor x, Tensor[] p, IAttentionObserver? observer)
    {
        if (Shape.Blocks[i].MlpWidth == 0)
        {
            return At(p, Name.MlpConstant(i));
        }

        var input = Gathered(Normed(x, p, $"blocks.{i}.norm2", Name.MlpInputGate(i)), _blocks[i].Mlp); // (B, N, e_m)
        var hidden = F.linear(input, View(p, Name.Fc1Weight(i)), At(p, Name.Fc1Bias(i))).gelu();      // (B, N, m)
        observer?.ObserveHidden(i, hidden);
        return F.linear(hidden, GatedColumns(p, Name.Fc2Weight(i), Name.MlpHiddenGate(i)), At(p, Name.Fc2Bias(i)));
    }

    /// <summary>A gate on a norm's output is a factor on the norm's weight and bias: exact, and d values instead of B·N·d.</summary>
    private Tensor Normed(Tensor x, Tensor[] p, string norm, string gate)
    {
        var (weight, bias) = (At(p, norm + ".weight"), At(p, norm + ".bias"));
        if (Layout.Gated)
        {
            (weight, bias) = (weight.mul(At(p, gate)), bias.mul(At(p, gate)));
        }

        return F.layer_norm(x, [Shape.Width], weight, bias, NormEpsilon);
    }

    /// <summary>A gate on a linear layer's input is a factor on the columns of its weight: exact.</summary>
    private Tensor GatedColumns(Tensor[] p, string weight, string gate) =>
        Layout.Gated ? View(p, weight).mul(At(p, gate)) : View(p, weight);

    private static Tensor Gathered(Tensor x, Tensor? index) => index is null ? x : x.index_select(-1, index);

    private Tensor At(Tensor[] p, string name) => p[_indexOf[name]];

    private Tensor View(Tensor[] p, string name) => p[_indexOf[name]].view([.. Layout[name].Shape]);
}
