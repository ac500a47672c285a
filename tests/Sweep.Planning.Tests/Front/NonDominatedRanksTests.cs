namespace Sweep.Planning;

public sealed class NonDominatedRanksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Ranks_EqualPeelingFrontAfterFront(int dimensions)
    {
        var random = new Random(dimensions);
        for (var round = 0; round < 300; round++)
        {
            var costs = Enumerable.Range(0, random.Next(0, 40)).Select(_ => Enumerable.Range(0, dimensions).Select(_ => Cost(random)).ToArray()).ToList();

            Assert.Equal(ByPeeling(costs), NonDominatedRanks.Of(costs));
        }
    }

    [Fact]
    public void Ranks_PutPointsWithANaNLast() => Assert.Equal([0, 2, 1, 2], NonDominatedRanks.Of([[1, 1], [0, double.NaN], [2, 1], [double.NaN, 0]]));

    [Fact]
    public void Ranks_OfEqualPointsAreEqual() => Assert.Equal([0, 1, 0, 1], NonDominatedRanks.Of([[0, 0, 1], [1, 0, 1], [0, 0, 1], [1, 0, 1]]));

    [Fact]
    public void Ranks_OfAHundredThousandPointsInOneChainAreFoundByHalving()
    {
        const int count = 100_000;
        var ranks = NonDominatedRanks.Of([.. Enumerable.Range(0, count).Select(i => new double[] { count - i, count - i })]);

        Assert.Equal(Enumerable.Range(0, count).Select(i => count - 1 - i), ranks);
    }

    [Fact]
    public void Ranks_RefusePointsOfDifferentLength() => Assert.Throws<ArgumentException>(() => NonDominatedRanks.Of([[1, 2], [1]]));

    /// <summary>Few values, so that ties and equal points are common, with both infinities and NaN among them.</summary>
    private static double Cost(Random random) => random.Next(12) switch
    {
        0 => double.PositiveInfinity,
        1 => double.NegativeInfinity,
        2 when random.Next(4) == 0 => double.NaN,
        var value => value,
    };

    private static int[] ByPeeling(List<double[]> costs)
    {
        var ranks = new int[costs.Count];
        var left = Enumerable.Range(0, costs.Count).Where(i => !costs[i].Any(double.IsNaN)).ToList();
        var rank = 0;
        for (; left.Count > 0; rank++)
        {
            var front = left.Where(i => !left.Any(j => Dominance.Dominates(costs[j], costs[i]))).ToList();
            front.ForEach(i => ranks[i] = rank);
            left = [.. left.Except(front)];
        }

        for (var i = 0; i < costs.Count; i++)
        {
            ranks[i] = costs[i].Any(double.IsNaN) ? rank : ranks[i];
        }

        return ranks;
    }
}
