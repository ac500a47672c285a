namespace Sweep.Planning;

public sealed class CholeskyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(13)]
    [InlineData(40)]
    public void Inverse_TimesTheMatrixIsTheIdentity(int n)
    {
        var matrix = Positive(n);

        var inverse = Cholesky.Of(matrix, n)!.Inverse();

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, n).Sum(k => matrix[i * n + k] * inverse[k * n + j]), 9);
            }
        }
    }

    [Fact]
    public void Solve_FindsWhatTheMatrixMapsThere()
    {
        var matrix = Positive(11);
        var x = Enumerable.Range(0, 11).Select(i => i - 4.5).ToArray();
        var b = Enumerable.Range(0, 11).Select(i => Enumerable.Range(0, 11).Sum(k => matrix[i * 11 + k] * x[k])).ToArray();

        Assert.All(Cholesky.Of(matrix, 11)!.Solve(b).Zip(x), pair => Assert.Equal(pair.Second, pair.First, 9));
    }

    /// <summary>|A| = 4·3 − 2² = 8, and L⁻¹ of (2, 5) is (1, 4/√2).</summary>
    [Fact]
    public void Factor_OfTwoRowsIsTheOneByHand()
    {
        var factor = Cholesky.Of([4, double.NaN, 2, 3], 2)!;
        double[] b = [2, 5];
        factor.SolveLower(b);

        Assert.Equal(Math.Log(8), factor.LogDeterminant, 14);
        Assert.Equal([1, 4 / Math.Sqrt(2)], b.Select(value => Math.Round(value, 12)), (x, y) => Math.Abs(x - y) < 1e-11);
    }

    [Theory]
    [InlineData(1.0, 2.0, 1.0)]
    [InlineData(0.0, 0.0, 0.0)]
    [InlineData(1.0, double.NaN, 1.0)]
    [InlineData(double.PositiveInfinity, 0, 1)]
    public void Factor_ExistsOnlyOfPositiveMatrices(double first, double off, double second) =>
        Assert.Null(Cholesky.Of([first, off, off, second], 2));

    /// <summary>B·Bᵀ + I.</summary>
    private static double[] Positive(int n)
    {
        var random = new SearchRandom(1, n, "matrix");
        var b = random.NextDoubles(n * n);
        return [.. Enumerable.Range(0, n * n).Select(at => Enumerable.Range(0, n).Sum(k => b[at / n * n + k] * b[at % n * n + k]) + (at / n == at % n ? 1 : 0))];
    }
}
