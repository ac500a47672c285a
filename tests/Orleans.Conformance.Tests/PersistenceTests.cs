using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Conformance.Tests;

public sealed class PersistenceTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task State_IsNewWithoutARecord()
    {
        var grain = Counter("new");

        Assert.Equal(0, await grain.Get());
        Assert.Equal((false, false), await grain.Record());
    }

    [Fact]
    public async Task State_SurvivesDeactivation()
    {
        var grain = Recorded("survivor");
        await grain.Set(42);
        var before = await grain.Activation();
        await grain.Deactivate();
        while (await grain.Activation() == before)
            await Task.Yield();

        Assert.Equal(42, await grain.Get());
    }

    [Fact]
    public async Task Write_SetsETagAndRecordExists()
    {
        var grain = Counter("written");
        await grain.Set(1);

        Assert.Equal((true, true), await grain.Record());
    }

    [Fact]
    public async Task Clear_ResetsTheStateAndAllowsWritingAgain()
    {
        var grain = Counter("cleared");
        await grain.Set(7);
        await grain.Clear();
        Assert.Equal(0, await grain.Get());
        Assert.Equal((false, false), await grain.Record());

        await grain.Set(8);
        await grain.Reload();
        Assert.Equal(8, await grain.Get());
    }

    [Fact]
    public async Task StaleETag_IsInconsistentAndDeactivatesTheGrain()
    {
        var grain = Counter("stale");
        await grain.Set(1);
        var before = await grain.Activation();
        var store = cluster.Silo.Services.GetRequiredKeyedService<IGrainStorage>("memory");
        var elsewhere = new GrainState<CounterState>(new());
        await store.ReadStateAsync("counter", grain.GetGrainId(), elsewhere);
        Assert.Equal(1, elsewhere.State!.Value);
        elsewhere.State.Value = 100;
        await store.WriteStateAsync("counter", grain.GetGrainId(), elsewhere);

        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Set(2));

        Assert.Equal(100, await grain.Get());
        Assert.NotEqual(before, await grain.Activation());
    }

    [Fact]
    public async Task CustomStorage_IsReadAtActivationAndGetsStateNameAndKey()
    {
        await Recorded("custom").Set(5);

        Assert.Equal(
            ["read recorded custom", "write recorded custom"],
            cluster.Storage.Operations.Where(operation => operation.EndsWith(" custom", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Writes_ThatHaveNotBegunAreOne()
    {
        await Recorded("coalesced").SetTwiceInOneTurn(5);

        Assert.Single(cluster.Storage.Operations, operation => operation == "write recorded coalesced");
    }

    [Fact]
    public async Task StorageFailure_IsWrappedInAnOrleansException()
    {
        var grain = Recorded("failing");
        Assert.Equal(0, await grain.Get());
        var before = await grain.Activation();
        cluster.Storage.NextFailure = new IOException("the disk is full");

        var exception = await Assert.ThrowsAsync<OrleansException>(() => grain.Set(1));

        Assert.Contains("the disk is full", exception.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, await grain.Activation());
    }

    [Fact]
    public async Task InconsistentState_OfACustomStoreDeactivatesTheGrain()
    {
        var grain = Recorded("inconsistent");
        Assert.Equal(0, await grain.Get());
        var before = await grain.Activation();
        cluster.Storage.NextFailure = new InconsistentStateException("someone else wrote", "v9", "v1");

        var exception = await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Set(1));

        Assert.Equal(("v9", "v1"), (exception.StoredEtag, exception.CurrentEtag));
        Assert.NotEqual(before, await grain.Activation());
    }

    [Fact]
    public async Task MissingStore_FailsTheActivation()
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => cluster.Grains.GetGrain<IHomelessGrain>("a").Get());

        Assert.Contains("no such store", exception.ToString(), StringComparison.Ordinal);
    }

    private ICounterGrain Counter(string key) => cluster.Grains.GetGrain<ICounterGrain>(key);

    private IRecordedGrain Recorded(string key) => cluster.Grains.GetGrain<IRecordedGrain>(key);
}
