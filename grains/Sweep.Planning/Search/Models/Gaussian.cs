namespace Sweep.Planning;

/// <summary>The standard normal distribution, to about 1e-15.</summary>
internal static class Gaussian
{
    private static readonly double _densityAtZero = 1 / Math.Sqrt(2 * Math.PI);

    public static double Density(double z) => _densityAtZero * Math.Exp(-z * z / 2);

    /// <summary>
    /// Φ(z). Near the middle the series ½ + φ(z)·(z + z³/3 + z⁵/15 + …), beyond 4 the continued fraction of Mills' ratio, which keeps the
    /// relative accuracy of the lower tail.
    /// </summary>
    public static double Distribution(double z)
    {
        if (double.IsNaN(z))
        {
            return double.NaN;
        }

        if (z > 4)
        {
            return 1 - Distribution(-z);
        }

        if (z < -4)
        {
            return z < -38 ? 0 : Density(z) * MillsRatio(-z);
        }

        var term = z;
        var sum = z;
        for (var k = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); k += 2)
        {
            term *= z * z / k;
            sum += term;
        }

        return 0.5 + Density(z) * sum;
    }

    /// <summary>(1 − Φ(z)) / φ(z) for z of 4 and more: 1/(z + 1/(z + 2/(z + 3/(z + …)))).</summary>
    private static double MillsRatio(double z)
    {
        var tail = z;
        for (var k = 60; k >= 1; k--)
        {
            tail = z + k / tail;
        }

        return 1 / tail;
    }

    /// <summary>
    /// The z with Φ(z) = p: P. J. Acklam's rational approximation (relative error 1e-9), then one step of Halley's method.
    /// </summary>
    /// <param name="p">In [0, 1].</param>
    public static double Quantile(double p)
    {
        if (p <= 0)
        {
            return double.NegativeInfinity;
        }

        if (p >= 1)
        {
            return double.PositiveInfinity;
        }

        var z = Approximate(p);
        var error = (Distribution(z) - p) / Density(z);
        return double.IsFinite(error) ? z - error / (1 + z * error / 2) : z;
    }

    private static double Approximate(double p)
    {
        const double Tail = 0.02425;
        if (p > 1 - Tail)
        {
            return -Approximate(1 - p);
        }

        if (p < Tail)
        {
            var q = Math.Sqrt(-2 * Math.Log(p));
            return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q
                    + 2.938163982698783)
                / ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1);
        }

        var centred = p - 0.5;
        var r = centred * centred;
        return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r + 1.383577518672690e+02) * r
                    - 3.066479806614716e+01) * r + 2.506628277459239) * centred
            / (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r + 6.680131188771972e+01) * r
                    - 1.328068155288572e+01) * r + 1);
    }
}
