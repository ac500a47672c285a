namespace Sweep.Planning;

public sealed class MedianStoppingTests
{
    private static readonly StoppingOptions Options = new() { Algorithm = StoppingAlgorithm.Median, MinEpochs = 3, MinResults = 4 };

    private static RungResult Result(int trial, double[] costs, double violation = 0) => new() { Trial = trial, Rung = 0, Costs = costs, Violation = violation };

    [Fact]
    public void MedianStopping_StopsWhoIsBehindMoreThanHalf()
    {
        var median = new MedianStopping(Options, 27);
        StoppingDecision Report(int trial, double cost) => Assert.Single(median.Report(Result(trial, [cost, cost])));

        Assert.Equal("0 of 0 others are better after 3 epochs; nothing stops before there are 4", Report(0, 1).Reason);
        Assert.All(Enumerable.Range(1, 3), trial => Assert.Equal(TrialVerdict.Continue, Report(trial, 1 + trial).Verdict));
        Assert.Equal(new StoppingDecision(4, 0, TrialVerdict.Continue, "2 of 4 others are better after 3 epochs: no more than half", 3, 5), Report(4, 2.5));
        Assert.Equal(new StoppingDecision(5, 0, TrialVerdict.Stop, "3 of 5 others are better after 3 epochs: more than half", 4, 6), Report(5, 2.7));
    }

    [Fact]
    public void MedianStopping_StopsNobodyOnTheFront()
    {
        var median = new MedianStopping(Options, 27);
        Assert.All(
            Enumerable.Range(0, 50), trial => Assert.Equal(TrialVerdict.Continue, Assert.Single(median.Report(Result(trial, [trial, 50 - trial]))).Verdict));
    }

    [Fact]
    public void MedianStopping_StopsTheInfeasibleBehindTheFeasible()
    {
        var median = new MedianStopping(Options, 27);
        for (var trial = 0; trial < 4; trial++)
        {
            median.Report(Result(trial, [9, 9]));
        }

        Assert.Equal("4 of 4 others are better after 3 epochs, breaking constraints by 0.25: more than half", Assert.Single(median.Report(Result(4, [0, 0], 0.25))).Reason);
        Assert.Contains("with results that are not numbers", Assert.Single(median.Report(Result(5, [double.NaN, 0]))).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void MedianStopping_EqualsItsDefinition(int dimensions)
    {
        var random = new Random(40 + dimensions);
        for (var round = 0; round < 30; round++)
        {
            var median = new MedianStopping(Options, 27);
            var results = RungStream.Of(random, 25, dimensions);
            for (var count = 1; count <= results.Count; count++)
            {
                var before = RungOracle.Before(results[count - 1], [.. results.Take(count)]);
                var expected = count - 1 < 4 || before <= (count - 1) / 2.0 ? TrialVerdict.Continue : TrialVerdict.Stop;
                Assert.Equal(expected, Assert.Single(median.Report(results[count - 1])).Verdict);
            }
        }
    }
}
