namespace Orleans.Conformance.Tests;

/// <summary>Grain timers on a clock of the test's own.</summary>
public sealed class TimerTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private static readonly TimeSpan Due = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(4);

    private readonly Signals _signals = cluster.Signals;
    private readonly FakeClock _clock = cluster.Clock;

    [Fact]
    public async Task Timer_TicksWhenDueAndEachPeriodAfterATick()
    {
        var grain = await StartAsync("periodic", interleave: false);
        _clock.Advance(Due - TimeSpan.FromSeconds(1));
        await grain.Activation();
        Assert.False(_signals.IsSet("tick periodic 1"));

        _clock.Advance(TimeSpan.FromSeconds(1));
        await _signals.WaitAsync("tick periodic 1");
        await _clock.ArmedAsync(Period);
        _clock.Advance(Period);
        await _signals.WaitAsync("tick periodic 2");
        await StopAsync(grain, "periodic");
    }

    [Fact]
    public async Task Timer_WaitsForARunningCall()
    {
        var grain = await StartAsync("waiting", interleave: false);
        var call = grain.Hold("waiting");
        await _signals.WaitAsync("enter waiting");
        _clock.Advance(Due);
        Assert.False(_signals.IsSet("tick waiting 1"));

        _signals.Set("go waiting");
        await call;
        await _signals.WaitAsync("tick waiting 1");
        await StopAsync(grain, "waiting");
    }

    [Fact]
    public async Task InterleavingTimer_TicksDuringACall()
    {
        var grain = await StartAsync("beside", interleave: true);
        var call = grain.Hold("beside");
        await _signals.WaitAsync("enter beside");
        _clock.Advance(Due);
        await _signals.WaitAsync("tick beside 1");

        Assert.False(call.IsCompleted);
        _signals.Set("go beside");
        await call;
        await StopAsync(grain, "beside");
    }

    [Fact]
    public async Task Change_SetsTheNextTick()
    {
        var grain = await StartAsync("changed", interleave: false);
        await grain.ChangeTimer(TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(3));
        await _signals.WaitAsync("tick changed 1");
        await StopAsync(grain, "changed");
    }

    [Fact]
    public async Task Change_RefusesSpansBelowMinusOneMillisecond()
    {
        var grain = await StartAsync("refused", interleave: false);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => grain.ChangeTimer(TimeSpan.FromSeconds(-5), Period));
        await StopAsync(grain, "refused");
    }

    [Fact]
    public async Task DisposedTimer_TicksNoMore()
    {
        var grain = await StartAsync("disposed", interleave: false);
        await grain.StopTimer();
        _clock.Advance(Due + Period);
        await grain.Activation();

        Assert.False(_signals.IsSet("tick disposed 1"));
        await StopAsync(grain, "disposed");
    }

    [Fact]
    public async Task Deactivation_EndsTheTimers()
    {
        var grain = await StartAsync("ended", interleave: false);
        await StopAsync(grain, "ended");
        var next = await grain.Activation();
        _clock.Advance(Due + Period);

        Assert.Equal(next, await grain.Activation());
        Assert.False(_signals.IsSet("tick ended 1"));
    }

    private async Task<ILifeGrain> StartAsync(string key, bool interleave)
    {
        var grain = cluster.Grains.GetGrain<ILifeGrain>(key);
        await grain.StartTimer(Due, Period, interleave);
        return grain;
    }

    private async Task StopAsync(ILifeGrain grain, string key)
    {
        await grain.Deactivate();
        await _signals.WaitAsync($"deactivated {key}");
    }
}
