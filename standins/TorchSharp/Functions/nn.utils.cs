using TorchSharp.Modules;
using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Functions over the parameters of a model.</summary>
        public static partial class utils
        {
            /// <summary>Scales the gradients together so that their common norm is at most the given one.</summary>
            /// <returns>The norm before.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable untracked = no_grad();
                Tensor[] gradients = tensors.Select(t => t.grad).OfType<Tensor>().ToArray();
                if (gradients.Length == 0) return 0;
                Tensor[] norms = Array.ConvertAll(gradients, Norm);
                double total = norm_type == double.PositiveInfinity
                    ? stack(norms).max().ToDouble()
                    : stack(norms).norm((float)norm_type).ToDouble();
                double factor = max_norm / (total + 1e-6);
                // A norm that is no number makes the gradients none, too.
                if (!(factor >= 1)) Run(Aten._foreach_mul__Scalar, gradients, (Scalar)factor);
                return total;

                Tensor Norm(Tensor gradient) =>
                    norm_type == double.PositiveInfinity ? gradient.abs().max() : gradient.norm((float)norm_type);
            }

            /// <summary>Limits every element of every gradient to [-clip_value, clip_value].</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable untracked = no_grad();
                foreach (Tensor gradient in tensors.Select(t => t.grad).OfType<Tensor>()) gradient.clamp_(-clip_value,
                    clip_value);
            }

            /// <summary>All elements of all parameters, one after another.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                using DisposeScope scope = NewDisposeScope();
                return cat(tensors.Select(t => t.reshape(-1)).ToArray()).MoveToOuterDisposeScope();
            }

            /// <summary>The inverse of <see cref="parameters_to_vector"/>: copies the elements back.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable untracked = no_grad();
                long at = 0;
                foreach (Parameter parameter in tensors)
                {
                    long length = parameter.numel();
                    parameter.copy_(vec.narrow(0, at, length).view(parameter.shape));
                    at += length;
                }
            }
        }
    }
}
