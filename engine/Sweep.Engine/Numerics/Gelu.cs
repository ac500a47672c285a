namespace Sweep.Engine.Numerics;

/// <summary>The exact GELU, x·Φ(x), in float64.</summary>
public static class Gelu
{
    public static double Of(double x) => 0.5 * x * (1 + ErrorFunction(x / Math.Sqrt(2)));

    /// <summary>erf by Kummer's series 2/√π · e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, whose terms all have one sign.</summary>
    private static double ErrorFunction(double x)
    {
        if (Math.Abs(x) > 6)
        {
            return Math.Sign(x); // 1 − erf(6) = 2e−17
        }

        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
