namespace Sweep.Planning;

/// <summary>
/// A Gaussian process of mean 0 with noise over points of [N, D]: covariance σ²·m(r), Matérn 5/2 m(r) = (1 + √5·r + 5/3·r²)·exp(−√5·r) of
/// r² = Σ_d δ_d² / ℓ_d² with one length scale for each dimension (Rasmussen and Williams, Gaussian Processes for Machine Learning, 4.17, 5.1).
/// δ is the difference of two numbers, and for a choice 0 or 1: the distance of one-hot codes, so that the covariance stays positive definite.
/// </summary>
internal sealed class GaussianProcess
{
    /// <summary>Added to the diagonal beside the noise: rounding of nearly equal points.</summary>
    private const double Jitter = 1e-8;

    private static readonly double _root5 = Math.Sqrt(5);

    private readonly double[][] _points;
    private readonly bool[] _choices;
    private readonly double[] _inverseSquares;
    private readonly double _signal;
    private readonly Cholesky _factor;
    private readonly double[] _weights;

    private GaussianProcess(double[][] points, bool[] choices, double[] parameters, Cholesky factor, double[] weights)
    {
        (_points, _choices, Parameters, _factor, _weights) = (points, choices, parameters, factor, weights);
        _inverseSquares = InverseSquares(parameters, choices.Length);
        _signal = Math.Exp(parameters[choices.Length]);
    }

    /// <summary>[D + 2]: log ℓ of each dimension, log σ², log of the noise's variance.</summary>
    public double[] Parameters { get; }

    /// <param name="points">[N, D].</param>
    /// <param name="choices">Which dimensions are choices, [D].</param>
    /// <param name="values">[N].</param>
    /// <param name="parameters">As <see cref="Parameters"/>.</param>
    /// <returns>Null when the covariance is not positive definite to rounding.</returns>
    public static GaussianProcess? Of(double[][] points, bool[] choices, double[] values, double[] parameters)
    {
        var factor = Cholesky.Of(Covariance(points, choices, parameters), points.Length);
        return factor is null ? null : new GaussianProcess(points, choices, parameters, factor, factor.Solve(values));
    }

    /// <summary>The prediction at a point, without the noise.</summary>
    public (double Mean, double Deviation) Predict(ReadOnlySpan<double> point)
    {
        var covariances = new double[_points.Length];
        for (var i = 0; i < covariances.Length; i++)
        {
            covariances[i] = _signal * Matern(Math.Sqrt(SquaredDistance(point, _points[i], _choices, _inverseSquares)));
        }

        var mean = Cholesky.Dot(covariances, _weights);
        _factor.SolveLower(covariances);
        return (mean, Math.Sqrt(Math.Max(1e-12 * _signal, _signal - Cholesky.Dot(covariances, covariances))));
    }

    /// <summary>−log p(values | points, parameters) and its gradient by each parameter (Rasmussen and Williams, 2.30 and 5.9).</summary>
    /// <returns>+∞ when the covariance is not positive definite to rounding.</returns>
    public static (double Value, double[] Gradient) NegativeLogLikelihood(double[][] points, bool[] choices, double[] values, double[] parameters)
    {
        var (n, d) = (points.Length, choices.Length);
        var gradient = new double[d + 2];
        if (Cholesky.Of(Covariance(points, choices, parameters), n) is not { } factor)
        {
            return (double.PositiveInfinity, gradient);
        }

        var weights = factor.Solve(values);
        var inverse = factor.Inverse();
        var inverseSquares = InverseSquares(parameters, d);
        var (signal, noise) = (Math.Exp(parameters[d]), Math.Exp(parameters[d + 1]));
        for (var i = 0; i < n; i++)
        {
            // ½·tr((K⁻¹ − α·αᵀ)·∂K/∂θ), each pair once.
            var own = (inverse[i * n + i] - weights[i] * weights[i]) / 2;
            gradient[d] += own * signal;
            gradient[d + 1] += own * noise;
            for (var j = 0; j < i; j++)
            {
                var factorOfPair = inverse[i * n + j] - weights[i] * weights[j];
                var r = Math.Sqrt(SquaredDistance(points[i], points[j], choices, inverseSquares));
                var decay = signal * Math.Exp(-_root5 * r);
                gradient[d] += factorOfPair * decay * (1 + _root5 * r + 5 * r * r / 3);
                var slope = factorOfPair * decay * (5.0 / 3) * (1 + _root5 * r);
                for (var k = 0; k < d; k++)
                {
                    var difference = Difference(points[i][k], points[j][k], choices[k]);
                    gradient[k] += slope * difference * difference * inverseSquares[k];
                }
            }
        }

        return ((Cholesky.Dot(values, weights) + factor.LogDeterminant + n * Math.Log(2 * Math.PI)) / 2, gradient);
    }

    private static double[] Covariance(double[][] points, bool[] choices, double[] parameters)
    {
        var (n, d) = (points.Length, choices.Length);
        var inverseSquares = InverseSquares(parameters, d);
        var (signal, noise) = (Math.Exp(parameters[d]), Math.Exp(parameters[d + 1]));
        var covariance = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            covariance[i * n + i] = signal * (1 + Jitter) + noise;
            for (var j = 0; j < i; j++)
            {
                covariance[i * n + j] = signal * Matern(Math.Sqrt(SquaredDistance(points[i], points[j], choices, inverseSquares)));
            }
        }

        return covariance;
    }

    private static double Matern(double r) => (1 + _root5 * r + 5 * r * r / 3) * Math.Exp(-_root5 * r);

    private static double[] InverseSquares(double[] parameters, int dimensions) =>
        [.. parameters.Take(dimensions).Select(parameter => Math.Exp(-2 * parameter))];

    private static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b, bool[] choices, double[] inverseSquares)
    {
        var sum = 0.0;
        for (var k = 0; k < choices.Length; k++)
        {
            var difference = Difference(a[k], b[k], choices[k]);
            sum += difference * difference * inverseSquares[k];
        }

        return sum;
    }

    private static double Difference(double a, double b, bool choice) => choice ? (a == b ? 0 : 1) : a - b;
}
