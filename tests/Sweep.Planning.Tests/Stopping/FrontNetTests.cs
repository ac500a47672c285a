namespace Sweep.Planning;

public sealed class FrontNetTests
{
    private static RungEntry[] Entries(params double[][] costs) => [.. costs.Select((cost, trial) => new RungEntry(trial, cost, 0))];

    [Fact]
    public void FrontNet_BeginsWithTheExtremesAndThenFillsTheWidestGap() =>
        Assert.Equal([0, 4, 2, 1, 3], FrontNet.Order(Entries([0, 1], [0.2, 0.8], [0.5, 0.5], [0.85, 0.15], [1, 0])));

    /// <summary>Ten agree at one place: the crowding distance would put all of them behind every other point, here the first is third.</summary>
    [Fact]
    public void FrontNet_KeepsOneOfACrowd()
    {
        double[][] crowd = [.. Enumerable.Range(0, 10).Select(i => new[] { 0.5 + i * 1e-4, 0.5 - i * 1e-4 })];
        var order = FrontNet.Order(Entries([[0, 1], [0.1, 0.9], [0.9, 0.1], [1, 0], .. crowd]));
        Assert.Equal([0, 3], order.Take(2));
        Assert.Single(order.Take(5), i => i >= 4);
    }

    [Fact]
    public void FrontNet_TakesNoUnitOfACostForMoreThanAnother()
    {
        var random = new Random(1);
        double[][] costs = [.. Enumerable.Range(0, 40).Select(_ => random.NextDouble()).Select(x => new[] { x, 1 - x })];
        Assert.Equal(FrontNet.Order(Entries(costs)), FrontNet.Order(Entries([.. costs.Select(cost => new[] { cost[0], cost[1] * 1048576 })])));
    }

    [Fact]
    public void FrontNet_OrdersInfiniteCostsToo() =>
        Assert.Equal([1, 2, 0], FrontNet.Order(Entries([0.5, 0.5], [double.NegativeInfinity, 1], [1, double.NegativeInfinity])));

    [Fact]
    public void FrontNet_OfNothingIsNothing() => Assert.Empty(FrontNet.Order([]));

    [Fact]
    public void FrontNet_OfManyIsAPermutationThatBeginsAsAWholeNetDoes()
    {
        var random = new Random(2);
        var entries = Entries([.. Enumerable.Range(0, 3 * FrontNet.Picks).Select(_ => random.NextDouble()).Select(x => new[] { x, 1 - x })]);
        var order = FrontNet.Order(entries);
        Assert.Equal(Enumerable.Range(0, entries.Length), order.Order());

        // No gap of the net is wider than twice what evenly spread points would leave.
        var net = order.Take(FrontNet.Picks).Select(i => entries[i].Costs[0]).Order().ToArray();
        Assert.True(net.Zip(net.Skip(1)).Max(pair => pair.Second - pair.First) < 2.0 / (FrontNet.Picks - 1) + 0.01);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RungOrder_EqualsItsDefinition(int dimensions)
    {
        var random = new Random(dimensions);
        for (var round = 0; round < 150; round++)
        {
            var results = RungStream.Of(random, random.Next(1, 30), dimensions);
            var entries = results.Select(result => RungEntry.Of(result, TrialRanking.NonDominated)).ToList();
            Assert.Equal(RungOracle.Order(results), RungOrder.Of(entries).Select(i => entries[i].Trial));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RungSample_PlacesAsARankingOfAllWould(int dimensions)
    {
        var random = new Random(10 + dimensions);
        for (var round = 0; round < 60; round++)
        {
            var results = RungStream.Of(random, random.Next(1, 25), dimensions);
            var sample = new RungSample();
            for (var count = 1; count <= results.Count; count++)
            {
                var entry = RungEntry.Of(results[count - 1], TrialRanking.NonDominated);
                var all = results.Take(count).ToList();
                var expected = new RungStanding(RungOracle.Before(results[count - 1], all), 1 + RungOracle.Order(all).IndexOf(entry.Trial), count);
                Assert.Equal(expected, sample.Place(entry));
                sample.Add(entry);
            }
        }
    }

    [Fact]
    public void RungSample_HoldsTheSameWhateverTheOrder()
    {
        var random = new Random(3);
        var entries = RungStream.Of(random, 4 * RungSample.Size, 2).Select(result => RungEntry.Of(result, TrialRanking.NonDominated)).ToArray();
        var newcomer = new RungEntry(entries.Length, [0.5, 0.5], 0);
        RungStanding Standing()
        {
            var sample = new RungSample();
            Array.ForEach(entries, sample.Add);
            return sample.Place(newcomer);
        }

        var expected = Standing();
        random.Shuffle(entries);
        Assert.Equal(expected, Standing());
        Assert.Equal(RungSample.Size + 1, expected.Of);
    }
}
