using static TorchSharp.torch;

namespace TorchSharp.Conformance.Tests;

internal static class IndexCalls
{
    internal static readonly Dictionary<string, Func<Inputs, Tensor>> All = new()
    {
        ["index single"] = x => x.a[1],
        ["index two"] = x => x.a[1, 2],
        ["index negative"] = x => x.a[-1],
        ["index slice"] = x => x.a[1.., ..2],
        ["index step"] = x => x.a[TensorIndex.Colon, TensorIndex.Slice(step: 2)],
        ["index ellipsis"] = x => x.x3[TensorIndex.Ellipsis, TensorIndex.Single(1)],
        ["index none"] = x => x.a[TensorIndex.Colon, TensorIndex.None],
        ["index tensor"] = x => x.a[x.r],
        ["index tensor second"] = x => x.a[TensorIndex.Colon, TensorIndex.Tensor(x.r)],
        ["index mask"] = x => x.a[x.mask],
        ["index pair"] = x => x.a[x.r, tensor([1L, 3L])],
        ["index mixed"] = x => x.x3[TensorIndex.Single(1), TensorIndex.Colon, TensorIndex.Tensor(x.r)],
        ["put single"] = x => Put(x.a, x.v, TensorIndex.Single(1)),
        ["put slice"] = x => Put(x.a, tensor(9f), TensorIndex.Slice(1), TensorIndex.Slice(stop: 2)),
        ["put tensor"] = x => x.a.index_put_(x.v, x.r),
        ["put mask"] = x => x.a.index_put_(0.5, x.mask),
        ["index_select"] = x => index_select(x.a, 0, x.r),
        ["gather"] = x => gather(x.a, 1, x.i),
        ["scatter"] = x => x.a.scatter(1, x.i[.., ..1], x.b[.., ..1]),
        ["take"] = x => x.a.take(x.i),
        ["masked_fill"] = x => x.a.masked_fill(x.mask, -2),
        ["masked_select"] = x => x.a.masked_select(x.mask),
        ["nonzero"] = x => nonzero(x.mask),
        ["inplace masked_fill_"] = x => x.a.masked_fill_(x.mask, -1),
        ["inplace scatter_"] = x => x.a.scatter_(1, x.i[.., ..1], x.b[.., ..1]),
        ["inplace scatter_add_"] = x => x.a.scatter_add_(1, x.i, x.b[.., ..2]),
        ["inplace index_add_"] = x => x.a.index_add_(0, x.r, x.b[..2], 2),
        ["inplace index_copy_"] = x => x.a.index_copy_(0, x.r, x.b[..2]),
        ["inplace index_fill_"] = x => x.a.index_fill_(0, x.r, 7),
    };

    private static Tensor Put(Tensor into, Tensor value, params TensorIndex[] places)
    {
        into[places] = value;
        return into;
    }
}
