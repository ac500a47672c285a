namespace Sweep.Planning;

public sealed class HypervolumePlateauTests
{
    [Fact]
    public void HypervolumePlateau_EndsWhenTheLastTrialsBroughtTooLittle()
    {
        var plateau = new HypervolumePlateau(3, 0.01);
        Assert.Null(plateau.Complete([0.5, 0.5]));
        Assert.Null(plateau.Complete([0.4, 0.4]));
        Assert.Null(plateau.Complete([0.5, 0.5]));
        Assert.Equal("the last 3 completed trials brought 0 of a hypervolume of 0.25, less than 0.01", plateau.Complete([0.1, 0.5]));
        Assert.Equal(0.25, plateau.Current, 12);
    }

    [Fact]
    public void HypervolumePlateau_GoesOnWhenTheFrontMovesAgain()
    {
        var plateau = new HypervolumePlateau(1, 0.01);
        plateau.Complete([0.5, 0.5]);
        Assert.NotNull(plateau.Complete([0.5, 0.501]));
        Assert.Null(plateau.Complete([0.6, 0.6]));
        Assert.Null(plateau.Reason);
    }

    [Fact]
    public void HypervolumePlateau_DoesNotEndBeforeThereIsAnything()
    {
        var plateau = new HypervolumePlateau(2, 1);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Null(plateau.Complete([-0.5, double.NaN])));
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Null(plateau.Complete([-0.5, 0.5])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void HypervolumePlateau_EqualsItsDefinition(int dimensions)
    {
        var random = new Random(dimensions);
        for (var round = 0; round < 50; round++)
        {
            var (trials, gain) = (random.Next(1, 6), random.NextDouble() / 5);
            var plateau = new HypervolumePlateau(trials, gain);
            var points = new List<double[]>();
            for (var count = 1; count <= 40; count++)
            {
                points.Add([.. Enumerable.Range(0, dimensions).Select(_ => random.Next(40) == 0 ? double.NaN : random.NextDouble() - 0.1)]);
                var reason = plateau.Complete(points[^1]);
                var now = Hypervolume.Of(points);
                var then = Hypervolume.Of([.. points.Take(count - trials)]);
                Assert.Equal(now, plateau.Current, 12);
                Assert.Equal(count >= trials && now > 0 && now - then < gain, reason is not null);
            }
        }
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(5, -0.1)]
    [InlineData(5, 1.1)]
    [InlineData(5, double.NaN)]
    public void HypervolumePlateau_RefusesSettingsOutsideTheirRange(int trials, double gain) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HypervolumePlateau(trials, gain));
}
