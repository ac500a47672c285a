namespace Sweep.Models.Weights;

/// <summary>
/// Resizes the grid part of a position embedding as timm's <c>resample_abs_pos_embed</c> does: PyTorch's
/// <c>interpolate(mode='bicubic', antialias=True)</c>, that is Keys' cubic with a = −½, half-pixel centres, the kernel widened by the factor
/// when shrinking, weights normalised at the edges.
/// </summary>
public static class PositionResampling
{
    private const double KernelRadius = 2;

    /// <param name="values">(prefix + from², width), row-major.</param>
    /// <param name="prefix">Rows of class and distillation tokens, which stay as they are.</param>
    /// <param name="from">Side of the grid there is.</param>
    /// <param name="to">Side of the grid wanted.</param>
    /// <param name="width">d.</param>
    /// <returns>(prefix + to², width).</returns>
    public static float[] Resize(ReadOnlySpan<float> values, int prefix, int from, int to, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, (prefix + from * from) * width);
        var weights = Weights(from, to);
        var grid = values[(prefix * width)..];
        var rows = new double[from * to * width];                      // (from, to, width): across first, as PyTorch
        for (var y = 0; y < from; y++)
        {
            for (var x = 0; x < to; x++)
            {
                var target = rows.AsSpan((y * to + x) * width, width);
                foreach (var (source, weight) in weights[x])
                {
                    Add(target, grid.Slice((y * from + source) * width, width), weight);
                }
            }
        }

        var result = new float[(prefix + to * to) * width];
        values[..(prefix * width)].CopyTo(result);
        var sum = new double[width];
        for (var y = 0; y < to; y++)
        {
            for (var x = 0; x < to; x++)
            {
                Array.Clear(sum);
                foreach (var (source, weight) in weights[y])
                {
                    for (var i = 0; i < width; i++)
                    {
                        sum[i] += weight * rows[(source * to + x) * width + i];
                    }
                }

                for (var i = 0; i < width; i++)
                {
                    result[(prefix + y * to + x) * width + i] = (float)sum[i];
                }
            }
        }

        return result;
    }

    private static void Add(Span<double> target, ReadOnlySpan<float> source, double weight)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] += weight * source[i];
        }
    }

    /// <summary>For each output position the input positions it reads, with weights that sum to 1.</summary>
    private static (int Source, double Weight)[][] Weights(int from, int to)
    {
        var scale = (double)from / to;
        var widened = Math.Max(1, scale);
        var support = KernelRadius * widened;
        return [.. Enumerable.Range(0, to).Select(i =>
        {
            var center = scale * (i + 0.5);
            var first = Math.Max(0, (int)(center - support + 0.5));
            var end = Math.Min(from, (int)(center + support + 0.5));
            var raw = Enumerable.Range(first, end - first).Select(j => Cubic((j - center + 0.5) / widened)).ToArray();
            var sum = raw.Sum();
            return raw.Select((weight, k) => (first + k, weight / sum)).ToArray();
        })];
    }

    /// <summary>Keys' cubic convolution kernel (1981), a = −½.</summary>
    private static double Cubic(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return x switch
        {
            < 1 => ((A + 2) * x - (A + 3)) * x * x + 1,
            < 2 => ((x - 5) * x + 8) * x * A - 4 * A,
            _ => 0,
        };
    }
}
