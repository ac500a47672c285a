namespace Sweep.Planning;

public sealed class ModelSpaceTests
{
    private static readonly SearchSpace _space = new()
    {
        Parameters =
        [
            new ChoiceParameter { Name = "method", Values = ["a", "b", "c"] },
            new OrdinalParameter { Name = "depth", Values = [1, 5, 6], When = new ParameterCondition { Parameter = "method", Values = ["a", "c"] } },
            new IntegerParameter { Name = "epochs", Low = 1, High = 9, Log = true },
            new FloatParameter { Name = "ratio", Low = 0.1, High = 0.7, Step = 0.2 },
            new FloatParameter { Name = "rate", Low = 1e-4, High = 1e-1, Log = true },
            new FloatParameter { Name = "grown", Low = 2, High = 32, Step = 3, Log = true },
        ],
    };

    [Fact]
    public void Encode_ThenDecodeGivesEveryPointBack()
    {
        var space = new ModelSpace(_space);
        var random = new SearchRandom(1, 0, "points");
        for (var i = 0; i < 300; i++)
        {
            var values = space.Decode(space.Spread(random.NextDoubles(6)));

            var point = space.Encode(values)!;

            Assert.Equal(values, space.Decode(point));
            Assert.Equal(values.Find("method")!.Value.Choice == "b", double.IsNaN(point[1]));
        }
    }

    [Fact]
    public void Encode_KnowsWhatIsNoPointOfTheSpace()
    {
        var space = new ModelSpace(_space);
        (string, ParameterValue)[] values =
        [
            ("method", ParameterValue.Of("b")), ("epochs", ParameterValue.Of(3)), ("ratio", ParameterValue.Of(0.3)), ("rate", ParameterValue.Of(0.01)), ("grown", ParameterValue.Of(5)),
        ];

        Assert.NotNull(space.Encode(new ParameterValues(values)));
        Assert.Null(space.Encode(new ParameterValues(values[..^1])));
        Assert.Null(space.Encode(new ParameterValues([("method", ParameterValue.Of("a")), .. values[1..]])));
        Assert.Null(space.Encode(new ParameterValues([("method", ParameterValue.Of("d")), .. values[1..]])));
        Assert.Null(space.Encode(new ParameterValues([.. values[..^1], ("grown", ParameterValue.Of(33))])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Cells_OfADiscreteParameterTileTheInterval(int index)
    {
        var axis = new ModelSpace(_space).Axes[index];
        var end = 0.0;
        for (var value = 0L; value < axis.Count; value++)
        {
            var middle = axis.Snap(end + 1e-6);
            var (low, high) = axis.Cell(middle)!.Value;

            Assert.Equal(end, low, 9);
            Assert.InRange(middle, low, high);
            Assert.Equal(axis.Decode(middle), axis.Decode(high - 1e-6));
            end = high;
        }

        Assert.Equal(1, end, 9);
    }
}
