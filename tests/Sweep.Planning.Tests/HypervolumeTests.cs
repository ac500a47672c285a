namespace Sweep.Planning;

public sealed class HypervolumeTests
{
    [Theory]
    [InlineData(new[] { 0.5 }, 0.5)]
    [InlineData(new[] { 0.5, 0.4 }, 0.2)]
    [InlineData(new[] { 0.5, 0.4, 0.5 }, 0.1)]
    [InlineData(new[] { 1.0, 1, 1 }, 1)]
    [InlineData(new[] { 0.9, 0, 0.9 }, 0)]
    [InlineData(new[] { 0.9, -0.1, 0.9 }, 0)]
    [InlineData(new[] { 0.5, 7 }, 0.5)]
    [InlineData(new[] { 0.5, double.PositiveInfinity }, 0.5)]
    [InlineData(new[] { 0.5, double.NegativeInfinity }, 0)]
    [InlineData(new[] { 0.5, double.NaN }, 0)]
    public void Hypervolume_OfOnePointIsItsBox(double[] gain, double expected) =>
        Assert.Equal(expected, Hypervolume.Of([gain]), 12);

    [Fact]
    public void Hypervolume_OfNothingIsZero() => Assert.Equal(0, Hypervolume.Of([]));

    /// <summary>Two overlapping boxes: 0.8·0.2 + 0.3·0.9 − 0.3·0.2.</summary>
    [Fact]
    public void Hypervolume_CountsAnOverlapOnce() => Assert.Equal(0.37, Hypervolume.Of([[0.8, 0.2], [0.3, 0.9]]), 12);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Hypervolume_EqualsInclusionAndExclusion(int dimensions)
    {
        var random = new Random(dimensions);
        for (var round = 0; round < 300; round++)
        {
            var gains = Enumerable.Range(0, random.Next(1, 9))
                .Select(_ => Enumerable.Range(0, dimensions).Select(_ => random.Next(2) == 0 ? random.NextDouble() : random.Next(5) / 4.0).ToArray())
                .ToList();

            Assert.Equal(ByInclusionAndExclusion(gains), Hypervolume.Of(gains), 10);
        }
    }

    /// <summary>Coordinates are eighths, so that counting the cells of an 8³ grid that some point covers is exact.</summary>
    [Fact]
    public void Hypervolume_EqualsCountedCells()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var corners = Enumerable.Range(0, random.Next(1, 40)).Select(_ => (X: random.Next(9), Y: random.Next(9), Z: random.Next(9))).ToList();
            var cells = 0;
            for (var cell = 0; cell < 512; cell++)
            {
                var (x, y, z) = (cell / 64, cell / 8 % 8, cell % 8);
                cells += corners.Any(corner => x < corner.X && y < corner.Y && z < corner.Z) ? 1 : 0;
            }

            Assert.Equal(cells / 512.0, Hypervolume.Of([.. corners.Select(corner => new[] { corner.X / 8.0, corner.Y / 8.0, corner.Z / 8.0 })]), 12);
        }
    }

    [Fact]
    public void Hypervolume_NeverShrinksAndIgnoresOrder()
    {
        var random = new Random(6);
        var gains = new List<double[]>();
        var before = 0.0;
        for (var i = 0; i < 60; i++)
        {
            gains.Add([random.NextDouble(), random.NextDouble(), random.NextDouble()]);
            var now = Hypervolume.Of(gains);
            Assert.True(now >= before);
            Assert.Equal(now, Hypervolume.Of([.. gains.OrderBy(_ => random.Next())]), 12);
            before = now;
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 3)]
    public void Hypervolume_RefusesOtherDimensions(int first, int second) =>
        Assert.Throws<ArgumentException>(() => Hypervolume.Of([new double[first], new double[second]]));

    private static double ByInclusionAndExclusion(List<double[]> gains)
    {
        var sum = 0.0;
        for (var set = 1; set < 1 << gains.Count; set++)
        {
            var members = Enumerable.Range(0, gains.Count).Where(i => (set >> i & 1) == 1).ToList();
            var common = Enumerable.Range(0, gains[0].Length).Aggregate(1.0, (volume, d) => volume * members.Min(i => gains[i][d]));
            sum += members.Count % 2 == 1 ? common : -common;
        }

        return sum;
    }
}
