using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    // Views, and rearrangements of elements.
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Call(Aten.view, this, shape);

        public Tensor view_as(Tensor other) => view(other.shape);

        public Tensor reshape(params long[] shape) => Call(Aten.reshape, this, shape);

        public Tensor permute(params long[] permutation) => Call(Aten.permute, this, permutation);

        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());

        public Tensor transpose(long dim0, long dim1) => Call(Aten.transpose_int, this, dim0, dim1);

        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor movedim(long[] source, long[] destination) => Call(Aten.movedim_intlist, this, source, destination);

        public Tensor t() => Call(Aten.t, this);

        public Tensor T => Call(Aten.numpy_T, this);

        public Tensor mT => Call(Aten.mT, this);

        public Tensor contiguous() => Call(Aten.contiguous, this);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Call(Aten.flatten_using_ints, this, start_dim, end_dim);

        public Tensor unflatten(long dim, params long[] sizes) => reshape(Unflattened(dim, sizes));

        public Tensor unflatten(long dim, Size sizes) => unflatten(dim, sizes.Shape);

        /// <summary>Without the dimension, or without all dimensions, of length 1.</summary>
        public Tensor squeeze(long? dim = null) => dim is { } d ? Call(Aten.squeeze_dim, this, d) : Call(Aten.squeeze, this);

        public Tensor unsqueeze(long dim) => Call(Aten.unsqueeze, this, dim);

        public Tensor squeeze_(long? dim = null)
        {
            if (dim is { } d) Run(Aten.squeeze__dim, this, d);
            else Run(Aten.squeeze_, this);
            return this;
        }

        public Tensor unsqueeze_(long dim)
        {
            Run(Aten.unsqueeze_, this, dim);
            return this;
        }

        public Tensor transpose_(long dim0, long dim1)
        {
            Run(Aten.transpose_, this, dim0, dim1);
            return this;
        }

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) =>
            Call(Aten.expand, this, Argument.Of(sizes), isImplicit);

        public Tensor expand(Size sizes, bool isImplicit = false) => Call(Aten.expand, this, sizes.Shape, isImplicit);

        public Tensor expand(long[] sizes, bool isImplicit = false) => Call(Aten.expand, this, sizes, isImplicit);

        public Tensor expand(params long[] sizes) => Call(Aten.expand, this, sizes);

        public Tensor expand_as(Tensor other) => Call(Aten.expand, this, other.shape);

        public Tensor broadcast_to(params long[] shape) => Call(Aten.expand, this, shape);

        public Tensor repeat(params long[] sizes) => Call(Aten.repeat, this, sizes);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Call(Aten.repeat_interleave_self_int, this, repeats, dim, output_size);

        public Tensor tile(long[] reps) => Call(Aten.tile, this, reps);

        public Tensor flip(params long[] dims) => Call(Aten.flip, this, dims);

        public Tensor roll(long shifts, long? dims = null) =>
            Call(Aten.roll, this, new[] { shifts }, dims is { } d ? new[] { d } : Array.Empty<long>());

        public Tensor roll(long[] shifts, long[] dims) => Call(Aten.roll, this, shifts, dims);

        public Tensor[] unbind(long dimension = 0L) => CallList(Aten.unbind_int, size((int)dimension), this, dimension);

        /// <summary>Pieces of the given length; the last may be shorter.</summary>
        public Tensor[] split(long size, int dim = 0) =>
            CallList(Aten.split_Tensor, this.size(dim) / Math.Max(1, size) + 1, this, size, dim);

        public Tensor[] split(long[] sizes, long dim = 0) => CallList(Aten.split_with_sizes, sizes.Length, this, sizes, dim);

        public Tensor[] split(params long[] sizes) => split(sizes, 0);

        public Tensor[] chunk(long chunks, long dim = 0L) => CallList(Aten.chunk, chunks, this, chunks, dim);

        public Tensor narrow(long dim, long start, long length) => Call(Aten.narrow, this, dim, start, length);

        public Tensor select(long dim, long index) => Call(Aten.select_int, this, dim, index);

        public Tensor slice(long dim, long start, long finish, long step) =>
            Call(Aten.slice_Tensor, this, dim, start, finish, step);

        public Tensor diagonal(long offset = 0L, long dim1 = 0L, long dim2 = 1L) => Call(Aten.diagonal, this, offset, dim1, dim2);

        public Tensor diag(long diagonal = 0) => Call(Aten.diag, this, diagonal);

        public Tensor tril(long diagonal = 0) => Call(Aten.tril, this, diagonal);

        public Tensor triu(long diagonal = 0) => Call(Aten.triu, this, diagonal);

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0L) =>
            Call(Aten.as_strided, this, size, strides, storageOffset);

        public Tensor unfold(long dimension, long size, long step) => Call(Aten.unfold, this, dimension, size, step);

        /// <summary>The shape with one dimension replaced by several, of which one may be -1.</summary>
        private long[] Unflattened(long dim, long[] sizes)
        {
            long[] whole = shape;
            int at = Wrap((int)dim, whole.Length);
            long known = sizes.Where(s => s != -1).Aggregate(1L, (product, s) => product * s);
            IEnumerable<long> filled = sizes.Select(s => s != -1 ? s : whole[at] / known);
            return [.. whole[..at], .. filled, .. whole[(at + 1)..]];
        }
    }
}
