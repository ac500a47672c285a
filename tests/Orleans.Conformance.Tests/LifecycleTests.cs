using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Conformance.Tests;

public sealed class LifecycleTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private readonly Signals _signals = cluster.Signals;

    [Fact]
    public async Task Activation_LastsFromCallToCall()
    {
        var grain = Grain("lasting");

        Assert.Equal(await grain.Activation(), await grain.Activation());
        Assert.True(_signals.IsSet("activated lasting"));
    }

    [Fact]
    public async Task DeactivateOnIdle_EndsTheActivationAfterTheCall()
    {
        var grain = Grain("leaving");
        var before = await grain.Activation();
        await grain.Deactivate();
        await _signals.WaitAsync($"deactivated leaving {DeactivationReasonCode.ApplicationRequested}");

        Assert.NotEqual(before, await grain.Activation());
    }

    [Fact]
    public async Task Calls_ThatWaitForADeactivatingGrainReachTheNextActivation()
    {
        var grain = Grain("handing-over");
        var before = await grain.Activation();
        var held = grain.Hold("handing-over");
        await _signals.WaitAsync("enter handing-over");
        var leaving = grain.Deactivate();
        var after = grain.Activation();
        _signals.Set("go handing-over");
        await Task.WhenAll(held, leaving);

        Assert.NotEqual(before, await after);
    }

    [Fact]
    public async Task OnActivateAsync_FailureReachesTheCaller()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => Grain("fail 1").Activation());

        Assert.Contains("fail 1 does not activate", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManagementGrain_CollectsIdleActivations()
    {
        var grain = Grain("idle");
        var before = await grain.Activation();
        var management = cluster.Grains.GetGrain<IManagementGrain>(0);
        while (!_signals.IsSet("deactivated idle"))
            await management.ForceActivationCollection(TimeSpan.FromMilliseconds(1));

        Assert.NotEqual(before, await grain.Activation());
    }

    [Fact]
    public async Task ManagementGrain_ListsTheSilo()
    {
        var silo = cluster.Silo.Services.GetRequiredService<ILocalSiloDetails>();
        var hosts = await cluster.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);

        Assert.Equal([silo.SiloAddress], hosts.Keys);
        Assert.Equal(SiloStatus.Active, hosts[silo.SiloAddress]);
    }

    [Fact]
    public async Task RequestContext_FlowsToTheGrain()
    {
        RequestContext.Set("colour", "blue");

        Assert.Equal("blue", await Grain("context").RequestValue("colour"));
        Assert.Equal("none", await Grain("context").RequestValue("shape"));
    }

    [Fact]
    public async Task Identity_IsTypeAndKey() => Assert.Equal("life/identity True", await Grain("identity").Identity());

    [Fact]
    public async Task References_AreEqualIfTheirGrainIs()
    {
        var grain = Grain("equal");
        var self = await grain.Self();

        Assert.Equal(grain, self);
        Assert.Equal("equal", self.GetPrimaryKeyString());
        Assert.Equal(await grain.Activation(), await self.Activation());
        Assert.NotEqual(grain, Grain("other"));
    }

    private ILifeGrain Grain(string key) => cluster.Grains.GetGrain<ILifeGrain>(key);
}

public interface INowhereGrain : IGrainWithStringKey
{
    Task Call();
}
