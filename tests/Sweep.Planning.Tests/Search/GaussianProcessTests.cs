namespace Sweep.Planning;

public sealed class GaussianProcessTests
{
    private static readonly double[][] _points = [[0.1, 0.2, 0], [0.4, 0.9, 1], [0.8, 0.3, 0], [0.6, 0.6, 2], [0.95, 0.05, 1]];
    private static readonly bool[] _choices = [false, false, true];
    private static readonly double[] _values = [0.3, -1.1, 0.7, 0.2, 1.4];
    private static readonly double[] _parameters = [Math.Log(0.5), Math.Log(0.8), Math.Log(1.3), Math.Log(1.7), Math.Log(0.01)];

    /// <summary>
    /// From NumPy 1.24: K = s2·(1 + √5·r + 5/3·r²)·exp(−√5·r) + (0.01 + 1e-8·s2)·I; k @ solve(K, y) and sqrt(s2 − diag(k @ solve(K, k.T))); ½·y @ solve(K, y) + ½·slogdet(K)[1] +
    /// 2.5·log(2π).
    /// </summary>
    [Fact]
    public void Prediction_IsThatOfDirectSolves()
    {
        var process = GaussianProcess.Of(_points, _choices, _values, _parameters)!;

        var (mean, deviation) = process.Predict([0.5, 0.5, 1]);
        Assert.Equal(-0.26085617580923176, mean, 12);
        Assert.Equal(0.6349667520992339, deviation, 12);
        (mean, deviation) = process.Predict([0.1, 0.2, 2]);
        Assert.Equal(0.15564211924225294, mean, 12);
        Assert.Equal(0.9133508118397634, deviation, 12);
        Assert.Equal(6.661437290246733, GaussianProcess.NegativeLogLikelihood(_points, _choices, _values, _parameters).Value, 12);
    }

    [Fact]
    public void Gradient_IsThatOfFiniteDifferences()
    {
        for (var round = 0; round < 20; round++)
        {
            var random = new SearchRandom(3, round, "gradient");
            var points = Enumerable.Range(0, 12).Select(_ => new[] { random.NextDouble(), random.NextDouble(), (double)random.NextInteger(3) }).ToArray();
            var values = Enumerable.Range(0, 12).Select(_ => random.NextNormal()).ToArray();
            var parameters = Enumerable.Range(0, 5).Select(_ => random.NextNormal() - 1).ToArray();

            var (_, gradient) = GaussianProcess.NegativeLogLikelihood(points, _choices, values, parameters);

            for (var i = 0; i < parameters.Length; i++)
            {
                var difference = (Moved(i, 1e-5) - Moved(i, -1e-5)) / 2e-5;
                Assert.Equal(difference, gradient[i], 1e-5 * (1 + Math.Abs(difference)));
            }

            double Moved(int i, double step)
            {
                double[] moved = [.. parameters];
                moved[i] += step;
                return GaussianProcess.NegativeLogLikelihood(points, _choices, values, moved).Value;
            }
        }
    }

    [Fact]
    public void Prediction_PassesThroughValuesWithoutNoise()
    {
        var process = GaussianProcess.Of(_points, _choices, _values, [.. _parameters[..4], -30])!;

        Assert.All(_points.Zip(_values), pair =>
        {
            var (mean, deviation) = process.Predict(pair.First);
            Assert.Equal(pair.Second, mean, 5);
            Assert.InRange(deviation, 0, 1e-3);
        });
    }

    [Fact]
    public void Fit_FindsWhichDimensionMatters()
    {
        var random = new SearchRandom(5, 0, "fit");
        var points = Enumerable.Range(0, 40).Select(_ => random.NextDoubles(3)).ToArray();
        double[] values = [.. points.Select(point => Math.Sqrt(2) * Math.Sin(2 * Math.PI * point[1]))];

        var process = GpFit.Of(points, [false, false, false], values, new GpSettings());

        Assert.True(process.Parameters[1] < Math.Min(process.Parameters[0], process.Parameters[2]) - 1);
        Assert.All(Enumerable.Range(0, 20), _ =>
        {
            var point = random.NextDoubles(3);
            Assert.Equal(Math.Sqrt(2) * Math.Sin(2 * Math.PI * point[1]), process.Predict(point).Mean, 0.15);
        });
    }

    [Fact]
    public void Fit_OfEqualPointsIsOne()
    {
        double[][] points = [.. Enumerable.Repeat(new[] { 0.5, 1 }, 30)];

        var process = GpFit.Of(points, [false, true], [.. Enumerable.Range(0, 30).Select(i => i % 2 == 0 ? 1.0 : -1)], new GpSettings());

        Assert.Equal(0, process.Predict([0.5, 1]).Mean, 3);
    }
}
