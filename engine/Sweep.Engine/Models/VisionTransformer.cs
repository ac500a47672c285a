using Sweep.Models;
using Sweep.Recipes;
using TorchSharp;
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

    /// <summary>What one pass reads. Products of a cast input and a cast weight are in the pass's number format; the rest is float32.</summary>
    /// <param name="Full">The parameters in float32, in the layout's order.</param>
    /// <param name="Factors">The same as products read them: in bfloat16, or <paramref name="Full"/> itself.</param>
    /// <param name="Kept">(2L, B, 1, 1): factors on the branches, attention's at even places; null where nothing is dropped.</param>
    private sealed record Pass(Tensor[] Full, Tensor[] Factors, bool Low, Tensor? Kept, IAttentionObserver? Observer);

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
    /// <param name="precision">Of the products.</param>
    /// <returns>Logits (B, classes), float32; of a distilled net the mean of both classifiers', which is what DeiT predicts with.</returns>
    public Tensor Forward(Tensor images, IAttentionObserver? observer = null, Precision precision = Precision.Float32)
    {
        using var scope = NewDisposeScope();
        var (logits, distilled) = ForwardBoth(images, observer, precision);
        return (distilled is null ? logits : logits.add(distilled).div(2)).MoveToOuterDisposeScope();
    }

    /// <summary>The logits of each classifier apart: DeiT trains the second one, which reads the distillation token, on the teacher.</summary>
    /// <param name="images">(B, C, S, S), normalised.</param>
    /// <param name="observer">Sees every block's attention, of all tokens.</param>
    /// <param name="precision">
    /// Of the products: in bfloat16, inputs and weights are cast as they enter; norms, softmax and the residual stream stay float32, and so
    /// do the weights and their gradient.
    /// </param>
    /// <param name="kept">(2L, B, 1, 1): stochastic depth's factors, block by block, attention before MLP; null in evaluation.</param>
    /// <returns>Both (B, classes), float32; the second is null for a net without a distillation token.</returns>
    public (Tensor Logits, Tensor? Distilled) ForwardBoth(
        Tensor images, IAttentionObserver? observer = null, Precision precision = Precision.Float32, Tensor? kept = null)
    {
        using var scope = NewDisposeScope();
        var weights = Mask is null ? Weights : Weights.mul(Mask);
        var full = weights.split(_lengths);
        var low = precision == Precision.BFloat16;
        var p = new Pass(full, low ? weights.to_type(ScalarType.BFloat16).split(_lengths) : full, low, kept, observer);
        var read = Shape.Tokens - Shape.Patches;                                        // tokens that a classifier reads: 1 or 2
        var x = Embed(images, p);                                                       // (B, N, d)
        for (var i = 0; i < _blocks.Length; i++)
        {
            // Only the classifiers' tokens are read after the last block: its other tokens need keys and values, nothing more.
            var last = i == _blocks.Length - 1 && observer is null;
            var rows = last ? read : Shape.Tokens;
            using var blockScope = NewDisposeScope();
            x = Joined(last ? x.narrow(1, 0, rows) : x, Attention(i, x, rows, p), 2 * i, p); // (B, rows, d)
            x = Joined(x, Mlp(i, x, p), 2 * i + 1, p);
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

    /// <summary>The residual stream, (B, rows, d), with a branch of that shape, or (d), added; the first block's are never dropped.</summary>
    private static Tensor Joined(Tensor x, Tensor branch, int place, Pass p) =>
        p.Kept is null || place < 2 ? x.add(branch) : x.addcmul(branch, p.Kept.select(0, place), 1);

    /// <summary>A convolution whose stride is its size is one product of cut-out patches with the filters.</summary>
    private Tensor Embed(Tensor images, Pass p)
    {
        var (batch, side, size) = (images.shape[0], Shape.ImageSize / Shape.PatchSize, Shape.PatchSize);
        var patches = images.view(batch, Shape.Channels, side, size, side, size)
            .permute(0, 2, 4, 1, 3, 5)
            .reshape(batch, Shape.Patches, -1);                                          // (B, P, C·p·p)
        var filters = p.Factors[_indexOf["patch_embed.proj.weight"]].view(Shape.Width, -1);
        var tokens = Whole(Linear(p, patches, filters, Factor(p, "patch_embed.proj.bias")), p); // (B, P, d)
        var first = View(p, "cls_token").expand(batch, 1, Shape.Width);
        Tensor[] all = Shape.Distilled == true
            ? [first, View(p, Name.DistillationToken).expand(batch, 1, Shape.Width), tokens]
            : [first, tokens];
        return cat(all, 1).add(View(p, "pos_embed"));                                    // (B, N, d)
    }

    private Tensor Classify(Tensor x, int token, string classifier, Pass p)
    {
        var read = F.layer_norm(x.select(1, token), [Shape.Width], At(p, "norm.weight"), At(p, "norm.bias"), NormEpsilon);
        return Whole(Linear(p, read, Factor(p, classifier + ".weight"), Factor(p, classifier + ".bias")), p); // (B, classes)
    }

    /// <param name="rows">The first tokens, which alone ask; all are asked about.</param>
    private Tensor Attention(int i, Tensor x, int rows, Pass p)
    {
        var shape = Shape.Blocks[i];
        if (shape.Heads == 0)
        {
            return At(p, Name.AttentionConstant(i));
        }

        var (batch, tokens, h, q, v) = (x.shape[0], Shape.Tokens, shape.Heads, shape.QueryKeyWidth, shape.ValueWidth);
        var input = Normed(x, p, $"blocks.{i}.norm1", Name.AttentionInputGate(i));
        input = Gathered(input, _blocks[i].Attention);                                   // (B, N, e_a)
        var weight = Factor(p, Name.QkvWeight(i));
        var bias = Factor(p, Name.QkvBias(i));
        Tensor[] parts;
        if (rows < tokens)
        {
            var queries = Linear(p, input.narrow(1, 0, rows), weight.narrow(0, 0, h * q), bias.narrow(0, 0, h * q));
            var keysValues = Linear(p, input, weight.narrow(0, h * q, h * (q + v)), bias.narrow(0, h * q, h * (q + v)));
            parts = [queries, .. keysValues.split([h * q, h * v], 2)];
        }
        else
        {
            parts = Linear(p, input, weight, bias).split([h * q, h * q, h * v], 2);
        }

        var query = parts[0].view(batch, rows, h, q).transpose(1, 2);                    // (B, h, rows, q)
        var key = parts[1].view(batch, tokens, h, q).transpose(1, 2);                    // (B, h, N, q)
        var value = parts[2].view(batch, tokens, h, v).transpose(1, 2);                  // (B, h, N, v)
        var result = Mixed(i, query, key, value, p).transpose(1, 2).reshape(batch, rows, h * v); // (B, rows, h·v)
        result = Gathered(result, _blocks[i].Projection);                                // (B, rows, e_o)
        return Linear(p, result, GatedColumns(p, Name.ProjWeight(i), Name.AttentionResultGate(i)), Factor(p, Name.ProjBias(i)));
    }

    /// <summary>softmax(Q Kᵀ / √scale width) V. Only an observer wants to see the weights; without one they are never formed.</summary>
    private Tensor Mixed(int i, Tensor query, Tensor key, Tensor value, Pass p)
    {
        var shape = Shape.Blocks[i];
        if (p.Low && (p.Observer is not null || query.device_type == DeviceType.CPU))
        {
            // The fused operator keeps its sums in float32 on a GPU; on a CPU it is fused for float32 alone.
            (query, key, value) = (Whole(query, p), Whole(key, p), Whole(value, p));
        }

        if (p.Observer is { } observer)
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

    private Tensor Mlp(int i, Tensor x, Pass p)
    {
        if (Shape.Blocks[i].MlpWidth == 0)
        {
            return At(p, Name.MlpConstant(i));
        }

        var input = Gathered(Normed(x, p, $"blocks.{i}.norm2", Name.MlpInputGate(i)), _blocks[i].Mlp); // (B, N, e_m)
        var hidden = Linear(p, input, Factor(p, Name.Fc1Weight(i)), Factor(p, Name.Fc1Bias(i))).gelu(); // (B, N, m)
        p.Observer?.ObserveHidden(i, hidden);
        return Linear(p, hidden, GatedColumns(p, Name.Fc2Weight(i), Name.MlpHiddenGate(i)), Factor(p, Name.Fc2Bias(i)));
    }

    /// <summary>A gate on a norm's output is a factor on the norm's weight and bias: exact, and d values instead of B·N·d.</summary>
    private Tensor Normed(Tensor x, Pass p, string norm, string gate)
    {
        var (weight, bias) = (At(p, norm + ".weight"), At(p, norm + ".bias"));
        if (Layout.Gated)
        {
            (weight, bias) = (weight.mul(At(p, gate)), bias.mul(At(p, gate)));
        }

        return F.layer_norm(x, [Shape.Width], weight, bias, NormEpsilon);
    }

    /// <summary>A gate on a linear layer's input is a factor on the columns of its weight: exact.</summary>
    private Tensor GatedColumns(Pass p, string weight, string gate) =>
        Layout.Gated ? Cast(View(p, weight).mul(At(p, gate)), p) : Factor(p, weight);

    /// <summary>x Wᵀ + b, with factors that are cast already.</summary>
    private static Tensor Linear(Pass p, Tensor input, Tensor weight, Tensor bias) => F.linear(Cast(input, p), weight, bias);

    /// <summary>As products read it.</summary>
    private static Tensor Cast(Tensor x, Pass p) => p.Low ? x.to_type(ScalarType.BFloat16) : x;

    /// <summary>As everything else reads it.</summary>
    private static Tensor Whole(Tensor x, Pass p) => p.Low ? x.to_type(ScalarType.Float32) : x;

    private static Tensor Gathered(Tensor x, Tensor? index) => index is null ? x : x.index_select(-1, index);

    private Tensor At(Pass p, string name) => p.Full[_indexOf[name]];

    private Tensor View(Pass p, string name) => p.Full[_indexOf[name]].view([.. Layout[name].Shape]);

    private Tensor Factor(Pass p, string name) => p.Factors[_indexOf[name]].view([.. Layout[name].Shape]);
}
