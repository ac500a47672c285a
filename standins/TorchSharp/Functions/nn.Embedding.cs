using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <exception cref="NotSupportedException">Norm limits, frequency scaling or sparse gradients are asked for.</exception>
        public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null,
            double? max_norm = null, double norm_type = 2.0, bool scale_grad_by_freq = false, bool sparse = false,
            Device? device = null, ScalarType? dtype = null)
        {
            if (max_norm is not null || scale_grad_by_freq || sparse)
            {
                throw new NotSupportedException(
                    "Embedding with max_norm, scale_grad_by_freq or sparse needs the package TorchSharp, not its stand-in.");
            }
            return new Embedding(num_embeddings, embedding_dims, padding_idx, device, dtype);
        }
    }
}
