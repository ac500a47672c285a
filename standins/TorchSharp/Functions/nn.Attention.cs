using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>
            /// softmax(Q Kᵀ / √head width + mask) V, for queries [.., L, E], keys [.., S, E] and values [.., S, V]. A mask of
            /// truth values lets pass where it is true, one of numbers is added. Floats on the CPU without mask and dropout
            /// take one fused pass, which can be differentiated once; all else is composed of the plain operators.
            /// </summary>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null,
                double p = 0.0, bool is_casual = false)
            {
                double scale = 1 / Math.Sqrt(query.size(-1));
                bool plain = attn_mask is null && p == 0 && !is_casual;
                return plain && Fusible(query, key, value)
                    ? Fused(query, key, value, scale)
                    : Composed(query, key, value, attn_mask, p, is_casual, scale);
            }

            private static bool Fusible(Tensor query, Tensor key, Tensor value) =>
                Array.TrueForAll([query, key, value], t => t.dtype == ScalarType.Float32 && t.is_cpu() && t.Dimensions == 4)
                && query.size(0) == key.size(0) && query.size(1) == key.size(1) && query.size(3) == key.size(3)
                && key.size(0) == value.size(0) && key.size(1) == value.size(1) && key.size(2) == value.size(2)
                && key.NumberOfElements > 0;

            private static Tensor Fused(Tensor query, Tensor key, Tensor value, double scale)
            {
                nint result = NativeMethods.bridge_attention(query.Handle, key.Handle, value.Handle, scale);
                GC.KeepAlive(query);
                GC.KeepAlive(key);
                GC.KeepAlive(value);
                return new Tensor(NativeMethods.Check(result));
            }

            private static Tensor Composed(Tensor query, Tensor key, Tensor value, Tensor? mask, double p, bool causal,
                double scale)
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor scores = query.mul(scale).matmul(key.transpose(-2, -1));
                if (causal)
                {
                    if (mask is not null) throw new ArgumentException("Explicit attn_mask should not be set when is_causal=True");
                    mask = ones([query.size(-2), key.size(-2)], ScalarType.Bool, query.device).tril();
                }
                if (mask is not null)
                {
                    scores = mask.dtype == ScalarType.Bool
                        ? scores.masked_fill(mask.logical_not(), double.NegativeInfinity)
                        : scores.add(mask);
                }
                Tensor weights = scores.softmax(-1);
                if (p > 0) weights = dropout(weights, p);
                return weights.matmul(value).MoveToOuterDisposeScope();
            }
        }
    }
}
