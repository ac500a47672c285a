namespace Orleans.Conformance.Tests;

public sealed class TurnTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private readonly Signals _signals = cluster.Signals;

    [Fact]
    public async Task Calls_RunOneAfterAnother()
    {
        var grain = cluster.Grains.GetGrain<ITurnGrain>("one-by-one");
        var first = grain.Enter("first");
        await _signals.WaitAsync("enter first");
        var second = grain.Enter("second");
        _signals.Set("go probe");
        await grain.Interleave("probe");

        Assert.False(_signals.IsSet("enter second"));

        _signals.Set("go first");
        await first;
        await _signals.WaitAsync("enter second");
        _signals.Set("go second");
        await second;
        Assert.True(IndexOf("leave first") < IndexOf("enter second"));
    }

    [Fact]
    public async Task AlwaysInterleave_RunsBesideARunningCall()
    {
        var grain = cluster.Grains.GetGrain<ITurnGrain>("interleave");
        var running = grain.Enter("held");
        await _signals.WaitAsync("enter held");

        var beside = grain.Interleave("beside");
        await _signals.WaitAsync("enter beside");
        _signals.Set("go beside");
        await beside;

        Assert.False(running.IsCompleted);
        _signals.Set("go held");
        await running;
    }

    [Fact]
    public async Task ReadOnly_RunsBesideReadOnlyButNotBesideOthers()
    {
        var grain = cluster.Grains.GetGrain<ITurnGrain>("read-only");
        var reader = grain.Read("reader 1");
        await _signals.WaitAsync("enter reader 1");
        var other = grain.Read("reader 2");
        await _signals.WaitAsync("enter reader 2");
        var writer = grain.Enter("writer");
        _signals.Set("go interleaved probe");
        await grain.Interleave("interleaved probe");

        Assert.False(_signals.IsSet("enter writer"));

        _signals.Set("go reader 1");
        _signals.Set("go reader 2");
        await Task.WhenAll(reader, other);
        await _signals.WaitAsync("enter writer");
        _signals.Set("go writer");
        await writer;
    }

    [Fact]
    public async Task Reentrant_CallsInterleave()
    {
        var grain = cluster.Grains.GetGrain<IReentrantGrain>("reentrant");
        var first = grain.Enter("re 1");
        var second = grain.Enter("re 2");
        await _signals.WaitAsync("enter re 1");
        await _signals.WaitAsync("enter re 2");
        _signals.Set("go re 1");
        _signals.Set("go re 2");
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task Tasks_OfOneGrainNeverRunAtOnce()
    {
        var grain = cluster.Grains.GetGrain<ITurnGrain>("single-threaded");

        Assert.Equal(2000, await grain.Add(2000));
    }

    [Fact]
    public async Task Await_ResumesOnTheGrainsScheduler() =>
        Assert.True(await cluster.Grains.GetGrain<ITurnGrain>("scheduler").StaysOnScheduler());

    [Fact]
    public async Task ResponseTimeout_EndsTheCallersWait()
    {
        var grain = cluster.Grains.GetGrain<ITurnGrain>("timeout");

        await Assert.ThrowsAsync<TimeoutException>(() => grain.EnterBriefly("brief"));

        _signals.Set("go brief");
        await _signals.WaitAsync("leave brief");
        Assert.Equal(1, await grain.Add(1));
    }

    [Fact]
    public async Task Call_WhoseTimeIsOverBeforeItBeginsNeverBegins()
    {
        var grain = cluster.Grains.GetGrain<ITurnGrain>("expired");
        var running = grain.Enter("long");
        await _signals.WaitAsync("enter long");

        await Assert.ThrowsAsync<TimeoutException>(() => grain.EnterBriefly("too late"));

        _signals.Set("go long");
        await running;
        Assert.Equal(1, await grain.Add(1));
        Assert.False(_signals.IsSet("enter too late"));
    }

    [Fact]
    public async Task CallChain_ThatReturnsToABusyGrainTimesOut()
    {
        var grain = cluster.Grains.GetGrain<ITurnGrain>("around 1");

        await Assert.ThrowsAsync<TimeoutException>(() => grain.CallAround("around 2"));
    }

    [Fact]
    public async Task OneWay_EndsBeforeTheMethod()
    {
        var grain = cluster.Grains.GetGrain<ITurnGrain>("one-way");
        await grain.EnterOneWay("one-way");
        await _signals.WaitAsync("enter one-way");

        Assert.False(_signals.IsSet("leave one-way"));
        _signals.Set("go one-way");
        await _signals.WaitAsync("leave one-way");
    }

    [Fact]
    public async Task Cancellation_ReachesTheMethod()
    {
        var grain = cluster.Grains.GetGrain<ITurnGrain>("cancel");
        using var source = new CancellationTokenSource();
        var call = grain.EnterUntilCanceled("cancelable", source.Token);
        await _signals.WaitAsync("enter cancelable");
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await _signals.WaitAsync("canceled cancelable");
    }

    [Fact]
    public async Task CanceledToken_FailsTheCallAtOnce()
    {
        var grain = cluster.Grains.GetGrain<ITurnGrain>("cancel early");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => grain.EnterUntilCanceled("never", new CancellationToken(canceled: true)));
        Assert.False(_signals.IsSet("enter never"));
    }

    private int IndexOf(string name) => _signals.Log.ToList().IndexOf(name);
}
