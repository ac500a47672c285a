using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp.Native;

/// <summary>
/// The exports of the C++ files in bridge/. A tensor handle owns one reference to libtorch's tensor; 0 is the undefined tensor.
/// Only functions that read a field and can neither throw nor block leave out the transition to native mode.
/// </summary>
internal static unsafe partial class NativeMethods
{
    private const string Bridge = "TorchSharpBridge";

    [DllImport(Bridge), SuppressGCTransition] internal static extern byte* bridge_last_error();
    [DllImport(Bridge), SuppressGCTransition] internal static extern byte* bridge_version();

    [DllImport(Bridge)] internal static extern nint bridge_operator(byte* name, byte* overload);
    [DllImport(Bridge)]
    internal static extern int bridge_call(nint op, NativeArgument* arguments, int count, NativeArgument* results, int capacity);

    [DllImport(Bridge)] internal static extern void bridge_release(nint tensor);
    [DllImport(Bridge), SuppressGCTransition] internal static extern long bridge_dim(nint tensor);
    [DllImport(Bridge), SuppressGCTransition] internal static extern long bridge_numel(nint tensor);
    [DllImport(Bridge), SuppressGCTransition] internal static extern void bridge_sizes(nint tensor, long* into);
    [DllImport(Bridge), SuppressGCTransition] internal static extern void bridge_strides(nint tensor, long* into);
    [DllImport(Bridge), SuppressGCTransition] internal static extern int bridge_dtype(nint tensor);
    [DllImport(Bridge), SuppressGCTransition] internal static extern long bridge_device(nint tensor);
    [DllImport(Bridge), SuppressGCTransition] internal static extern long bridge_element_size(nint tensor);
    [DllImport(Bridge), SuppressGCTransition] internal static extern long bridge_storage_offset(nint tensor);
    [DllImport(Bridge), SuppressGCTransition] internal static extern int bridge_is_contiguous(nint tensor);
    [DllImport(Bridge), SuppressGCTransition] internal static extern long bridge_exclusive_bytes(nint tensor);
    [DllImport(Bridge)] internal static extern void* bridge_data(nint tensor);
    [DllImport(Bridge)]
    internal static extern nint bridge_from_memory(void* data, long* sizes, int dims, int dtype, nint context,
        delegate* unmanaged<nint, void> release);
    [DllImport(Bridge)] internal static extern nint bridge_copy_memory(void* data, long* sizes, int dims, int dtype);

    [DllImport(Bridge)] internal static extern int bridge_requires_grad(nint tensor);
    [DllImport(Bridge)] internal static extern int bridge_set_requires_grad(nint tensor, int value);
    [DllImport(Bridge)] internal static extern int bridge_is_leaf(nint tensor);
    [DllImport(Bridge)] internal static extern int bridge_retain_grad(nint tensor);
    [DllImport(Bridge)] internal static extern nint bridge_grad(nint tensor, int* failed);
    [DllImport(Bridge)] internal static extern int bridge_set_grad(nint tensor, nint grad);
    [DllImport(Bridge)]
    internal static extern int bridge_backward(nint* roots, nint* seeds, int rootCount, nint* inputs, int inputCount,
        int retainGraph,
        int createGraph);
    [DllImport(Bridge)]
    internal static extern int bridge_gradients(nint* outputs, nint* seeds, int outputCount, nint* inputs, int inputCount,
        int retainGraph, int createGraph, int allowUnused, nint* results);
    [DllImport(Bridge)] internal static extern nint bridge_attention(nint query, nint key, nint value, double scale);
    [DllImport(Bridge), SuppressGCTransition] internal static extern int bridge_grad_mode();
    [DllImport(Bridge), SuppressGCTransition] internal static extern void bridge_set_grad_mode(int enabled);
    [DllImport(Bridge)] internal static extern nint bridge_inference_enter(int enabled);
    [DllImport(Bridge)] internal static extern void bridge_inference_leave(nint guard);
    [DllImport(Bridge), SuppressGCTransition] internal static extern int bridge_inference_mode();

    [DllImport(Bridge)] internal static extern nint bridge_generator(ulong seed);
    [DllImport(Bridge)] internal static extern nint bridge_default_generator();
    [DllImport(Bridge)] internal static extern void bridge_generator_release(nint generator);
    [DllImport(Bridge)] internal static extern int bridge_generator_seed(nint generator, ulong seed);
    [DllImport(Bridge)] internal static extern ulong bridge_generator_initial_seed(nint generator);
    [DllImport(Bridge)] internal static extern nint bridge_generator_state(nint generator);
    [DllImport(Bridge)] internal static extern int bridge_generator_set_state(nint generator, nint state);
    [DllImport(Bridge)] internal static extern int bridge_manual_seed(ulong seed);

    [DllImport(Bridge)] internal static extern int bridge_threads();
    [DllImport(Bridge)] internal static extern int bridge_set_threads(int count);
    [DllImport(Bridge)] internal static extern int bridge_interop_threads();
    [DllImport(Bridge)] internal static extern int bridge_set_interop_threads(int count);
    [DllImport(Bridge)] internal static extern int bridge_cuda_devices();
    [DllImport(Bridge)] internal static extern int bridge_cudnn_available();
    [DllImport(Bridge)] internal static extern int bridge_cuda_seed(ulong seed, int everyDevice);
    [DllImport(Bridge)] internal static extern int bridge_cuda_synchronize(long index);

    /// <summary>The exception for the error that libtorch last reported on this thread.</summary>
    internal static ExternalException LastError() => new(Marshal.PtrToStringUTF8((nint)bridge_last_error()));

    internal static void Check(int status)
    {
        if (status < 0) throw LastError();
    }

    internal static nint Check(nint handle) => handle != 0 ? handle : throw LastError();
}
