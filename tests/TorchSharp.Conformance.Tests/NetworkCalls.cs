using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Conformance.Tests;

internal static class NetworkCalls
{
    internal static readonly Dictionary<string, Func<Inputs, Tensor>> All = new()
    {
        ["linear"] = x => functional.linear(x.a, x.m.t(), x.w),
        ["linear without bias"] = x => functional.linear(x.x3, x.m.t()),
        ["linear bfloat16"] = x => functional.linear(x.k.bfloat16(), x.k2.bfloat16()),
        ["layer_norm"] = x => functional.layer_norm(x.x3, [4], x.lw, x.lb, 1e-6),
        ["conv2d"] = x => functional.conv2d(x.image, x.kernel, x.kb, strides: [4, 4]),
        ["conv2d padding"] = x => functional.conv2d(x.image, x.kernel, strides: [2, 2], padding: [1, 1]),
        ["cross_entropy"] = x => functional.cross_entropy(x.scores, x.classes),
        ["cross_entropy smooth"] = x => functional.cross_entropy(x.scores, x.classes, label_smoothing: 0.1),
        ["cross_entropy sum"] = x => functional.cross_entropy(x.scores, x.classes, reduction: Reduction.Sum),
        ["cross_entropy none"] = x => functional.cross_entropy(x.scores, x.classes, reduction: Reduction.None),
        ["cross_entropy weighted"] = x => functional.cross_entropy(x.scores, x.classes, x.lw.abs()),
        ["cross_entropy soft"] = x => CrossEntropyLoss().call(x.scores, x.soft),
        ["cross_entropy ignoring"] = x => CrossEntropyLoss(ignore_index: 1).call(x.scores, x.classes),
        ["nll_loss"] = x => functional.nll_loss(x.scores.log_softmax(1), x.classes),
        ["mse_loss"] = x => MSELoss().call(x.a, x.b),
        ["l1_loss"] = x => functional.l1_loss(x.a, x.b),
        ["smooth_l1_loss"] = x => functional.smooth_l1_loss(x.a, x.b, beta: 0.5),
        ["bce logits"] = x => functional.binary_cross_entropy_with_logits(x.a, x.mask.@float()),
        ["kl_div"] = x => functional.kl_div(x.scores.log_softmax(1), x.soft.log(), log_target: true),
        ["one_hot"] = x => functional.one_hot(x.classes, 5),
        ["normalize"] = x => functional.normalize(x.a, dim: 1),
        ["pad"] = x => functional.pad(x.a, [1L, 2L], value: 0.5),
        ["embedding"] = x => Embedded(x.words, x.table),
        ["attention"] = x => functional.scaled_dot_product_attention(x.q, x.key, x.val),
        ["attention causal"] = x => functional.scaled_dot_product_attention(x.q, x.key, x.val, is_casual: true),
        ["attention mask"] = x => functional.scaled_dot_product_attention(x.q, x.key, x.val, ones(5, 5, @bool).tril(1)),
        ["attention bias"] = x => functional.scaled_dot_product_attention(x.q, x.key, x.val, arange(25f).view(5, 5) / 10),
        ["wide attention"] = x => functional.scaled_dot_product_attention(x.q2, x.key2, x.val2),
        ["wide attention by q"] = x => WideGradients(x)[0],
        ["wide attention by k"] = x => WideGradients(x)[1],
        ["wide attention by v"] = x => WideGradients(x)[2],
    };

    /// <summary>By queries, keys and values whose heads and tokens lie interleaved in memory, as linear layers give them.</summary>
    private static IList<Tensor> WideGradients(Inputs x)
    {
        Tensor[] leaves = Array.ConvertAll([x.q2, x.key2, x.val2], t => t.transpose(1, 2).contiguous().transpose(1, 2).requires_grad_());
        Tensor y = functional.scaled_dot_product_attention(leaves[0], leaves[1], leaves[2]);
        return autograd.grad([(y * arange((float)y.numel()).view(y.shape) / 100).sum()], leaves);
    }

    private static Tensor Embedded(Tensor words, Tensor table)
    {
        Modules.Embedding embedding = Embedding(table.size(0), table.size(1));
        using (no_grad()) embedding.weight!.copy_(table);
        return embedding.call(words);
    }
}
