namespace Sweep.Planning;

public sealed class ImprovementBoxesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void ExpectedImprovement_OfACertainPointIsWhatItAddsToTheHypervolume(int dimensions)
    {
        for (var round = 0; round < 40; round++)
        {
            var random = new SearchRandom(dimensions, round, "front");
            var front = Enumerable.Range(0, 8).Select(_ => random.NextDoubles(dimensions)).ToList();
            var point = random.NextDoubles(dimensions);
            var boxes = new ImprovementBoxes(front, [.. Enumerable.Repeat(0.9, dimensions)]);

            var improvement = boxes.ExpectedImprovement(point, [.. Enumerable.Repeat(1e-9, dimensions)]);

            Assert.Equal(Volume([.. front, point]) - Volume(front), improvement, 7);
        }

        double Volume(List<double[]> costs) => Hypervolume.Of([.. costs.Select(cost => cost.Select(value => (0.9 - value) / 0.9).ToArray())]) * Math.Pow(0.9, dimensions);
    }

    /// <summary>5,000 draws; the tolerance is four standard errors, so the fixed draws decide and not luck.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void ExpectedImprovement_IsThatOfMonteCarlo(int dimensions)
    {
        const int Draws = 5_000;
        for (var round = 0; round < 3; round++)
        {
            var random = new SearchRandom(dimensions, round, "draws");
            var front = Enumerable.Range(0, 5).Select(_ => random.NextDoubles(dimensions)).ToList();
            var means = random.NextDoubles(dimensions);
            double[] deviations = [.. Enumerable.Range(0, dimensions).Select(_ => 0.05 + 0.2 * random.NextDouble())];
            var before = Volume(front);
            var (sum, squares) = (0.0, 0.0);
            for (var i = 0; i < Draws; i++)
            {
                double[] drawn = [.. means.Zip(deviations, (mean, deviation) => mean + deviation * random.NextNormal())];
                var gain = Volume([.. front, drawn]) - before;
                sum += gain;
                squares += gain * gain;
            }

            var expected = sum / Draws;
            var error = Math.Sqrt((squares / Draws - expected * expected) / Draws);

            Assert.Equal(expected, new ImprovementBoxes(front, Ones(dimensions)).ExpectedImprovement(means, deviations), 4 * error);
        }

        // Costs down to −3, far below any draw, are inside the box.
        double Volume(List<double[]> costs) => Hypervolume.Of([.. costs.Select(cost => cost.Select(value => (1 - value) / 4).ToArray())]) * Math.Pow(4, dimensions);
    }

    /// <summary>One objective: the expected improvement of Jones and others, 1998, (r − μ)·Φ(z) + σ·φ(z).</summary>
    [Fact]
    public void ExpectedImprovement_OfOneObjectiveIsTheKnownOne() =>
        Assert.Equal(0.5 * Gaussian.Distribution(0.5 / 2) + 2 * Gaussian.Density(0.5 / 2), new ImprovementBoxes([[0.8], [1.5]], [2]).ExpectedImprovement([0.3], [2]), 12);

    [Fact]
    public void Boxes_AreNotMoreThanTheirBound()
    {
        List<double[]> line = [.. Enumerable.Range(0, 10).Select(i => new[] { i / 10.0, 0.9 - i / 10.0 })];
        List<double[]> plane = [.. Enumerable.Range(0, 10).Select(i => new[] { i / 10.0, 0.9 - i / 10.0, i * 7 % 10 / 10.0 })];

        Assert.Equal(11, new ImprovementBoxes(line, Ones(2)).Count);
        Assert.InRange(new ImprovementBoxes(plane, Ones(3)).Count, 11, 66);
    }

    [Fact]
    public void Boxes_PassOverDominatedPointsAndThoseBeyondTheReference()
    {
        var boxes = new ImprovementBoxes([[0.5, 0.5], [0.6, 0.5], [0.5, 0.5], [0.1, 1.0], [2, 0.1]], Ones(2));

        Assert.Equal(2, boxes.Count);
        Assert.Equal(
            new ImprovementBoxes([[0.5, 0.5]], Ones(2)).ExpectedImprovement([0.4, 0.6], [0.1, 0.2]), boxes.ExpectedImprovement([0.4, 0.6], [0.1, 0.2]), 14);
    }

    private static double[] Ones(int dimensions) => [.. Enumerable.Repeat(1.0, dimensions)];
}
