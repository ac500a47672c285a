namespace Sweep.Planning;

public sealed class LimitedMemoryBfgsTests
{
    [Fact]
    public void Minimize_FindsTheBottomOfRosenbrocksValley()
    {
        var (x, value) = LimitedMemoryBfgs.Minimize(
            x => (100 * Square(x[1] - x[0] * x[0]) + Square(1 - x[0]), [-400 * x[0] * (x[1] - x[0] * x[0]) - 2 * (1 - x[0]), 200 * (x[1] - x[0] * x[0])]),
            [-1.2, 1],
            200);

        Assert.InRange(value, 0, 1e-5);
        Assert.All(x, coordinate => Assert.InRange(coordinate, 0.99, 1.01));
    }

    [Fact]
    public void Minimize_NeedsFewEvaluationsOfAnIllConditionedParabola()
    {
        var evaluations = 0;
        var (_, value) = LimitedMemoryBfgs.Minimize(
            x =>
            {
                evaluations++;
                return (x.Select((coordinate, i) => Square(coordinate) * Math.Pow(10, i)).Sum(), [.. x.Select((coordinate, i) => 2 * coordinate * Math.Pow(10, i))]);
            },
            [1, 1, 1, 1],
            60);

        Assert.InRange(value, 0, 1e-4);
        Assert.InRange(evaluations, 2, 60);
    }

    [Fact]
    public void Minimize_StaysOutOfWhereThereIsNoValue()
    {
        var (x, _) = LimitedMemoryBfgs.Minimize(x => x[0] > 0 ? (x[0] - Math.Log(x[0]), [1 - 1 / x[0]]) : (double.PositiveInfinity, [0]), [20], 60);

        Assert.Equal(1, x[0], 2);
    }

    private static double Square(double x) => x * x;
}
