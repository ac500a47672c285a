namespace Sweep.Planning;

public sealed class GaussianTests
{
    /// <summary>Abramowitz and Stegun, table 26.1 and 26.2, to the digits of a double.</summary>
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.8413447460685429)]
    [InlineData(-2, 0.02275013194817921)]
    [InlineData(-5, 2.866515718791939e-07)]
    [InlineData(-10, 7.619853024160527e-24)]
    [InlineData(-20, 2.7536241186062337e-89)]
    [InlineData(6, 0.9999999990134123)]
    public void Distribution_HasThePublishedValues(double z, double expected) =>
        Assert.InRange(Gaussian.Distribution(z) / expected, 1 - 1e-13, 1 + 1e-13);

    [Fact]
    public void Distribution_MeetsWhereItsTwoFormulasMeet()
    {
        var (left, right) = (Gaussian.Distribution(-4 - 1e-9), Gaussian.Distribution(-4 + 1e-9));

        Assert.InRange((right - left) / (2e-9 * Gaussian.Density(4)), 0.999, 1.001);
    }

    [Fact]
    public void Quantile_UndoesTheDistribution()
    {
        for (var z = -9.0; z <= 5; z += 0.0625)
        {
            Assert.Equal(z, Gaussian.Quantile(Gaussian.Distribution(z)), 9);
        }

        Assert.Equal(double.NegativeInfinity, Gaussian.Quantile(0));
        Assert.Equal(double.PositiveInfinity, Gaussian.Quantile(1));
    }
}
