using Sweep.Scheduling;

namespace Sweep.Grains.Tests;

/// <summary>Of a device with 1100 bytes, 1000 may be promised: the margin is a tenth.</summary>
public class DeviceRoomTests
{
    private static readonly long?[] Needs = [null, 0, 1, 400, 600, 1000, 1001, 5000];
    private static readonly long[] Helds = [0, 100, 500, 1000];

    private static readonly long?[][] Crowds = [[], [null], [400], [600], [1000], [400, 200], [400, null], [300, 300, 400]];

    [Fact]
    public void Budget_LeavesAMargin() => Assert.Equal(1000, Room([]).Budget);

    [Theory]
    [InlineData(400, MemoryFit.Fits)]
    [InlineData(600, MemoryFit.Fits)]
    [InlineData(601, MemoryFit.Full)]
    public void BesideOthers_AStageFits_WhenTheSumDoes(long needed, MemoryFit fit) => Assert.Equal(fit, Room([400]).Judge(needed));

    [Fact]
    public void OnAnEmptyDevice_AStageOfAnySizeMayTry()
    {
        Assert.Equal(MemoryFit.Fits, Room([]).Judge(5000));
        Assert.Equal(MemoryFit.Fits, Room([]).Judge(null));
    }

    [Fact]
    public void Unmeasured_IsAlone_AndNobodyJoinsIt()
    {
        Assert.Equal(MemoryFit.Full, Room([1]).Judge(null));
        Assert.Equal(MemoryFit.Full, Room([null]).Judge(1));
    }

    [Theory]
    [InlineData(500, 0, 100, MemoryFit.Fits)]                  // 400 + 500 + 100
    [InlineData(500, 0, 101, MemoryFit.AfterGivingBack)]
    [InlineData(100, 600, 0, MemoryFit.Fits)]                  // its own process keeps 600 and uses 100 of them
    [InlineData(100, 601, 0, MemoryFit.AfterGivingBack)]
    [InlineData(601, 0, 100, MemoryFit.Full)]                  // giving back would not help
    public void WhatIdleProcessesKeep_CountsUntilItIsGivenBack(long needed, long own, long others, MemoryFit fit) =>
        Assert.Equal(fit, (Room([400]) with { OwnHeld = own, OthersHeld = others }).Judge(needed));

    [Theory]
    [InlineData(null, 1, MemoryFit.AfterGivingBack)]
    [InlineData(900L, 100, MemoryFit.Fits)]
    [InlineData(901L, 100, MemoryFit.AfterGivingBack)]
    public void OnAnEmptyDevice_OthersGiveBackWhatIsNeeded(long? needed, long others, MemoryFit fit) =>
        Assert.Equal(fit, (Room([]) with { OthersHeld = others }).Judge(needed));

    /// <summary>Every pair of a crowd and a need, with everything kept by idle processes: the rules hold everywhere.</summary>
    [Fact]
    public void Everywhere_NothingIsPromisedTwice()
    {
        foreach (var (crowd, needed, own, others) in Cases())
        {
            var fit = (Room(crowd) with { OwnHeld = own, OthersHeld = others }).Judge(needed);
            var isMeasured = needed is not null && crowd.All(resident => resident is not null);
            if (fit == MemoryFit.Fits && crowd.Length > 0)
            {
                Assert.True(isMeasured && crowd.Sum() + Math.Max(needed!.Value, own) + others <= 1000);
            }

            // Once all is given back, nothing but running stages keeps a stage out.
            Assert.NotEqual(MemoryFit.AfterGivingBack, Room(crowd).Judge(needed));
            if (fit == MemoryFit.AfterGivingBack)
            {
                Assert.Equal(MemoryFit.Fits, Room(crowd).Judge(needed));
            }

            // A stage that needs less never fits worse, and one with more neighbours never fits better.
            if (needed is > 0)
            {
                Assert.True((Room(crowd) with { OwnHeld = own, OthersHeld = others }).Judge(needed - 1) <= fit);
            }

            if (crowd.Length > 0)
            {
                Assert.True((Room([.. crowd, 1]) with { OwnHeld = own, OthersHeld = others }).Judge(needed) >= fit);
            }
        }
    }

    private static IEnumerable<(long?[] Crowd, long? Needed, long Own, long Others)> Cases() =>
        from crowd in Crowds
        from needed in Needs
        from own in Helds
        from others in Helds
        select (crowd, needed, own, others);

    private static DeviceRoom Room(long?[] residents) => new(Usable: 1100, residents, OwnHeld: 0, OthersHeld: 0);
}
