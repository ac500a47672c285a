using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sweep.Planning;

/// <summary>
/// A = L·Lᵀ of a symmetric positive definite matrix, dense, row by row, so that every inner loop is a product of two rows. The products are
/// summed in the same order on every machine.
/// </summary>
internal sealed class Cholesky
{
    private readonly double[] _lower;

    private Cholesky(double[] lower, int size)
    {
        _lower = lower;
        Size = size;
    }

    public int Size { get; }

    /// <param name="matrix">[n, n], row by row, of which the lower triangle is read; left as it is.</param>
    /// <param name="size">n.</param>
    /// <returns>Null when the matrix is not positive definite to rounding.</returns>
    public static Cholesky? Of(ReadOnlySpan<double> matrix, int size)
    {
        var lower = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var rest = matrix[i * size + j] - Dot(lower.AsSpan(i * size, j), lower.AsSpan(j * size, j));
                if (i != j)
                {
                    lower[i * size + j] = rest / lower[j * size + j];
                }
                else if (rest > 0 && double.IsFinite(rest))
                {
                    lower[i * size + i] = Math.Sqrt(rest);
                }
                else
                {
                    return null;
                }
            }
        }

        return new Cholesky(lower, size);
    }

    /// <summary>log |A|.</summary>
    public double LogDeterminant
    {
        get
        {
            var sum = 0.0;
            for (var i = 0; i < Size; i++)
            {
                sum += Math.Log(_lower[i * Size + i]);
            }

            return 2 * sum;
        }
    }

    /// <summary>Replaces b, [n], by L⁻¹·b.</summary>
    public void SolveLower(Span<double> b)
    {
        for (var i = 0; i < Size; i++)
        {
            b[i] = (b[i] - Dot(_lower.AsSpan(i * Size, i), b[..i])) / _lower[i * Size + i];
        }
    }

    /// <summary>A⁻¹·b, [n].</summary>
    public double[] Solve(ReadOnlySpan<double> b)
    {
        var x = b.ToArray();
        SolveLower(x);
        for (var i = Size - 1; i >= 0; i--)
        {
            x[i] /= _lower[i * Size + i];
            for (var j = 0; j < i; j++)
            {
                x[j] -= _lower[i * Size + j] * x[i];
            }
        }

        return x;
    }

    /// <summary>A⁻¹, [n, n], row by row.</summary>
    public double[] Inverse()
    {
        // Row j holds column j of L⁻¹, whose elements above j are 0.
        var columns = new double[Size * Size];
        for (var j = 0; j < Size; j++)
        {
            var column = columns.AsSpan(j * Size, Size);
            column[j] = 1 / _lower[j * Size + j];
            for (var i = j + 1; i < Size; i++)
            {
                column[i] = -Dot(_lower.AsSpan(i * Size + j, i - j), column[j..i]) / _lower[i * Size + i];
            }
        }

        var inverse = new double[Size * Size];
        for (var i = 0; i < Size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                inverse[i * Size + j] = inverse[j * Size + i] = Dot(columns.AsSpan(i * Size + i, Size - i), columns.AsSpan(j * Size + i, Size - i));
            }
        }

        return inverse;
    }

    /// <summary>Four partial sums whatever the machine has, so that the rounding is the same everywhere.</summary>
    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var wideA = MemoryMarshal.Cast<double, Vector256<double>>(a);
        var wideB = MemoryMarshal.Cast<double, Vector256<double>>(b);
        var sums = Vector256<double>.Zero;
        for (var i = 0; i < wideA.Length; i++)
        {
            sums += wideA[i] * wideB[i];
        }

        var sum = sums[0] + sums[1] + (sums[2] + sums[3]);
        for (var i = wideA.Length * Vector256<double>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
