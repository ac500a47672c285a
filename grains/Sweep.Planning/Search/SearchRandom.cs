using System.Numerics;

namespace Sweep.Planning;

/// <summary>
/// Pseudo-random numbers that a seed, a trial's number and a purpose start: the same on every machine and runtime. xoshiro256** (Blackman, Vigna 2021,
/// arXiv:1805.01407), its state filled by SplitMix64. Not for secrets.
/// </summary>
public sealed class SearchRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <param name="purpose">What the numbers are for, so that two uses in one trial are independent.</param>
    public SearchRandom(long seed, long trial, string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        var key = Mix(Mix(Mix((ulong)seed + Golden) ^ (ulong)trial) ^ Fold(purpose));
        _s0 = Mix(key += Golden);
        _s1 = Mix(key += Golden);
        _s2 = Mix(key += Golden);
        _s3 = Mix(key + Golden);
    }

    /// <returns>64 even bits.</returns>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <returns>Uniform in [0, 1), a multiple of 2⁻⁵³.</returns>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <param name="bound">Greater than 0.</param>
    /// <returns>Uniform in 0 to <paramref name="bound"/> − 1.</returns>
    public long NextInteger(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var range = (ulong)bound;
        // Below this the values of the last, incomplete round would come more often than the others.
        var least = (0 - range) % range;
        ulong bits;
        do
        {
            bits = NextBits();
        }
        while (bits < least);

        return (long)(bits % range);
    }

    /// <returns>Of the standard normal distribution, by the polar method (Marsaglia, Bray 1964).</returns>
    public double NextNormal()
    {
        while (true)
        {
            var x = 2 * NextDouble() - 1;
            var y = 2 * NextDouble() - 1;
            var square = x * x + y * y;
            if (square is > 0 and < 1)
            {
                return x * Math.Sqrt(-2 * Log(square) / square);
            }
        }
    }

    /// <summary>Puts the items into an order, all orders being equally likely (Fisher, Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = (int)NextInteger(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <returns>[<paramref name="count"/>], each uniform in [0, 1).</returns>
    public double[] NextDoubles(int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = NextDouble();
        }

        return values;
    }

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    internal static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>FNV-1a.</summary>
    private static ulong Fold(string purpose)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var letter in purpose)
        {
            hash = (hash ^ letter) * 0x100000001B3;
        }

        return hash;
    }

    /// <summary>
    /// ln x from additions, products and quotients alone, which IEEE 754 fixes: the runtime's own logarithm may differ in the last bit between machines.
    /// ln m = 2 artanh((m − 1) / (m + 1)) for the significand m, taken between √½ and √2.
    /// </summary>
    /// <param name="x">Positive and normal.</param>
    internal static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var significand = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 1023L << 52);
        if (significand > 1.4142135623730951)
        {
            significand /= 2;
            exponent++;
        }

        var z = (significand - 1) / (significand + 1);
        var square = z * z;
        var sum = 0.0;
        for (var power = 23; power >= 1; power -= 2)
        {
            sum = sum * square + 1.0 / power;
        }

        return 2 * z * sum + exponent * 0.6931471805599453;
    }
}
