using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    // Gradients.
    public partial class Tensor
    {
        public bool requires_grad
        {
            get
            {
                int answer = NativeMethods.bridge_requires_grad(Handle);
                NativeMethods.Check(answer);
                return answer != 0;
            }
            set => NativeMethods.Check(NativeMethods.bridge_set_requires_grad(Handle, value ? 1 : 0));
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public bool is_leaf
        {
            get
            {
                int answer = NativeMethods.bridge_is_leaf(Handle);
                NativeMethods.Check(answer);
                return answer != 0;
            }
        }

        /// <summary>Keeps the gradient of a tensor that is no leaf, too.</summary>
        public void retain_grad() => NativeMethods.Check(NativeMethods.bridge_retain_grad(Handle));

        /// <summary>The accumulated gradient, a new object each time, or null.</summary>
        public unsafe Tensor? grad
        {
            get
            {
                int failed;
                nint found = NativeMethods.bridge_grad(Handle, &failed);
                return failed == 0 ? OrNull(found) : throw NativeMethods.LastError();
            }
            set => NativeMethods.Check(NativeMethods.bridge_set_grad(Handle, value?.Handle ?? 0));
        }

        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false,
            IList<Tensor>? inputs = null) => autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        public Tensor detach() => Call(Aten.detach, this);

        public Tensor detach_()
        {
            Run(Aten.detach_, this);
            return this;
        }
    }

    public static partial class autograd
    {
        /// <summary>The gradients of the outputs' sum, weighted by <paramref name="grad_outputs"/>, by each input.</summary>
        /// <param name="outputs">What is differentiated.</param>
        /// <param name="inputs">By what.</param>
        /// <param name="grad_outputs">The outputs' weights; needed for outputs of more than one element.</param>
        /// <param name="retain_graph">Keep the graph for another pass.</param>
        /// <param name="create_graph">Record this pass, for derivatives of higher order.</param>
        /// <param name="allow_unused">Allow inputs on which no output depends; theirs is an invalid tensor.</param>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            nint[] outputHandles = Handles(outputs), inputHandles = Handles(inputs), results = new nint[inputs.Count];
            nint[]? weights = grad_outputs is null || grad_outputs.Count == 0 ? null : Handles(grad_outputs);
            fixed (nint* o = outputHandles, i = inputHandles, w = weights, r = results)
            {
                NativeMethods.Check(NativeMethods.bridge_gradients(o, w, outputHandles.Length, i, inputHandles.Length,
                    retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, r));
            }
            KeepAlive(outputs, inputs, grad_outputs);
            return Array.ConvertAll(results, handle => new Tensor(handle));
        }

        /// <summary>Adds the tensors' gradients to the leaves of their graph, or to <paramref name="inputs"/> alone.</summary>
        public static unsafe void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null)
        {
            nint[] roots = Handles(tensors), leaves = inputs is null ? [] : Handles(inputs);
            nint[]? weights = grad_tensors is null || grad_tensors.Count == 0 ? null : Handles(grad_tensors);
            fixed (nint* r = roots, w = weights, l = leaves)
            {
                NativeMethods.Check(NativeMethods.bridge_backward(r, w, roots.Length, l, leaves.Length,
                    retain_graph ?? create_graph ? 1 : 0, create_graph ? 1 : 0));
            }
            KeepAlive(tensors, inputs, grad_tensors);
        }

        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        private static nint[] Handles(IList<Tensor> tensors)
        {
            var handles = new nint[tensors.Count];
            for (int i = 0; i < handles.Length; i++) handles[i] = tensors[i].Handle;
            return handles;
        }

        private static void KeepAlive(params IList<Tensor>?[] lists)
        {
            foreach (IList<Tensor>? list in lists)
            {
                if (list is null) continue;
                foreach (Tensor tensor in list) GC.KeepAlive(tensor);
            }
        }
    }
}
