using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>What an <see cref="Argument"/> holds; the order is that of bridge.cpp.</summary>
internal enum ArgumentTag
{
    Default, None, Tensor, Int, Double, Bool, IntList, TensorList, OptionalTensorList, String, Device, Generator
}

/// <summary>An argument as bridge.cpp reads it: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeArgument
{
    internal int Tag;
    internal int Count;
    internal long Bits;
}

/// <summary>
/// One argument of an operator. C# values convert to it, so that a call reads like the operator's schema; arguments left out
/// at the end take the schema's defaults, and <see cref="Default"/> does so in the middle.
/// </summary>
internal readonly struct Argument
{
    internal readonly object? Reference;
    internal readonly long Bits;
    internal readonly ArgumentTag Tag;

    private Argument(ArgumentTag tag, object? reference, long bits)
    {
        Tag = tag;
        Reference = reference;
        Bits = bits;
    }

    internal static Argument Default => default;

    internal static Argument None => new(ArgumentTag.None, null, 0);

    /// <summary>Tensors or nothing, as the index operators want them.</summary>
    internal static Argument Optional(torch.Tensor?[] tensors) => new(ArgumentTag.OptionalTensorList, tensors, 0);

    internal static Argument Of(ReadOnlySpan<long> values) => new(ArgumentTag.IntList, values.ToArray(), 0);

    public static implicit operator Argument(torch.Tensor? value) => value is null ? None : new(ArgumentTag.Tensor, value, 0);
    public static implicit operator Argument(long value) => new(ArgumentTag.Int, null, value);
    public static implicit operator Argument(long? value) => value is { } v ? v : None;
    public static implicit operator Argument(double value) =>
        new(ArgumentTag.Double, null, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Argument(double? value) => value is { } v ? v : None;
    public static implicit operator Argument(bool value) => new(ArgumentTag.Bool, null, value ? 1 : 0);
    public static implicit operator Argument(long[] value) => new(ArgumentTag.IntList, value, 0);
    public static implicit operator Argument(string? value) => value is null ? None : new(ArgumentTag.String, value, 0);
    public static implicit operator Argument(torch.Tensor[] value) => new(ArgumentTag.TensorList, value, 0);
    public static implicit operator Argument(torch.ScalarType value) => new(ArgumentTag.Int, null, (long)value);
    public static implicit operator Argument(torch.ScalarType? value) => value is { } v ? v : None;
    public static implicit operator Argument(torch.Device? value) =>
        value is null ? None : new(ArgumentTag.Device, null, value.Packed);
    public static implicit operator Argument(torch.Generator? value) =>
        value is null ? None : new(ArgumentTag.Generator, value, 0);

    public static implicit operator Argument(Scalar? value) =>
        value is null ? None : new(value.Tag, null, value.Bits);

    /// <summary>Takes memory beside the 16 bytes of the argument.</summary>
    internal bool IsList => Tag is ArgumentTag.IntList or ArgumentTag.TensorList or ArgumentTag.OptionalTensorList
        or ArgumentTag.String;
}
