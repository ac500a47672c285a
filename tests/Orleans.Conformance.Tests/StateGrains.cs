using Orleans.Runtime;

namespace Orleans.Conformance.Tests;

public sealed class CounterState
{
    public int Value { get; set; }
}

public interface ICounterGrain : IGrainWithStringKey
{
    Task<int> Get();

    Task Set(int value);

    Task Clear();

    /// <summary>Whether a record exists, and whether the state has an ETag.</summary>
    Task<(bool Exists, bool HasETag)> Record();

    Task Reload();

    Task<Guid> Activation();

    Task Cancel();
}

public class MemoryCounterGrain([PersistentState("counter", "memory")] IPersistentState<CounterState> state) : Grain, ICounterGrain
{
    private readonly Guid _activation = Guid.NewGuid();

    public Task<int> Get() => Task.FromResult(state.State.Value);

    public Task Set(int value)
    {
        state.State.Value = value;
        return state.WriteStateAsync();
    }

    public Task Clear() => state.ClearStateAsync();

    public Task<(bool Exists, bool HasETag)> Record() => Task.FromResult((state.RecordExists, state.Etag is not null));

    public Task Reload() => state.ReadStateAsync();

    public Task<Guid> Activation() => Task.FromResult(_activation);

    public Task Cancel() => state.WriteStateAsync(new CancellationToken(canceled: false));
}

public interface IRecordedGrain : IGrainWithStringKey
{
    Task Set(int value);

    Task<int> Get();

    Task SetTwiceInOneTurn(int value);

    Task<Guid> Activation();

    Task Deactivate();
}

public class RecordedGrain([PersistentState("recorded", "recording")] IPersistentState<CounterState> state) : Grain, IRecordedGrain
{
    private readonly Guid _activation = Guid.NewGuid();

    public Task Set(int value)
    {
        state.State = new() { Value = value };
        return state.WriteStateAsync();
    }

    public Task<int> Get() => Task.FromResult(state.State.Value);

    public async Task SetTwiceInOneTurn(int value)
    {
        state.State = new() { Value = value };
        var first = state.WriteStateAsync();
        var second = state.WriteStateAsync();
        await Task.WhenAll(first, second);
    }

    public Task<Guid> Activation() => Task.FromResult(_activation);

    public Task Deactivate()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public interface IHomelessGrain : IGrainWithStringKey
{
    Task<int> Get();
}

public class HomelessGrain([PersistentState("counter", "no such store")] IPersistentState<CounterState> state) : Grain, IHomelessGrain
{
    public Task<int> Get() => Task.FromResult(state.State.Value);
}
