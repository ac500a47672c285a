using Orleans.Concurrency;

namespace Orleans.Conformance.Tests;

/// <summary>Each method says that it has entered, waits to be let go, and says that it leaves.</summary>
public interface ITurnGrain : IGrainWithStringKey
{
    Task Enter(string name);

    [ReadOnly]
    Task Read(string name);

    [AlwaysInterleave]
    Task Interleave(string name);

    /// <summary>Adds one <paramref name="count"/> times from tasks that all run at once, and returns the sum.</summary>
    Task<int> Add(int count);

    /// <summary>Whether an await resumes on the grain's scheduler.</summary>
    ValueTask<bool> StaysOnScheduler();

    [ResponseTimeout("00:00:01")]
    Task EnterBriefly(string name);

    [OneWay]
    Task EnterOneWay(string name);

    Task EnterUntilCanceled(string name, CancellationToken cancellationToken);

    /// <summary>Calls the other grain, which calls this one.</summary>
    Task CallAround(string other);

    [ResponseTimeout("00:00:01")]
    Task<int> CallBack(string caller);
}

public interface IReentrantGrain : IGrainWithStringKey
{
    Task Enter(string name);
}

public class TurnGrain(Signals signals) : Grain, ITurnGrain
{
    private int _sum;

    public Task Enter(string name) => PassAsync(name);

    public Task Read(string name) => PassAsync(name);

    public Task Interleave(string name) => PassAsync(name);

    public async Task<int> Add(int count)
    {
        await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            await Task.Yield();
            var before = _sum;
            Thread.SpinWait(20);
            _sum = before + 1;
        }));
        return _sum;
    }

    public async ValueTask<bool> StaysOnScheduler()
    {
        var scheduler = TaskScheduler.Current;
        await Task.Yield();
        await Task.Run(() => { });
        return scheduler != TaskScheduler.Default && TaskScheduler.Current == scheduler;
    }

    public Task EnterBriefly(string name) => PassAsync(name);

    public Task EnterOneWay(string name) => PassAsync(name);

    public async Task EnterUntilCanceled(string name, CancellationToken cancellationToken)
    {
        signals.Set($"enter {name}");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            signals.Set($"canceled {name}");
            throw;
        }
    }

    public Task CallAround(string other) =>
        GrainFactory.GetGrain<ITurnGrain>(other).CallBack(this.GetPrimaryKeyString());

    public Task<int> CallBack(string caller) => GrainFactory.GetGrain<ITurnGrain>(caller).Add(1);

    private async Task PassAsync(string name)
    {
        signals.Set($"enter {name}");
        await signals.WaitAsync($"go {name}");
        signals.Set($"leave {name}");
    }
}

[Reentrant]
public class ReentrantGrain(Signals signals) : Grain, IReentrantGrain
{
    public async Task Enter(string name)
    {
        signals.Set($"enter {name}");
        await signals.WaitAsync($"go {name}");
    }
}
