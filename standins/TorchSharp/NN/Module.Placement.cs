using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        // Moving a module to another device or element type replaces its parameters: what held them before holds dead tensors.
        public partial class Module
        {
            protected DeviceType _deviceType = DeviceType.CPU;
            protected int _deviceIndex = -1;

            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking) => Place(dtype,
                Usable(device));

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                Device device = Usable(new Device(deviceType, deviceIndex));
                return device.type == _deviceType && device.index == _deviceIndex ? this : Place(null, device);
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking) => Place(dtype, null);

            public Module _to(Tensor other, bool non_blocking)
            {
                _to(other.dtype, non_blocking);
                return _to(other.device_type, other.device_index, non_blocking);
            }

            private static Device Usable(Device device)
            {
                if (device.type == DeviceType.CUDA && !cuda.is_available())
                    throw new InvalidOperationException("CUDA is not available.");
                return device.type == DeviceType.CUDA ? device : new Device(device.type);
            }

            private Module Place(ScalarType? dtype, Device? device)
            {
                if (dtype is { } type && !is_floating_point(type))
                {
                    throw new ArgumentException(
                        $"nn.Module.to only accepts floating point or complex types, but got desired dtype={dtype}");
                }
                foreach ((_, Module child) in named_children())
                {
                    if (device is null) child._to(dtype!.Value, false);
                    else if (dtype is null) child._to(device.type, device.index, false);
                    else child._to(device, dtype.Value, false);
                }

                Dictionary<string, FieldInfo> fields = FieldsOf(GetType()).ToDictionary(ComponentOf);
                foreach ((string component, Parameter parameter) in _internal_params.AsEnumerable<(string, Parameter)>().ToList())
                {
                    if (Moved(parameter, dtype, device) is not { } moved) continue;
                    parameter.Dispose();
                    _internal_params[component] = moved;
                    if (fields.TryGetValue(component, out FieldInfo? field)) field.SetValue(this, moved);
                }
                foreach ((string component, (Tensor buffer, bool persistent)) in _internal_buffers.AsEnumerable<(string,
                    (Tensor, bool))>().ToList())
                {
                    ScalarType wanted = dtype is { } t && buffer.is_floating_point() ? t : buffer.dtype;
                    if (Fits(buffer, wanted, device)) continue;
                    Tensor moved = buffer.to(wanted, device ?? buffer.device, disposeAfter: true).DetachFromDisposeScope();
                    _internal_buffers[component] = (moved, persistent);
                    if (fields.TryGetValue(component, out FieldInfo? field)) field.SetValue(this, moved);
                }
                if (device is not null)
                {
                    _deviceType = device.type;
                    _deviceIndex = device.index;
                }
                return this;
            }

            private static Parameter? Moved(Parameter parameter, ScalarType? dtype, Device? device)
            {
                ScalarType wanted = dtype is { } type && parameter.is_floating_point() ? type : parameter.dtype;
                if (Fits(parameter, wanted, device)) return null;
                using IDisposable untracked = no_grad();
                Device place = device ?? parameter.device;
                var moved = new Parameter(parameter.to(wanted, place), parameter.requires_grad);
                moved.DetachFromDisposeScope();
                using Tensor? gradient = parameter.grad;
                if (gradient is not null)
                {
                    using Tensor movedGradient = gradient.to(wanted, place);
                    moved.grad = movedGradient;
                }
                return moved;
            }

            private static bool Fits(Tensor tensor, ScalarType type, Device? device) =>
                tensor.dtype == type && (device is null
                    || (tensor.device_type == device.type && (device.index == -1 || tensor.device_index == device.index)));
        }
    }
}
