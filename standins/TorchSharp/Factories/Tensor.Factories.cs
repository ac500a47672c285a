using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Native;
using static TorchSharp.Native.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor that shares the array's memory, which stays pinned as long as the tensor lives.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    /// <summary>As above; another element type or device makes it a copy.</summary>
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false)
    {
        ScalarType elements = ElementTypeOf(rawArray.GetType().GetElementType()!);
        Tensor shared = Shared(rawArray, elements);
        bool asIs = (dtype ?? elements) == elements && (device is null || device.type == DeviceType.CPU);
        return Grown(asIs ? shared : shared.to(dtype ?? elements, InitializeDevice(device), disposeAfter: true), requires_grad);
    }

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) =>
        from_array(data, dtype, device);

    /// <summary>The tensor itself where it already is of that type and device.</summary>
    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null) =>
        data.to(dtype ?? data.dtype, device ?? data.device);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false)
    {
        bool integral = is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type);
        ScalarType type = dtype ?? (integral ? ScalarType.Int64 : get_default_dtype());
        return Grown(Call(Aten.arange_start_step, start, stop, step, type, Argument.None, InitializeDevice(device)),
            requires_grad);
    }

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) => arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor eye(long rows, long columns = -1L, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        Grown(Call(Aten.eye_m, rows, columns == -1 ? rows : columns, dtype ?? get_default_dtype(), Argument.None,
            InitializeDevice(device)), requires_grad);

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        Grown(Call(Aten.linspace, (Scalar)start, (Scalar)end, steps, dtype ?? get_default_dtype(), Argument.None,
            InitializeDevice(device)), requires_grad);

    public static Tensor logspace(double start, double end, long steps, double @base = 10, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false) =>
        Grown(Call(Aten.logspace, (Scalar)start, (Scalar)end, steps, @base, dtype ?? get_default_dtype(), Argument.None,
            InitializeDevice(device)), requires_grad);

    /// <summary>Integers of [low, high).</summary>
    public static Tensor randint(long low, long high, Size size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null) =>
        Grown(Call(Aten.randint_low_generator, low, high, size.Shape, generator, dtype ?? ScalarType.Int64, Argument.None,
            InitializeDevice(device)), requires_grad);

    public static Tensor randint(long high, Size size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator);

    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null) =>
        randint(0, high, new Size(size), dtype, device, requires_grad, generator);

    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null) =>
        randint(low, high, new Size(size), dtype, device, requires_grad, generator);

    public static Tensor randint(int low, int high, int[] size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null) =>
        randint(low, high, new Size(size), dtype, device, requires_grad, generator);

    public static Tensor randint(int high, int[] size, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, Generator? generator = null) =>
        randint(0, high, new Size(size), dtype, device, requires_grad, generator);

    /// <summary>The integers of [0, n), shuffled.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null) =>
        Call(Aten.randperm_generator, n, generator, dtype ?? ScalarType.Int64, Argument.None, InitializeDevice(device));

    /// <summary>A tensor of a copy of the elements.</summary>
    private static unsafe Tensor Copied<T>(ReadOnlySpan<T> elements, ReadOnlySpan<long> dimensions, ScalarType? dtype,
        Device? device,
        bool requires_grad) where T : unmanaged
    {
        ScalarType type = ElementTypeOf(typeof(T));
        long product = 1;
        foreach (long dimension in dimensions) product *= dimension;
        if (product > elements.Length)
        {
            throw new ArgumentException(
                $"mismatched total size creating a tensor from an array: {product} vs. {elements.Length}");
        }
        device = InitializeDevice(device);
        bool asIs = (dtype ?? type) == type && device.type == DeviceType.CPU;
        Tensor copy;
        fixed (T* memory = elements)
        fixed (long* sizes = dimensions)
        {
            copy = new Tensor(NativeMethods.Check(NativeMethods.bridge_copy_memory(memory, sizes, dimensions.Length, (int)type)));
        }
        return Grown(asIs ? copy : copy.to(dtype ?? type, device, disposeAfter: true), requires_grad);
    }

    private static unsafe Tensor Shared(Array array, ScalarType type)
    {
        var pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        fixed (long* sizes = Shape(array))
        {
            nint handle = NativeMethods.bridge_from_memory((void*)pin.AddrOfPinnedObject(), sizes, array.Rank, (int)type,
                GCHandle.ToIntPtr(pin), &Unpin);
            if (handle != 0) return new Tensor(handle);
            pin.Free();
            throw NativeMethods.LastError();
        }
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint pin) => GCHandle.FromIntPtr(pin).Free();

    private static long[] Shape(Array array)
    {
        var shape = new long[array.Rank];
        for (int d = 0; d < shape.Length; d++) shape[d] = array.GetLongLength(d);
        return shape;
    }

    /// <summary>The elements of an array of several dimensions, in row-major order.</summary>
    private static ReadOnlySpan<T> Flat<T>(Array array) where T : unmanaged =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);
}
