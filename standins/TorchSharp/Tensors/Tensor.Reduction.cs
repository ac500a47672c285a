using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    // Reductions, order and cumulation.
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Call(Aten.sum, this, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) =>
            Call(Aten.sum_dim_IntList, this, dim, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Call(Aten.sum_dim_IntList, this, Argument.Of(dim), keepdim, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) =>
            sum([dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            sum([dim0, dim1, dim2], keepdim, type);

        public Tensor mean() => Call(Aten.mean, this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Call(Aten.mean_dim, this, dimensions, keepdim, type);

        public Tensor prod(ScalarType? type = null) => Call(Aten.prod, this, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) =>
            Call(Aten.prod_dim_int, this, dim, keepdim, type);

        public Tensor var(bool unbiased = true) => Call(Aten.var, this, unbiased);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            InType(Call(Aten.var_dim, this, dimensions, unbiased, keepdim), type);

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            InType(Call(Aten.var_dim, this, Argument.Of(dimensions), unbiased, keepdim), type);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var([dim], unbiased, keepdim, type);

        public Tensor std(bool unbiased = true) => Call(Aten.std, this, unbiased);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            InType(Call(Aten.std_dim, this, dimensions, unbiased, keepdim), type);

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            InType(Call(Aten.std_dim, this, Argument.Of(dimensions), unbiased, keepdim), type);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std([dim], unbiased, keepdim, type);

        /// <summary>The p-norm of all elements.</summary>
        public Tensor norm(float p = 2.0f) => Call(Aten.norm_Scalar, this, (Scalar)p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) =>
            Call(Aten.norm_ScalarOpt_dim, this, (Scalar)p, new long[] { dim }, keepdim);

        public Tensor max() => Call(Aten.max, this);

        public Tensor max(Tensor other) => maximum(other);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => CallPair(Aten.max_dim, this, dim, keepdim);

        public Tensor min() => Call(Aten.min, this);

        public Tensor min(Tensor other) => minimum(other);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => CallPair(Aten.min_dim, this, dim, keepdim);

        public Tensor amax(params long[] dims) => Call(Aten.amax, this, dims);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false) => Call(Aten.amax, this, Argument.Of(dims), keepdim);

        public Tensor amin(params long[] dims) => Call(Aten.amin, this, dims);

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false) => Call(Aten.amin, this, Argument.Of(dims), keepdim);

        public Tensor argmax() => Call(Aten.argmax, this);

        public Tensor argmax(long dim, bool keepdim = false) => Call(Aten.argmax, this, dim, keepdim);

        public Tensor argmin() => Call(Aten.argmin, this);

        public Tensor argmin(long dim, bool keepdim = false) => Call(Aten.argmin, this, dim, keepdim);

        public Tensor all() => Call(Aten.all, this);

        public Tensor all(long dim, bool keepdim = false) => Call(Aten.all_dim, this, dim, keepdim);

        public Tensor any() => Call(Aten.any, this);

        public Tensor any(long dim, bool keepdim = false) => Call(Aten.any_dim, this, dim, keepdim);

        public Tensor median() => Call(Aten.median, this);

        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Call(Aten.quantile, this, q, dim, keepdim);

        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) =>
            CallPair(Aten.kthvalue, this, k, dim ?? -1, keepdim);

        public Tensor count_nonzero(long[]? dims = null) => dims is null
            ? Call(Aten.count_nonzero, this)
            : Call(Aten.count_nonzero_dim_IntList, this, dims);

        public Tensor logsumexp(long dim, bool keepdim = false) => Call(Aten.logsumexp, this, new[] { dim }, keepdim);

        public Tensor argsort(long dim = -1, bool descending = false) => Call(Aten.argsort, this, dim, descending);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            CallPair(Aten.sort_stable, this, stable, dim, descending);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            CallPair(Aten.topk, this, k, dim, largest, sorted);

        public Tensor cumsum(long dim, ScalarType? type = null) => Call(Aten.cumsum, this, dim, type);

        public Tensor cumprod(long dim, ScalarType? type = null) => Call(Aten.cumprod, this, dim, type);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Call(Aten.softmax_int, this, dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Call(Aten.log_softmax_int, this, dim, dtype);

        public Tensor histc(long bins = 100, long min = 0, long max = 0) =>
            Call(Aten.histc, this, bins, (Scalar)min, (Scalar)max);

        public Tensor bincount(Tensor? weights, long minlength = 0) => Call(Aten.bincount, this, weights, minlength);

        private static Tensor InType(Tensor result, ScalarType? type) =>
            type is { } wanted ? result.to(wanted, disposeAfter: true) : result;
    }
}
