using System.Numerics;

namespace Sweep.Planning;

/// <summary>
/// The Sobol sequence in Gray-code order (Antonov, Saleev 1979): of the first 2ᵏ points each of 2ᵏ equal slices of every coordinate has one. Any point is found
/// by itself. A seed scrambles it as Owen's nested permutations do, by a hash in which a digit is changed by those before it only (Burley 2020, Practical
/// hash-based Owen scrambling, JCGT 9(4)): each seed has other points, and all keep that property.
/// </summary>
public sealed class SobolSequence
{
    private const double Ulp = 1.0 / (1L << SobolDirections.Bits);

    private readonly int _dimensions;
    private readonly uint[]? _scrambles;

    /// <param name="dimensions">At most <see cref="MostDimensions"/>.</param>
    /// <param name="seed">Null for the sequence as it was published.</param>
    public SobolSequence(int dimensions, long? seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dimensions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, MostDimensions);
        _dimensions = dimensions;
        if (seed is { } start)
        {
            _scrambles = [.. Enumerable.Range(0, dimensions).Select(d => (uint)new SearchRandom(start, d, "scramble").NextBits())];
        }
    }

    public static int MostDimensions => SobolDirections.Count;

    /// <param name="index">From 0, which without a seed is the origin.</param>
    /// <returns>[D], in [0, 1), a multiple of 2⁻³², and with a seed half of that more.</returns>
    public double[] At(uint index)
    {
        var gray = index ^ (index >> 1);
        var point = new double[_dimensions];
        for (var d = 0; d < _dimensions; d++)
        {
            var directions = SobolDirections.Of(d);
            var bits = 0u;
            for (var left = gray; left != 0; left &= left - 1)
            {
                bits ^= directions[BitOperations.TrailingZeroCount(left)];
            }

            point[d] = _scrambles is null ? bits * Ulp : (Scramble(bits, _scrambles[d]) + 0.5) * Ulp;
        }

        return point;
    }

    /// <summary>The first digit becomes the lowest bit, since carries run upwards: products and sums then change each digit by those before it.</summary>
    private static uint Scramble(uint bits, uint seed)
    {
        bits = Reverse(bits);
        bits ^= bits * 0x3D20ADEA;
        bits += seed;
        bits *= (seed >> 16) | 1;
        bits ^= bits * 0x05526C56;
        bits ^= bits * 0x53A22864;
        return Reverse(bits);
    }

    private static uint Reverse(uint bits)
    {
        bits = (bits >> 1 & 0x55555555) | (bits & 0x55555555) << 1;
        bits = (bits >> 2 & 0x33333333) | (bits & 0x33333333) << 2;
        bits = (bits >> 4 & 0x0F0F0F0F) | (bits & 0x0F0F0F0F) << 4;
        return BitOperations.RotateRight(bits & 0x00FF00FF, 8) | BitOperations.RotateLeft(bits & 0xFF00FF00, 8);
    }
}
