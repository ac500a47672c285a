namespace Sweep.Planning;

public sealed class RungLadderTests
{
    [Theory]
    [InlineData(1, 3, 27, new[] { 1, 3, 9, 27 })]
    [InlineData(3, 3, 27, new[] { 3, 9, 27 })]
    [InlineData(1, 3, 10, new[] { 1, 3, 10 })]      // from 9 to 10 is no rung
    [InlineData(1, 3, 15, new[] { 1, 3, 15 })]      // 15 < 9·√3
    [InlineData(1, 3, 16, new[] { 1, 3, 9, 16 })]   // 16 > 9·√3
    [InlineData(1, 2, 8, new[] { 1, 2, 4, 8 })]
    [InlineData(2, 4, 7, new[] { 2, 7 })]
    [InlineData(2, 4, 4, new[] { 2, 4 })]           // exactly √η times as far
    [InlineData(1, 3, 1, new[] { 1 })]
    [InlineData(5, 3, 4, new[] { 4 })]              // shorter than the first rung: nothing to decide
    public void RungLadder_GrowsByTheReductionAndEndsWhereTheTrialDoes(int minEpochs, int reduction, int epochs, int[] ends) =>
        Assert.Equal(ends, RungLadder.Of(minEpochs, reduction, epochs).Ends);

    [Fact]
    public void RungLadder_IsSoundForAllSmallSettings()
    {
        for (var minEpochs = 1; minEpochs <= 12; minEpochs++)
        {
            for (var reduction = 2; reduction <= 6; reduction++)
            {
                for (var epochs = 1; epochs <= 200; epochs++)
                {
                    var ladder = RungLadder.Of(minEpochs, reduction, epochs);
                    Assert.Equal(epochs, ladder.To(ladder.Last));
                    for (var rung = 0; rung < ladder.Count; rung++)
                    {
                        Assert.Equal(rung == 0 ? 0 : ladder.To(rung - 1), ladder.From(rung));
                        Assert.True(ladder.From(rung) < ladder.To(rung));
                        Assert.True(rung == ladder.Last || ladder.To(rung) == minEpochs * Math.Pow(reduction, rung));
                    }

                    Assert.True(ladder.Count == 1 || ladder.To(ladder.Last) >= ladder.To(ladder.Last - 1) * Math.Sqrt(reduction) - 1e-9);
                }
            }
        }
    }

    /// <summary>Trials of several lengths meet at the same epochs until the shorter ends.</summary>
    [Fact]
    public void RungLadder_OfALongerTrialPassesThroughTheSameEpochs()
    {
        var (shorter, longer) = (RungLadder.Of(1, 3, 20), RungLadder.Of(1, 3, 200));
        Assert.Equal(shorter.Ends.Take(shorter.Last), longer.Ends.Take(shorter.Last));
    }

    [Fact]
    public void RungLadder_DoesNotOverflow() => Assert.Equal(int.MaxValue, RungLadder.Of(1, 2, int.MaxValue).Ends[^1]);

    [Theory]
    [InlineData(0, 3, 9, "A first rung must have at least 1 epoch, but has 0.")]
    [InlineData(1, 1, 9, "A reduction must be at least 2, so that somebody is left behind, but has 1.")]
    [InlineData(1, 3, 0, "A trial must have at least 1 epoch, but has 0.")]
    public void RungLadder_SaysWhichRuleIsBroken(int minEpochs, int reduction, int epochs, string rule) =>
        Assert.StartsWith(rule, Assert.Throws<ArgumentOutOfRangeException>(() => RungLadder.Of(minEpochs, reduction, epochs)).Message, StringComparison.Ordinal);
}
