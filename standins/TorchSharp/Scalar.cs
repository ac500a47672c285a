using TorchSharp.Native;

namespace TorchSharp;

/// <summary>A number of one of libtorch's scalar kinds. The stand-in keeps it in managed memory, so disposing is free.</summary>
public sealed class Scalar : IDisposable
{
    internal Scalar(ArgumentTag tag, long bits, torch.ScalarType? type = null)
    {
        Tag = tag;
        Bits = bits;
        Type = type ?? tag switch
        {
            ArgumentTag.Double => torch.ScalarType.Float64,
            ArgumentTag.Bool => torch.ScalarType.Bool,
            _ => torch.ScalarType.Int64,
        };
    }

    internal ArgumentTag Tag { get; }

    internal long Bits { get; }

    /// <summary>The kind: libtorch's scalars are 64-bit integers, 64-bit floating point numbers or truth values.</summary>
    public torch.ScalarType Type { get; }

    internal double AsDouble() => Tag == ArgumentTag.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    internal long AsInt64() => Tag == ArgumentTag.Double ? checked((long)BitConverter.Int64BitsToDouble(Bits)) : Bits;

    public static implicit operator Scalar(byte value) => value.ToScalar();
    public static implicit operator Scalar(sbyte value) => value.ToScalar();
    public static implicit operator Scalar(short value) => value.ToScalar();
    public static implicit operator Scalar(int value) => value.ToScalar();
    public static implicit operator Scalar(long value) => value.ToScalar();
    public static implicit operator Scalar(Half value) => value.ToScalar();
    public static implicit operator Scalar(float value) => value.ToScalar();
    public static implicit operator Scalar(double value) => value.ToScalar();
    public static implicit operator Scalar(bool value) => value.ToScalar();

    public void Dispose()
    {
    }
}

/// <summary>Conversions between C#'s numbers and <see cref="Scalar"/>.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => Integer(value);
    public static Scalar ToScalar(this sbyte value) => Integer(value);
    public static Scalar ToScalar(this short value) => Integer(value);
    public static Scalar ToScalar(this int value) => Integer(value);
    public static Scalar ToScalar(this long value) => Integer(value);
    public static Scalar ToScalar(this Half value) => Real((double)value);
    public static Scalar ToScalar(this float value) => Real(value);
    public static Scalar ToScalar(this double value) => Real(value);
    public static Scalar ToScalar(this bool value) => new(ArgumentTag.Bool, value ? 1 : 0);

    public static Half ToHalf(this Scalar value) => (Half)value.AsDouble();
    public static float ToSingle(this Scalar value) => (float)value.AsDouble();
    public static double ToDouble(this Scalar value) => value.AsDouble();
    public static sbyte ToSByte(this Scalar value) => checked((sbyte)value.AsInt64());
    public static byte ToByte(this Scalar value) => checked((byte)value.AsInt64());
    public static short ToInt16(this Scalar value) => checked((short)value.AsInt64());
    public static int ToInt32(this Scalar value) => checked((int)value.AsInt64());
    public static long ToInt64(this Scalar value) => value.AsInt64();
    public static bool ToBoolean(this Scalar value) => value.AsDouble() != 0;

    private static Scalar Integer(long value) => new(ArgumentTag.Int, value);

    private static Scalar Real(double value) => new(ArgumentTag.Double, BitConverter.DoubleToInt64Bits(value));
}
