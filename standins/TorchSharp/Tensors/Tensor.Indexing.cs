using System.Runtime.CompilerServices;
using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    // Elements by position: views where positions and slices suffice, copies where tensors choose.
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, new TensorIndex[] { i1 }, false);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(new TensorIndex[] { i1, i2 });
            set => index_put_(value, new TensorIndex[] { i1, i2 }, false);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(new TensorIndex[] { i1, i2, i3 });
            set => index_put_(value, new TensorIndex[] { i1, i2, i3 }, false);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(new TensorIndex[] { i1, i2, i3, i4 });
            set => index_put_(value, new TensorIndex[] { i1, i2, i3, i4 }, false);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            Tensor view = ViewOf(indices, out Tensor?[] chosen, out List<Tensor> made);
            Tensor result = Array.TrueForAll(chosen, c => c is null) ? view : Call(Aten.index_Tensor, view,
                Argument.Optional(chosen));
            if (ReferenceEquals(result, this)) result = alias();
            foreach (Tensor intermediate in made)
            {
                if (!ReferenceEquals(intermediate, result)) intermediate.Dispose();
            }
            return result;
        }

        public Tensor index(params Tensor[] indices) => Call(Aten.index_Tensor, this, Argument.Optional(indices));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            Tensor view = ViewOf(indices, out Tensor?[] chosen, out List<Tensor> made);
            if (Array.TrueForAll(chosen, c => c is null))
            {
                if (accumulate) Run(Aten.add__Tensor, view, value);
                else Run(Aten.copy_, view, value);
            }
            else
            {
                Run(Aten.index_put_, view, Argument.Optional(chosen), value, accumulate);
            }
            foreach (Tensor intermediate in made) intermediate.Dispose();
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false)
        {
            Run(Aten.index_put_, this, Argument.Optional(indices), value, accumulate);
            return this;
        }

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using Tensor filled = Call(Aten.scalar_tensor, value, dtype, Argument.Default, device);
            return index_put_(filled, indices, false);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices)
        {
            using Tensor filled = Call(Aten.scalar_tensor, value, dtype, Argument.Default, device);
            return index_put_(filled, indices, false);
        }

        public Tensor index_select(long dim, Tensor index) => Call(Aten.index_select, this, dim, index);

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Call(Aten.index_add, this, dim, index, source, alpha);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            Run(Aten.index_add_, this, dim, index, source, alpha);
            return this;
        }

        public Tensor index_copy(long dim, Tensor index, Tensor source) => Call(Aten.index_copy, this, dim, index, source);

        public Tensor index_copy_(long dim, Tensor index, Tensor source)
        {
            Run(Aten.index_copy_, this, dim, index, source);
            return this;
        }

        public Tensor index_fill(long dim, Tensor index, Scalar value) =>
            Call(Aten.index_fill_int_Scalar, this, dim, index, value);

        public Tensor index_fill_(long dim, Tensor index, Scalar value)
        {
            Run(Aten.index_fill__int_Scalar, this, dim, index, value);
            return this;
        }

        public Tensor take(Tensor index) => Call(Aten.take, this, index);

        public Tensor gather(long dim, Tensor index) => Call(Aten.gather, this, dim, index);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Call(Aten.scatter_src, this, dim, index, src);

        public Tensor scatter_(long dim, Tensor index, Tensor src)
        {
            Run(Aten.scatter__src, this, dim, index, src);
            return this;
        }

        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Call(Aten.scatter_add, this, dim, index, src);

        public Tensor scatter_add_(long dim, Tensor index, Tensor src)
        {
            Run(Aten.scatter_add_, this, dim, index, src);
            return this;
        }

        public Tensor masked_fill(Tensor mask, Scalar value) => Call(Aten.masked_fill_Scalar, this, mask, value);

        public Tensor masked_fill_(Tensor mask, Scalar value)
        {
            Run(Aten.masked_fill__Scalar, this, mask, value);
            return this;
        }

        public Tensor masked_select(Tensor mask) => Call(Aten.masked_select, this, mask);

        public Tensor nonzero() => Call(Aten.nonzero, this);

        public Tensor argwhere() => Call(Aten.argwhere, this);

        /// <summary>
        /// Applies positions, slices and new axes, which give views, and gathers the choosing tensors by the dimension of the
        /// view that each of them chooses from.
        /// </summary>
        private Tensor ViewOf(TensorIndex[] indices, out Tensor?[] chosen, out List<Tensor> made)
        {
            Tensor view = this;
            made = [];
            var choices = new List<Tensor?>();
            long left = Dimensions - indices.Sum(DimensionsTaken);
            int at = 0;
            foreach (TensorIndex index in indices)
            {
                switch (index.Role)
                {
                    case TensorIndex.Kind.Single:
                        Follow(view.select(at, index.First ?? 0), made, ref view);
                        break;
                    case TensorIndex.Kind.Slice:
                        if (index.First is not null || index.Stop is not null || index.Step is not null)
                            Follow(Call(Aten.slice_Tensor, view, at, index.First, index.Stop, index.Step ?? 1), made, ref view);
                        at++;
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        at += (int)left;
                        break;
                    case TensorIndex.Kind.None or TensorIndex.Kind.Null:
                        Follow(view.unsqueeze(at++), made, ref view);
                        break;
                    case TensorIndex.Kind.Bool:
                        Follow(view.unsqueeze(at), made, ref view);
                        Tensor truth = tensor([index.First != 0]);
                        made.Add(truth);
                        Place(choices, at++, truth);
                        break;
                    case TensorIndex.Kind.Tensor:
                        Tensor positions = index.Positions!;
                        Place(choices, at, positions);
                        at += (int)DimensionsTaken(index);
                        break;
                }
            }
            chosen = choices.ToArray();
            return view;
        }

        /// <summary>A mask takes as many dimensions as it has, any other index one.</summary>
        private static long DimensionsTaken(TensorIndex index) => index.Role switch
        {
            TensorIndex.Kind.Single or TensorIndex.Kind.Slice => 1,
            TensorIndex.Kind.Tensor =>
                index.Positions!.dtype is ScalarType.Bool or ScalarType.Byte ? index.Positions.Dimensions : 1,
            _ => 0,
        };

        private static void Place(List<Tensor?> choices, int at, Tensor positions)
        {
            while (choices.Count < at) choices.Add(null);
            choices.Add(positions);
        }

        private static void Follow(Tensor next, List<Tensor> made, ref Tensor view)
        {
            made.Add(next);
            view = next;
        }
    }

    public static Tensor gather(Tensor input, long dim, Tensor index) => input.gather(dim, index);

    public static Tensor scatter(Tensor input, long dim, Tensor index, Tensor src) => input.scatter(dim, index, src);

    public static Tensor index_select(Tensor input, long dim, Tensor index) => input.index_select(dim, index);

    public static Tensor masked_select(Tensor input, Tensor mask) => input.masked_select(mask);

    public static Tensor nonzero(Tensor input) => input.nonzero();

    public static Tensor take(Tensor input, Tensor index) => input.take(index);
}
