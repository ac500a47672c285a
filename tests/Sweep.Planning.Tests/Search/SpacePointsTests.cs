using System.Globalization;

namespace Sweep.Planning;

public sealed class SpacePointsTests
{
    private static readonly Dictionary<string, SpaceParameter> s_kinds = new()
    {
        ["choice"] = new ChoiceParameter { Name = "x", Values = ["a", "b", "c"] },
        ["ordinal"] = new OrdinalParameter { Name = "x", Values = [-1, 0.1, 7] },
        ["integer"] = new IntegerParameter { Name = "x", Low = -3, High = 8 },
        ["integer, step"] = new IntegerParameter { Name = "x", Low = 2, High = 21, Step = 3 },
        ["integer, log"] = new IntegerParameter { Name = "x", Low = 1, High = 1000, Log = true },
        ["integer, log, step"] = new IntegerParameter { Name = "x", Low = 3, High = 1000, Step = 7, Log = true },
        ["integer, one"] = new IntegerParameter { Name = "x", Low = 4, High = 4, Log = true },
        ["float, step"] = new FloatParameter { Name = "x", Low = 0.1, High = 0.9, Step = 0.1 },
        ["float, log, step"] = new FloatParameter { Name = "x", Low = 0.01, High = 1, Step = 0.01, Log = true },
        ["float"] = new FloatParameter { Name = "x", Low = -0.3, High = 1e-9 },
        ["float, wide"] = new FloatParameter { Name = "x", Low = -1e15, High = 3e15 },
        ["float, log"] = new FloatParameter { Name = "x", Low = 1e-7, High = 3.3, Log = true },
        ["float, one"] = new FloatParameter { Name = "x", Low = 0.25, High = 0.25 },
    };

    public static readonly TheoryData<string> Kinds = [.. s_kinds.Keys];

