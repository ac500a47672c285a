namespace Sweep.Planning;

public sealed class GoodTrialsTests
{
    [Fact]
    public void Good_AreTheFrontsInTheirOrder()
    {
        var split = GoodTrials.Of([Trial(3, 3), Trial(1, 2), Trial(4, 4), Trial(2, 1), Trial(2.5, 2.5)], 3);

        Assert.Equal([1, 3, 4], split.Good);
        Assert.Equal([0, 2], split.Rest);
    }

    /// <summary>Of a line the ends dominate little alone and the middle most; then the points half-way.</summary>
    [Fact]
    public void Good_OfAFrontThatDoesNotFitAreSpreadOverIt()
    {
        var line = Enumerable.Range(0, 9).Select(i => Trial(i, 8 - i)).ToList();

        var split = GoodTrials.Of(line, 3);

        Assert.Equal([1, 4, 7], split.Good.Order().Select(i => i is 1 or 2 ? 1 : i is 6 or 7 ? 7 : i));
    }

    [Fact]
    public void Good_GreedilyDominateAsMuchAsTriedOneByOne()
    {
        for (var round = 0; round < 20; round++)
        {
            var random = new SearchRandom(4, round, "front");
            var trials = Enumerable.Range(0, 12).Select(_ => random.NextDouble()).Select(x => Trial(x, 1 - x, random.NextDouble())).ToList();
            var range = Enumerable.Range(0, 3).Select(d => (Low: trials.Min(t => t.Costs[d]), High: trials.Max(t => t.Costs[d]))).ToList();
            var chosen = new List<int>();
            var front = ParetoFront.Indices([.. trials.Select(trial => trial.Costs)]).ToList();
            while (chosen.Count < 4)
            {
                chosen.Add(front.Except(chosen).MaxBy(i => Volume(chosen.Append(i))));
            }

            Assert.Equal(Volume(chosen), Volume(GoodTrials.Of(trials, 4).Good), 12);

            double Volume(IEnumerable<int> of) =>
                Hypervolume.Of([.. of.Select(i => trials[i].Costs.Select((cost, d) => 1 - (cost - range[d].Low) / (1.1 * (range[d].High - range[d].Low))).ToArray())]);
        }
    }

    [Fact]
    public void Weights_AreShareOfTheLargestContribution()
    {
        // Costs 0 to 10 of which the worst is the corner (10, 10): the reference lies at 11.
        var split = GoodTrials.Of([Trial(0, 4), Trial(4, 0), Trial(3.5, 3.5), Trial(10, 10)], 3);

        // Alone: (0, 4) adds 3.5·7, (4, 0) the same, (3.5, 3.5) the square of 0.5.
        Assert.Equal([0, 1, 2], split.Good);
        Assert.Equal(1, split.Weights[0], 12);
        Assert.Equal(1, split.Weights[1], 12);
        Assert.Equal(0.25 / 24.5, split.Weights[2], 12);
    }

    [Fact]
    public void Good_PrefersTheFullLengthAndThenTheLonger()
    {
        MeasuredTrial[] trials = [Trial(0, 0) with { Epochs = 3 }, Trial(1, 1) with { Epochs = 9 }, Trial(2, 2), Trial(0, 1) with { Epochs = 3 }, Trial(3, 3)];

        Assert.Equal([2], GoodTrials.Of(trials, 1).Good);
        Assert.Equal([2, 4, 1], GoodTrials.Of(trials, 3).Good);
        Assert.Equal([2, 4, 1, 0], GoodTrials.Of(trials, 4).Good);
    }

    [Fact]
    public void Good_ServesFourObjectives() =>
        Assert.Equal(2, GoodTrials.Of([Trial(0, 1, 2, 3), Trial(3, 2, 1, 0), Trial(1, 1, 1, 1), Trial(4, 4, 4, 4)], 2).Good.Count);

    private static MeasuredTrial Trial(params double[] costs) => new([], costs, null, false);
}
