using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Sets this thread's gradient mode and puts the former one back when disposed.</summary>
    private sealed class GradientMode : IDisposable
    {
        private readonly int former = NativeMethods.bridge_grad_mode();

        internal GradientMode(bool enabled) => NativeMethods.bridge_set_grad_mode(enabled ? 1 : 0);

        public void Dispose() => NativeMethods.bridge_set_grad_mode(former);
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint guard = NativeMethods.bridge_inference_enter(enabled ? 1 : 0);

        public void Dispose()
        {
            if (guard != 0) NativeMethods.bridge_inference_leave(guard);
            guard = 0;
        }
    }

    /// <summary>No operator called on this thread records gradients until the result is disposed.</summary>
    public static IDisposable no_grad() => new GradientMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradientMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradientMode(mode);

    public static bool is_grad_enabled() => NativeMethods.bridge_grad_mode() != 0;

    /// <summary>Like <see cref="no_grad"/>, and tensors made meanwhile can never take part in autograd.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => NativeMethods.bridge_inference_mode() != 0;

    /// <summary>Threads that one operator may use. Process-wide.</summary>
    public static int get_num_threads() => NativeMethods.bridge_threads();

    public static void set_num_threads(int num) => NativeMethods.Check(NativeMethods.bridge_set_threads(num));

    public static int get_num_interop_threads() => NativeMethods.bridge_interop_threads();

    public static void set_num_interop_threads(int num) => NativeMethods.Check(NativeMethods.bridge_set_interop_threads(num));

    /// <summary>The version of the libtorch that the stand-in was compiled against.</summary>
    public static unsafe string __version__ => Marshal.PtrToStringUTF8((nint)NativeMethods.bridge_version())!;

    public static partial class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static bool is_cudnn_available() => NativeMethods.bridge_cudnn_available() > 0;

        public static int device_count()
        {
            int count = NativeMethods.bridge_cuda_devices();
            NativeMethods.Check(count);
            return count;
        }

        /// <summary>Seeds the current CUDA device; without one, does nothing.</summary>
        public static void manual_seed(long seed) =>
            NativeMethods.Check(NativeMethods.bridge_cuda_seed(unchecked((ulong)seed), 0));

        /// <summary>Seeds every CUDA device; without any, does nothing.</summary>
        public static void manual_seed_all(long seed) =>
            NativeMethods.Check(NativeMethods.bridge_cuda_seed(unchecked((ulong)seed), 1));

        public static void synchronize(Device? device = null)
        {
            InitializeDeviceType(DeviceType.CUDA);
            NativeMethods.Check(NativeMethods.bridge_cuda_synchronize(device?.index ?? -1));
        }
    }

    public static bool cuda_is_available() => cuda.is_available();
}
