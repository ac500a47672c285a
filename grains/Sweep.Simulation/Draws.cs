using System.Security.Cryptography;
using System.Text;

namespace Sweep.Simulation;

/// <summary>
/// Random numbers that a seed and a name start: what is drawn for one stage does not depend on how many draws others made before, so two
/// simulations that differ in the scheduler see the same times and the same failures. SplitMix64 (Steele, Lea and Flood, 2014).
/// </summary>
internal sealed class Draws
{
    private ulong _state;

    public Draws(long seed, string name)
    {
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{seed} {name}")));
        _state = BitConverter.ToUInt64(key);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Standard normal (Box and Muller, 1958).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Exponential, in whole milliseconds.</summary>
    public TimeSpan NextExponential(double mean) => TimeSpan.FromMilliseconds(Math.Max(1, Math.Round(-1000 * mean * Math.Log(1 - NextDouble()))));

    private ulong NextBits()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
