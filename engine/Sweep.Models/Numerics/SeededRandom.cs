using System.Numerics;

namespace Sweep.Models.Numerics;

/// <summary>
/// xoshiro256** (Blackman and Vigna, 2018) seeded by SplitMix64 from a seed, a purpose and an index. Every random choice of a stage
/// comes from here, so it is the same on every platform, device and version of libtorch, and an epoch needs no state of the one before.
/// </summary>
public sealed class SeededRandom
{
    private ulong _s0, _s1, _s2, _s3;
    private double? _spareGaussian;

    /// <param name="seed">The recipe's seed.</param>
    /// <param name="purpose">Keeps streams of one seed apart, for example <c>order</c> and <c>crop</c>.</param>
    /// <param name="index">For example the epoch.</param>
    public SeededRandom(long seed, string purpose, long index = 0)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        var state = (ulong)seed;
        foreach (var letter in purpose)
        {
            state = SplitMix(ref state) ^ letter;
        }

        state = SplitMix(ref state) ^ (ulong)index;
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
    }

    public ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, bound), without bias (Lemire 2019).</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var range = (uint)bound;
        var threshold = (0u - range) % range;
        while (true)
        {
            var product = (ulong)(uint)(NextUInt64() >> 32) * range;
            if ((uint)product >= threshold)
            {
                return (int)(product >> 32);
            }
        }
    }

    /// <summary>Normal with mean 0 and deviation 1 (Box and Muller).</summary>
    public double NextGaussian()
    {
        if (_spareGaussian is { } spare)
        {
            _spareGaussian = null;
            return spare;
        }

        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        var angle = 2 * Math.PI * NextDouble();
        _spareGaussian = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    /// <summary>The first <paramref name="count"/> of a random permutation of 0 … <paramref name="total"/>−1 (Fisher and Yates).</summary>
    public int[] Draw(int total, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, total);
        var items = new int[total];
        for (var i = 0; i < total; i++)
        {
            items[i] = i;
        }

        for (var i = 0; i < count; i++)
        {
            var j = i + Next(total - i);
            (items[i], items[j]) = (items[j], items[i]);
        }

        return items[..count];
    }

    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
