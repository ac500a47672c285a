namespace Sweep.Planning;

/// <summary>
/// Fits a Gaussian process: the largest marginal likelihood times a prior, by L-BFGS from a few starts. The prior keeps few points from being explained
/// by chance: length scales are log-normal about √D (Hvarfner and others, "Vanilla Bayesian Optimization Performs Great in High Dimensions", 2024), the
/// signal about 1 and the noise about 1e-4 of the scaled costs' variance.
/// </summary>
internal static class GpFit
{
    /// <param name="points">[N, D].</param>
    /// <param name="choices">[D].</param>
    /// <param name="values">Of mean 0 and variance 1, [N].</param>
    /// <param name="settings">Says how much is spent.</param>
    public static GaussianProcess Of(double[][] points, bool[] choices, double[] values, GpSettings settings)
    {
        var n = Math.Min(points.Length, settings.MostFitted);
        var (fittedPoints, fittedValues) = (points[^n..], values[^n..]);
        (double Middle, double Width)[] prior =
        [
            .. choices.Select(_ => (settings.LengthScale + Math.Log(choices.Length) / 2, settings.LengthWidth)),
            (0, 1),
            (Math.Log(1e-4), settings.NoiseWidth),
        ];
        (double Value, double[] Gradient) Posterior(double[] parameters)
        {
            var (value, gradient) = GaussianProcess.NegativeLogLikelihood(fittedPoints, choices, fittedValues, parameters);
            for (var i = 0; i < parameters.Length; i++)
            {
                var off = (parameters[i] - prior[i].Middle) / prior[i].Width;
                value += off * off / 2;
                gradient[i] += off / prior[i].Width;
            }

            return (value, gradient);
        }

        var best = settings.Starts
            .Select(start => LimitedMemoryBfgs.Minimize(Posterior, Start(start, choices.Length), settings.Evaluations))
            .MinBy(end => double.IsNaN(end.Value) ? double.PositiveInfinity : end.Value).X;

        // Points that hardly differ may need more noise than was found best for the others.
        for (var more = 0; more < 10; more++)
        {
            if (GaussianProcess.Of(points, choices, values, best) is { } process)
            {
                return process;
            }

            best[^1] = Math.Max(best[^1], -16) + 2;
        }

        throw new InvalidOperationException(FormattableString.Invariant(
            $"The covariance of {points.Length} points must be positive definite with noise, but is not at a log variance of {best[^1]:G3}."));
    }

    private static double[] Start((double Length, double Noise) start, int dimensions) =>
        [.. Enumerable.Repeat(Math.Log(start.Length), dimensions), 0, Math.Log(start.Noise)];
}
