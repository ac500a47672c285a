namespace Sweep.Planning;

public sealed class ParetoFrontTests
{
    private static readonly double[] s_values = [double.NegativeInfinity, 0, 1, double.PositiveInfinity, double.NaN];

    private static readonly Goal[] s_minimize1 = [Goal.Minimize];
    private static readonly Goal[] s_minimize2 = [Goal.Minimize, Goal.Minimize];
    private static readonly Goal[] s_minimize3 = [Goal.Minimize, Goal.Minimize, Goal.Minimize];

    private static IReadOnlyList<int> Front(IReadOnlyList<double[]> points, IReadOnlyList<Goal> goals) =>
        ParetoFront.Of([.. Enumerable.Range(0, points.Count)], i => points[i], goals);

    /// <summary>
    /// Every pair of points over {−∞, 0, 1, +∞, NaN}² (625 pairs), both minimised. With a and b free of NaN:
    ///
    ///              b0 &lt; a0        b0 = a0        b0 &gt; a0
    ///   b1 &lt; a1    only b         only b         both
    ///   b1 = a1    only b         both           only a
    ///   b1 &gt; a1    both           only a         only a
    ///
    /// A point with a NaN is never on the front; the other then is, if it has none.
    /// </summary>
    [Fact]
    public void Front_OfEveryPairIsAsTheTableSays()
    {
        var points = s_values.SelectMany(x => s_values.Select(y => new[] { x, y })).ToList();
        foreach (var a in points)
        {
            foreach (var b in points)
            {
                Assert.Equal(Expected(a, b), Front([a, b], s_minimize2));
            }
        }

        static int[] Expected(double[] a, double[] b)
        {
            var (aSound, bSound) = (!a.Any(double.IsNaN), !b.Any(double.IsNaN));
            if (!aSound || !bSound)
            {
                return [.. new[] { 0, 1 }.Where(i => i == 0 ? aSound : bSound)];
            }

            return (b[0].CompareTo(a[0]), b[1].CompareTo(a[1])) switch
            {
                (0, 0) or ( < 0, > 0) or ( > 0, < 0) => [0, 1],
                ( <= 0, <= 0) => [1],
                _ => [0],
            };
        }
    }

    /// <summary>One objective: every triple over the five values.</summary>
    [Fact]
    public void Front_InOneObjectiveIsEveryMinimum()
    {
        foreach (var a in s_values)
        {
            foreach (var b in s_values)
            {
                foreach (var c in s_values)
                {
                    double[] values = [a, b, c];
                    var best = values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(0).Min();
                    Assert.Equal(
                        Enumerable.Range(0, 3).Where(i => values[i] == best && !values.All(double.IsNaN)),
                        Front([.. values.Select(value => new[] { value })], s_minimize1));
                }
            }
        }
    }

    [Fact]
    public void Front_OfNothingIsEmpty() => Assert.Empty(Front([], s_minimize2));

    [Fact]
    public void Front_KeepsDuplicatesAndTheGivenOrder() =>
        Assert.Equal([1, 2, 4], Front([[2, 2], [1, 2], [2, 1], [2, 2], [1, 2]], s_minimize2));

    [Theory]
    [InlineData(Goal.Maximize, Goal.Minimize, new[] { 1 })]
    [InlineData(Goal.Minimize, Goal.Minimize, new[] { 0, 1 })]
    [InlineData(Goal.Minimize, Goal.Maximize, new[] { 0 })]
    [InlineData(Goal.Maximize, Goal.Maximize, new[] { 0, 1 })]
    public void Front_FollowsEachGoal(Goal first, Goal second, int[] expected) =>
        Assert.Equal(expected, Front([[0.8, 100], [0.9, 50]], [first, second]));

    /// <summary>Against the definition itself, on small grids, so that ties and duplicates are common.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Front_IsEveryPointThatNoneDominates(int dimensions)
    {
        var random = new Random(dimensions);
        for (var round = 0; round < 400; round++)
        {
            var goals = Enumerable.Range(0, dimensions).Select(_ => (Goal)random.Next(2)).ToArray();
            var points = RandomPoints(random, dimensions);
            var expected = Enumerable.Range(0, points.Count).Where(i =>
                !points[i].Any(double.IsNaN) && !points.Any(other => Dominates(other, points[i], goals)));

            Assert.Equal(expected, Front(points, goals));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void IncrementalFront_EndsAsTheWholeFrontWhateverTheOrder(int dimensions)
    {
        var random = new Random(10 + dimensions);
        for (var round = 0; round < 300; round++)
        {
            var goals = Enumerable.Range(0, dimensions).Select(_ => (Goal)random.Next(2)).ToArray();
            var points = RandomPoints(random, dimensions);
            var front = new IncrementalFront<int>(goals);
            foreach (var i in Enumerable.Range(0, points.Count).OrderBy(_ => random.Next()))
            {
                front = front.Add(i, points[i]);
            }

            Assert.Equal(Front(points, goals), front.Items.Order());
            Assert.Equal(front.Items.Count(), front.Count);
        }
    }

    [Fact]
    public void IncrementalFront_IsTheSameWhenAPointDoesNotBelong()
    {
        var front = new IncrementalFront<string>(s_minimize2).Add("a", [1, 1]);

        Assert.Same(front, front.Add("dominated", [1, 2]));
        Assert.Same(front, front.Add("nonsense", [0, double.NaN]));
        Assert.Equal(["b"], front.Add("b", [0, 0]).Items);
        Assert.Equal(["a"], front.Items);
    }

    [Fact]
    public void Front_RefusesAPointOfAnotherLength()
    {
        var e = Assert.Throws<ArgumentException>(() => Front([[1, 2]], s_minimize3));

        Assert.StartsWith("A point must have one value for each of at least one goal, but has 2 values for 3 goals.", e.Message, StringComparison.Ordinal);
    }

    private static List<double[]> RandomPoints(Random random, int dimensions) =>
    [
        .. Enumerable.Range(0, random.Next(13)).Select(_ => Enumerable.Range(0, dimensions)
            .Select(_ => random.Next(25) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => double.NegativeInfinity, _ => (double)random.Next(4) })
            .ToArray()),
    ];

    private static bool Dominates(double[] a, double[] b, Goal[] goals)
    {
        bool Better(int i, double x, double y) => goals[i] == Goal.Maximize ? x > y : x < y;
        var dimensions = Enumerable.Range(0, goals.Length).ToList();
        return !a.Any(double.IsNaN)
            && dimensions.TrueForAll(i => a[i] == b[i] || Better(i, a[i], b[i]))
            && dimensions.Exists(i => Better(i, a[i], b[i]));
    }
}
