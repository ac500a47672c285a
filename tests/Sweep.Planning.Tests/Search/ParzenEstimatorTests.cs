namespace Sweep.Planning;

public sealed class ParzenEstimatorTests
{
    private static readonly IReadOnlyList<UnitAxis> _line = Axes(new FloatParameter { Name = "x", Low = 0, High = 1 });

    private static readonly IReadOnlyList<UnitAxis> _tree = Axes(
        new ChoiceParameter { Name = "method", Values = ["a", "b"] },
        new IntegerParameter { Name = "epochs", Low = 1, High = 6, Log = true, When = new ParameterCondition { Parameter = "method", Values = ["b"] } },
        new OrdinalParameter { Name = "depth", Values = [1, 2, 3] });

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public void Density_IntegratesToOne(int? axis)
    {
        var parzen = new ParzenEstimator(_line, axis, [[0.02], [0.5], [0.55], [1]], [1, 0.5, 0.2, 0.9]);

        Assert.Equal(1, Enumerable.Range(0, 2000).Sum(i => Math.Exp(parzen.LogDensity([(i + 0.5) / 2000])) / 2000), 4);
    }

    [Fact]
    public void Probabilities_OfAllPointsOfATreeSumToOne()
    {
        var parzen = Tree();

        Assert.Equal(1, Points().Sum(point => Math.Exp(parzen.LogDensity(point))), 9);
    }

    [Fact]
    public void Draws_FollowTheDensity()
    {
        const int Draws = 40_000;
        var parzen = Tree();
        var random = new SearchRandom(9, 0, "draws");
        var counts = new Dictionary<string, int>();
        var point = new double[3];
        for (var i = 0; i < Draws; i++)
        {
            parzen.Draw(random, point);
            counts[Key(point)] = counts.GetValueOrDefault(Key(point)) + 1;
        }

        Assert.All(Points(), point =>
        {
            var probability = Math.Exp(parzen.LogDensity(point));
            Assert.Equal(probability, counts.GetValueOrDefault(Key(point)) / (double)Draws, 5 * Math.Sqrt(probability / Draws));
        });
    }

    /// <summary>Without a kernel all that is left is the uniform one: 1/2 for a choice, a third of the ordinal, the length of the integer's piece.</summary>
    [Fact]
    public void Density_WithoutPointsIsUniform()
    {
        var parzen = new ParzenEstimator(_tree, null, [], []);

        Assert.Equal(Math.Log(1.0 / 6), parzen.LogDensity([0, double.NaN, 0.5]), 12);
        Assert.Equal(Math.Log(1.0 / 6 * Math.Log(2) / Math.Log(7)), parzen.LogDensity([1, _tree[1].Snap(0), 0.5]), 12);
    }

    [Fact]
    public void Density_IsHighWhereTheWeightIs()
    {
        var parzen = new ParzenEstimator(_line, null, [[0.2], [0.8]], [3, 1]);

        Assert.True(parzen.LogDensity([0.2]) > parzen.LogDensity([0.8]));
        Assert.True(parzen.LogDensity([0.8]) > parzen.LogDensity([0.5]));
    }

    private static ParzenEstimator Tree() => new(_tree, null, [[0, double.NaN, 0.5], [1, _tree[1].Snap(0.9), _tree[2].Snap(1)], [1, _tree[1].Snap(0.1), 0.5]], [1, 0.3, 0.7]);

    private static IEnumerable<double[]> Points() =>
        from depth in new[] { 0, 0.5, 1 }.Select(_tree[2].Snap)
        from rest in Enumerable.Range(1, 6).Select(epochs => (Method: 1.0, Epochs: _tree[1].Encode(ParameterValue.Of(epochs))!.Value)).Append((0, double.NaN))
        select new[] { rest.Method, rest.Epochs, depth };

    private static string Key(double[] point) => FormattableString.Invariant($"{point[0]} {point[1]:F6} {point[2]:F6}");

    private static IReadOnlyList<UnitAxis> Axes(params SpaceParameter[] parameters) => new ModelSpace(new SearchSpace { Parameters = parameters }).Axes;
}
