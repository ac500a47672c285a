using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    // What a tensor is, without looking at its elements.
    public partial class Tensor
    {
        public ScalarType dtype => (ScalarType)NativeMethods.bridge_dtype(Handle);

        public Device device => Device.Unpack(NativeMethods.bridge_device(Handle));

        public DeviceType device_type => device.type;

        public int device_index => device.index;

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        public bool is_cpu() => device_type == DeviceType.CPU;

        /// <summary>The number of dimensions.</summary>
        public long Dimensions => NativeMethods.bridge_dim(Handle);

        public long dim() => Dimensions;

        public long ndim => Dimensions;

        public long NumberOfElements => NativeMethods.bridge_numel(Handle);

        public long numel() => NumberOfElements;

        /// <summary>Bytes an element.</summary>
        public long ElementSize => NativeMethods.bridge_element_size(Handle);

        public long element_size() => ElementSize;

        /// <summary>A copy of the shape.</summary>
        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* into = sizes) NativeMethods.bridge_sizes(Handle, into);
                return sizes;
            }
        }

        public long[] size() => shape;

        /// <param name="dim">A dimension; negative ones count from the end.</param>
        public unsafe long size(int dim)
        {
            int count = (int)Dimensions;
            long* sizes = stackalloc long[Math.Max(1, count)];
            NativeMethods.bridge_sizes(Handle, sizes);
            return sizes[Wrap(dim, count)];
        }

        /// <summary>For each dimension, how many elements apart its neighbours lie.</summary>
        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* into = strides) NativeMethods.bridge_strides(Handle, into);
            return strides;
        }

        public long stride(int dim)
        {
            long[] strides = stride();
            return strides[Wrap(dim, strides.Length)];
        }

        public long storage_offset() => NativeMethods.bridge_storage_offset(Handle);

        public bool is_contiguous() => NativeMethods.bridge_is_contiguous(Handle) != 0;

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        public bool is_nonzero() => ToScalar().ToBoolean();

        private static int Wrap(int dim, int count)
        {
            int wrapped = dim < 0 ? dim + count : dim;
            return wrapped >= 0 && wrapped < count ? wrapped : throw new System.Runtime.InteropServices.ExternalException(
                $"Dimension out of range (expected to be in range of [{-count}, {count - 1}], but got {dim})");
        }
    }
}
