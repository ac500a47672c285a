using Sweep.Models.Numerics;

namespace Sweep.Engine.Numerics;

/// <summary>
/// Draws from Beta(α, α) as X/(X + Y) of two Gamma(α) values (Marsaglia and Tsang 2000), by their logarithms, so that a small α cannot
/// make 0/0.
/// </summary>
public static class SymmetricBeta
{
    /// <param name="random">Consumed by an unbounded number of draws.</param>
    /// <param name="alpha">α &gt; 0.</param>
    /// <returns>In [0, 1].</returns>
    public static double Draw(SeededRandom random, double alpha)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        var (x, y) = (LogGamma(random, alpha), LogGamma(random, alpha));
        return 1 / (1 + Math.Exp(y - x));
    }

    private static double LogGamma(SeededRandom random, double alpha)
    {
        // The method needs α ≥ 1; Gamma(α) is Gamma(α + 1)·U^(1/α).
        var raised = alpha < 1 ? Math.Log(1 - random.NextDouble()) / alpha : 0;
        var d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var z = random.NextGaussian();
            var root = 1 + c * z;
            if (root <= 0)
            {
                continue;
            }

            var v = root * root * root;
            if (Math.Log(1 - random.NextDouble()) < 0.5 * z * z + d - d * v + d * Math.Log(v))
            {
                return Math.Log(d * v) + raised;
            }
        }
    }
}
