namespace Sweep.Planning;

public sealed class CrowdingDistanceTests
{
    private const double End = double.PositiveInfinity;

    /// <summary>The inner points: (4 − 0) / 8 + (8 − 2) / 8, and (8 − 1) / 8 + (4 − 0) / 8.</summary>
    [Fact]
    public void Distance_IsTheNeighboursSideLengthsOverTheExtent() =>
        Assert.Equal([End, 1.25, 1.375, End], CrowdingDistance.Of([[0, 8], [1, 4], [4, 2], [8, 0]]));

    [Fact]
    public void Distance_OfOneOrTwoPointsIsInfinite()
    {
        Assert.Equal([End], CrowdingDistance.Of([[1, 2]]));
        Assert.Equal([End, End], CrowdingDistance.Of([[1, 2], [2, 1]]));
        Assert.Empty(CrowdingDistance.Of([]));
    }

    [Fact]
    public void Distance_OfEqualPointsCountsOnlyTheFirst() =>
        Assert.Equal([End, 2, 0, 0, End], CrowdingDistance.Of([[0, 2], [1, 1], [1, 1], [1, 1], [2, 0]]));

    [Fact]
    public void Distance_IgnoresPointsWithANaN() => Assert.Equal([End, 0, End], CrowdingDistance.Of([[0, 2], [1, double.NaN], [2, 0]]));

    [Fact]
    public void Distance_IsFiniteBetweenInfiniteEnds() =>
        Assert.Equal([End, 1, End], CrowdingDistance.Of([[double.NegativeInfinity, 2], [1, 1], [End, 0]]));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Distance_DoesNotDependOnTheOrderOfPoints(int dimensions)
    {
        var random = new Random(dimensions);
        for (var round = 0; round < 100; round++)
        {
            var points = Enumerable.Range(0, 30).Select(_ => Enumerable.Range(0, dimensions).Select(_ => (double)random.Next(9)).ToArray())
                .DistinctBy(point => string.Join(' ', point)).ToList();
            var order = Enumerable.Range(0, points.Count).OrderBy(_ => random.Next()).ToArray();
            var straight = CrowdingDistance.Of(points);
            var shuffled = CrowdingDistance.Of([.. order.Select(i => points[i])]);

            Assert.Equal(order.Select(i => straight[i]), shuffled);
        }
    }
}
