using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    // Other element types, other devices, copies.
    public partial class Tensor
    {
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            DisposedAfter(Call(Aten.to_dtype, this, type, non_blocking, copy), disposeAfter);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false,
            bool non_blocking = false) =>
            DisposedAfter(Call(Aten.to_device, this, InitializeDevice(device), type, non_blocking, copy), disposeAfter);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, device, copy, disposeAfter, non_blocking);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false,
            bool non_blocking = false) => to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        /// <summary>To the other tensor's device and element type.</summary>
        public Tensor to(Tensor other, bool non_blocking = false) => Call(Aten.to_other, this, other, non_blocking);

        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        public Tensor type(ScalarType dtype) => to_type(dtype);

        public Tensor cpu() => to(CPU);

        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor @byte() => to_type(ScalarType.Byte);

        public Tensor @char() => to_type(ScalarType.Int8);

        public Tensor @short() => to_type(ScalarType.Int16);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor half() => to_type(ScalarType.Float16);

        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @double() => to_type(ScalarType.Float64);

        public Tensor clone() => Call(Aten.clone, this);

        public Tensor alias() => Call(Aten.alias, this);

        public Tensor copy_(Tensor source, bool nonBlocking = false)
        {
            Run(Aten.copy_, this, source, nonBlocking);
            return this;
        }

        /// <summary>Makes this tensor share the other one's memory, shape and strides.</summary>
        public Tensor set_(Tensor source)
        {
            Run(Aten.set__source_Tensor, this, source);
            return this;
        }

        public Tensor fill_(Scalar value)
        {
            Run(Aten.fill__Scalar, this, value);
            return this;
        }

        // Not public: the zero_ of TorchSharp 0.106 leaves its tensor as it is and answers a new one. Callers write fill_(0).
        internal Tensor zero_()
        {
            Run(Aten.zero_, this);
            return this;
        }

        public Tensor pin_memory() => Call(Aten.pin_memory, this);

        public bool is_pinned() => CallInteger(Aten.is_pinned, this) != 0;

        private Tensor DisposedAfter(Tensor converted, bool disposeAfter)
        {
            if (disposeAfter) Dispose();
            return converted;
        }
    }
}