    /// <summary>Methods with different parameters, one of them a condition in its turn.</summary>
    private static readonly SearchSpace s_conditional = new()
    {
        Parameters =
        [
            new IntegerParameter { Name = "seed", Low = 1, High = 2 },
            new ChoiceParameter { Name = "method", Values = ["p", "q", "r"] },
            new ChoiceParameter { Name = "target", Values = ["f", "g"], When = new() { Parameter = "method", Values = ["q", "r"] } },
            new OrdinalParameter { Name = "rho", Values = [1, 2, 3], When = new() { Parameter = "method", Values = ["r"] } },
            new OrdinalParameter { Name = "depth", Values = [5, 6], When = new() { Parameter = "target", Values = ["g"] } },
            new FloatParameter { Name = "s", Low = 0, High = 1, Step = 1 },
        ],
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Point_ComesBackFromItsPlace(string kind)
    {
        var points = Of(s_kinds[kind]);
        var random = new SearchRandom(0, 0, kind);
        foreach (var place in random.NextDoubles(5000).Concat([0, 1]))
        {
            var values = points.FromUnit([place]);
            var unit = points.ToUnit(values)!;

            Assert.InRange(unit[0], 0, 1);
            Assert.Equal(values, points.FromUnit(unit));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Points_AreReachedAllOfThemAndInOrder(string kind)
    {
        var points = Of(s_kinds[kind]);
        var reached = Enumerable.Range(0, 20_001).Select(i => points.FromUnit([i / 20_000.0])).Distinct().ToList();

        if (points.Count is { } count)
        {
            Assert.Equal(Enumerable.Range(0, (int)count).Select(i => points.At(i)), reached);
        }
        else
        {
            var numbers = reached.Select(values => values.Find("x")!.Value.Number).ToList();
            Assert.Equal(numbers.Order(), numbers);
            var number = (FloatParameter)s_kinds[kind];
            Assert.Equal((number.Low, number.High), (numbers[0], numbers[^1]));
        }
    }

    [Fact]
    public void Point_OfAContinuumHasTwelveDigits()
    {
        foreach (var kind in new[] { "float", "float, wide", "float, log" })
        {
            foreach (var place in new SearchRandom(0, 1, kind).NextDoubles(1000))
            {
                var value = s_kinds[kind].At(place).Number;
                Assert.Equal(double.Parse(value.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), value);
            }
        }
    }

    [Fact]
    public void Point_OfALogScaleIsEvenInRatios()
    {
        var parameter = new FloatParameter { Name = "x", Low = 1e-4, High = 1, Log = true };
        Assert.Equal(1e-2, parameter.At(0.5).Number);
        Assert.Equal(1e-3, parameter.At(0.25).Number);

        var whole = new IntegerParameter { Name = "x", Low = 1, High = 7, Log = true };
        var share = new SearchRandom(0, 0, "ratios").NextDoubles(40_000).Select(place => whole.At(place).Number).CountBy(value => value).ToDictionary();
        foreach (var (value, count) in share)
        {
            Assert.Equal(Math.Log2(1 + 1 / value) / 3, count / 40_000.0, 0.01);
        }
    }

    [Fact]
    public void Points_OfConditionalSpacesAreCountedAndListedInTheOrderOfTheGrid()
    {
        var points = new SpacePoints(s_conditional);
        var expected = new List<string>();
        foreach (var seed in new[] { "1", "2" })
        {
            expected.AddRange(Tails($"{seed} p"));
            expected.AddRange(Tails($"{seed} q f").Concat(Deep($"{seed} q g")));
            foreach (var rest in new[] { "f", "g" })
            {
                foreach (var rho in new[] { "1", "2", "3" })
                {
                    expected.AddRange(rest == "f" ? Tails($"{seed} r f {rho}") : Deep($"{seed} r g {rho}"));
                }
            }
        }

        Assert.Equal(expected.Count, points.Count);
        Assert.Equal(expected, Enumerable.Range(0, expected.Count).Select(i => Show(points.At(i))));
        Assert.All(Enumerable.Range(0, expected.Count), i => Assert.Equal(points.At(i), points.FromUnit(points.ToUnit(points.At(i))!)));

        IEnumerable<string> Tails(string head) => [$"{head} 0", $"{head} 1"];
        IEnumerable<string> Deep(string head) => [.. Tails($"{head} 5"), .. Tails($"{head} 6")];
    }

    [Fact]
    public void Points_SayWhichParametersExistAtAPlace()
    {
        var points = new SpacePoints(s_conditional);
        foreach (var trial in Enumerable.Range(0, 200))
        {
            var unit = new SearchRandom(0, trial, "existing").NextDoubles(points.Dimensions);
            var values = points.FromUnit(unit);

            Assert.Equal(s_conditional.Parameters.Select(parameter => values.Find(parameter.Name) is not null), points.ExistingAt(unit));
        }
    }

    [Fact]
    public void Points_OfOtherSpacesHaveNoPlace()
    {
        var points = new SpacePoints(s_conditional);
        var inside = points.At(10).All;

        Assert.NotNull(points.ToUnit(new(inside)));
        Assert.Null(points.ToUnit(new(inside.Skip(1))));
        Assert.Null(points.ToUnit(new(inside.Select(pair => pair.Name == "method" ? (pair.Name, ParameterValue.Of("z")) : pair))));
        Assert.Null(points.ToUnit(new(inside.Select(pair => pair.Name == "s" ? (pair.Name, ParameterValue.Of(1.5)) : pair))));
    }

    [Fact]
    public void Points_OfAVastGridAreCountedWithoutOverflow() =>
        Assert.Equal(long.MaxValue, new SpacePoints(new()
        {
            Parameters = [.. Enumerable.Range(0, 9).Select(i => new IntegerParameter { Name = $"x{i}", Low = 1, High = 1_000_000 })],
        }).Count);

    [Fact]
    public void Points_OfAContinuumAreNotCounted()
    {
        var points = Of(s_kinds["float"]);
        Assert.Null(points.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => points.At(0));
    }

    [Fact]
    public void Points_RefuseASpaceThatIsNone()
    {
        Assert.Throws<ArgumentException>(() => Of(new ChoiceParameter { Name = "x", Values = [] }));
        Assert.Throws<ArgumentException>(() => Of(new OrdinalParameter { Name = "x", Values = [2, 1] }));
        Assert.Throws<ArgumentException>(() => Of(new IntegerParameter { Name = "x", Low = 2, High = 1 }));
        Assert.Throws<ArgumentException>(() => Of(new IntegerParameter { Name = "x", Low = 0, High = 9, Log = true }));
        Assert.Throws<ArgumentException>(() => Of(new FloatParameter { Name = "x", Low = 0, High = 9, Step = 0 }));
        Assert.Throws<ArgumentException>(() => Of(new FloatParameter { Name = "x", Low = double.NaN, High = 9 }));
        Assert.Throws<ArgumentException>(() => Of(s_kinds["choice"], s_kinds["float"]));
        Assert.Throws<ArgumentException>(() => Of(new FloatParameter { Name = "x", Low = 0, High = 9, When = new() { Parameter = "y", Values = ["a"] } }));
    }

    private static SpacePoints Of(params SpaceParameter[] parameters) => new(new() { Parameters = parameters });

    private static string Show(ParameterValues values) =>
        string.Join(' ', values.All.Select(pair => pair.Value.Choice ?? pair.Value.Number.ToString(CultureInfo.InvariantCulture)));
}
