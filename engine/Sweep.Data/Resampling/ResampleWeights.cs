using System.Buffers;

namespace Sweep.Data.Resampling;

/// <summary>
/// The taps of one axis: each output pixel is a weighted sum of some input pixels that lie side by side. When shrinking, the filter
/// is widened by the ratio, so that every input pixel counts (antialiasing). Weights are fixed-point and sum to one before rounding.
/// </summary>
internal ref struct ResampleWeights
{
    /// <summary>Bits behind the point: 8 bits of pixel, one of sign and one of overshoot leave 22 of 32.</summary>
    public const int Precision = 22;

    private readonly int[] _weights;
    private readonly int[] _first;
    private readonly int[] _count;

    /// <param name="input">Pixels of the input along this axis.</param>
    /// <param name="from">Where the box begins.</param>
    /// <param name="to">Where the box ends.</param>
    /// <param name="output">Pixels that the box becomes.</param>
    /// <param name="window">The first output pixel that is wanted.</param>
    /// <param name="length">Output pixels that are wanted.</param>
    public ResampleWeights(int input, double from, double to, int output, int window, int length, ResampleFilter filter)
    {
        var scale = (to - from) / output;
        var stretch = Math.Max(scale, 1);
        var support = (filter is ResampleFilter.Bicubic ? 2 : 1) * stretch;
        Taps = (int)Math.Ceiling(support) * 2 + 1;
        Length = length;
        _weights = ArrayPool<int>.Shared.Rent(Taps * length);
        _first = ArrayPool<int>.Shared.Rent(length);
        _count = ArrayPool<int>.Shared.Rent(length);
        Span<double> exact = Taps <= 256 ? stackalloc double[Taps] : new double[Taps];
        for (var i = 0; i < length; i++)
        {
            var centre = from + (window + i + 0.5) * scale;
            var first = Math.Max((int)(centre - support + 0.5), 0);
            var count = Math.Min((int)(centre + support + 0.5), input) - first;
            double sum = 0;
            for (var t = 0; t < count; t++)
            {
                var distance = Math.Abs((first + t - centre + 0.5) / stretch);
                exact[t] = filter is ResampleFilter.Bicubic ? Cubic(distance) : Math.Max(1 - distance, 0);
                sum += exact[t];
            }

            for (var t = 0; t < count; t++)
            {
                var weight = exact[t] / sum * (1 << Precision);
                _weights[i * Taps + t] = (int)(weight + (weight < 0 ? -0.5 : 0.5));
            }

            (_first[i], _count[i]) = (first, count);
        }
    }

    public int Length { get; }

    /// <summary>The most taps that a pixel has.</summary>
    public int Taps { get; }

    /// <summary>First input pixel that is needed.</summary>
    public readonly int Begin => _first[0];

    /// <summary>Behind the last input pixel that is needed.</summary>
    public readonly int End => _first[Length - 1] + _count[Length - 1];

    public readonly int First(int pixel) => _first[pixel];

    public readonly ReadOnlySpan<int> Weights(int pixel) => _weights.AsSpan(pixel * Taps, _count[pixel]);

    public readonly void Dispose()
    {
        ArrayPool<int>.Shared.Return(_weights);
        ArrayPool<int>.Shared.Return(_first);
        ArrayPool<int>.Shared.Return(_count);
    }

    private static double Cubic(double x)
    {
        const double A = -0.5;
        return x < 1 ? ((A + 2) * x - (A + 3)) * x * x + 1
            : x < 2 ? ((A * x - 5 * A) * x + 8 * A) * x - 4 * A
            : 0;
    }
}
