using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Conformance.Tests.Json;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Conformance.Tests;

/// <summary>A cluster with a client, so that each value is tried inside the silo and over TCP.</summary>
public sealed class ClientCluster : IAsyncLifetime
{
    public TestCluster Cluster { get; } = new();

    public IHost Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Cluster.InitializeAsync();
        Client = await Cluster.StartClientAsync();
    }

    public Task DisposeAsync() => Cluster.DisposeAsync();

    public IValueGrain Grain(string place, string key) => Factory(place).GetGrain<IValueGrain>(key);

    public IGrainFactory Factory(string place) => place == "client"
        ? Client.Services.GetRequiredService<IClusterClient>()
        : Cluster.Grains;
}

public sealed class ValueTests(ClientCluster cluster) : IClassFixture<ClientCluster>
{
    [Theory, InlineData("silo"), InlineData("client")]
    public async Task MarkedType_TravelsByItsIds(string place)
    {
        var parcel = new Parcel
        {
            Label = "fragile",
            Items = [3, 1, 2],
            Stamps = { ["sent"] = new(2030, 2, 3, 4, 5, 6, 789, TimeSpan.FromHours(2)) },
            Private = "stays",
        };
        var echo = await cluster.Grain(place, "values").Echo(parcel);

        Assert.NotSame(parcel, echo);
        Assert.Equal(("fragile", null), (echo.Label, echo.Private));
        Assert.Equal(parcel.Items, echo.Items);
        Assert.Equal(parcel.Stamps, echo.Stamps);
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task MarkedRecord_TravelsByItsPrimaryConstructor(string place) =>
        Assert.Equal(new("Main Street", 5), await cluster.Grain(place, "values").Echo(new Address("Main Street", 5)));

    [Fact]
    public async Task ImmutableJsonType_IsNotCopiedWithinASilo()
    {
        var deed = new Deed("mill") { Witnesses = ["miller"] };

        Assert.Same(deed, await cluster.Grain("silo", "values").Echo(deed));
        Assert.Equal(deed.Witnesses, (await cluster.Grain("client", "values").Echo(deed)).Witnesses);
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task JsonType_Travels(string place)
    {
        var order = new Order("bolts", [1, 2, 3], 0.1 + 0.2, OrderKind.Urgent) { Notes = ["soon"] };
        var echo = await cluster.Grain(place, "values").Echo(order);

        Assert.Equal(("bolts", 0.1 + 0.2, OrderKind.Urgent), (echo.Name, echo.Weight, echo.Kind));
        Assert.Equal([1, 2, 3], echo.Parts);
        Assert.Equal(["soon"], echo.Notes);
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task AbstractParameter_KeepsTheValuesType(string place)
    {
        var grain = cluster.Grain(place, "values");

        Assert.Equal(new Circle("red", 2.5), await grain.Echo((Shape)new Circle("red", 2.5)));
        Assert.Equal(new Square("green", 4), await grain.Echo((Shape)new Square("green", 4)));
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task FrameworkTypes_Travel(string place)
    {
        var grain = cluster.Grain(place, "values");
        var id = Guid.NewGuid();
        var map = ImmutableDictionary<string, TimeSpan>.Empty.Add("a", TimeSpan.FromTicks(1)).Add("b", TimeSpan.MaxValue);
        double[] numbers = [double.NaN, double.PositiveInfinity, double.Epsilon, -0.0, 1e300];

        Assert.Equal((7, null, id), await grain.Echo(7, null, id));
        Assert.Equal((-7, "ünï", id), await grain.Echo(-7, "ünï", id));
        Assert.Equal(map.OrderBy(pair => pair.Key), (await grain.Echo(map)).OrderBy(pair => pair.Key));
        Assert.Equal(numbers, await grain.Echo(numbers));
        Assert.Equal(49, await grain.Square(-7));
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task ObjectParameter_KeepsTheValuesType(string place)
    {
        var grain = cluster.Grain(place, "values");

        Assert.Equal(5L, await grain.EchoObject(5L));
        Assert.Equal("text", await grain.EchoObject("text"));
        Assert.Equal(new List<string> { "a" }, await grain.EchoObject(new List<string> { "a" }));
        Assert.Equal(IPAddress.Loopback, await grain.EchoObject(IPAddress.Loopback));
        Assert.Null(await grain.EchoObject(null));
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task Reference_TravelsAndWorks(string place)
    {
        var grain = cluster.Grain(place, "values");
        var other = cluster.Grain(place, "others");
        var echo = await grain.Echo(other);

        Assert.Equal("others", echo.GetPrimaryKeyString());
        Assert.Equal(9, await echo.Square(3));
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task UnmarkedParameter_SpoilsTheWholeInterface(string place) => await Assert.ThrowsAsync<CodecNotFoundException>(
        async () => await cluster.Factory(place).GetGrain<IStowawayGrain>("values").TakeAny("text"));

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task UnmarkedValue_IsRefused(string place)
    {
        var grain = cluster.Factory(place).GetGrain<IAnythingGrain>("values");

        await Assert.ThrowsAsync<CodecNotFoundException>(() => grain.Take(new Stowaway()));
        await Assert.ThrowsAsync<CodecNotFoundException>(() => grain.Take(new List<Stowaway> { new() }));
        await Assert.ThrowsAsync<CodecNotFoundException>(() => grain.Take(new Crate()));
        await Assert.ThrowsAsync<CodecNotFoundException>(() => grain.Take(new { Anonymous = true }));
        await Assert.ThrowsAsync<CodecNotFoundException>(() => grain.Give());
        Assert.Equal("5", await grain.Take(5));
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task Arguments_AreCopied(string place)
    {
        var grain = cluster.Grain(place, "copy-in");
        List<int> items = [1];
        await grain.Keep(items);
        items.Add(2);

        Assert.Equal([1], await grain.Kept());
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task Results_AreCopied(string place)
    {
        var grain = cluster.Grain(place, "copy-out");
        await grain.Keep([1]);
        (await grain.Kept()).Add(2);

        Assert.Equal([1], await grain.Kept());
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task JsonValues_AreCopied(string place)
    {
        var grain = cluster.Grain(place, "copy-json");
        var order = new Order("nuts", [1], 1, OrderKind.Plain);
        await grain.KeepOrder(order);
        order.Notes.Add("caller's");
        (await grain.KeptOrder()).Notes.Add("reader's");

        Assert.Empty((await grain.KeptOrder()).Notes);
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task Exception_ReachesTheCallerWithTypeAndMessage(string place)
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.Grain(place, "values").Fail("not today"));

        Assert.Equal("not today", exception.Message);
        Assert.Contains(nameof(ValueGrain), exception.StackTrace, StringComparison.Ordinal);
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task MarkedException_KeepsItsMembers(string place)
    {
        var exception = await Assert.ThrowsAsync<OutOfStockException>(() => cluster.Grain(place, "values").FailOutOfStock(12));

        Assert.Equal((12, "12 are missing"), (exception.Missing, exception.Message));
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task InnerException_ReachesTheCaller(string place)
    {
        var exception = await Assert.ThrowsAsync<IOException>(() => cluster.Grain(place, "values").FailWithInner("root"));

        Assert.Equal("root", Assert.IsType<ArgumentException>(exception.InnerException).Message);
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task AggregateException_KeepsItsParts(string place)
    {
        var exception = await Assert.ThrowsAsync<AggregateException>(() => cluster.Grain(place, "values").FailWithBoth());

        Assert.Equal(["first", "second"], exception.InnerExceptions.Select(inner => inner.Message));
        Assert.IsType<TimeoutException>(exception.InnerExceptions[1]);
    }

    [Fact]
    public async Task UnmarkedException_StaysInItsProcess()
    {
        await Assert.ThrowsAsync<LocalException>(() => cluster.Grain("silo", "values").FailUnmarked());
        await Assert.ThrowsAsync<CodecNotFoundException>(() => cluster.Grain("client", "values").FailUnmarked());
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task RequestContext_IsCopiedLikeArguments(string place)
    {
        RequestContext.Set("stowaway", new Stowaway());

        await Assert.ThrowsAsync<CodecNotFoundException>(() => cluster.Grain(place, "values").Square(1).AsTask());
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public async Task AnotherGrainsInterface_IsNoCast(string place) => await Assert.ThrowsAsync<InvalidCastException>(
        () => cluster.Grain(place, "values").AsReference<ITurnGrain>().Add(1));

    [Theory, InlineData("silo"), InlineData("client")]
    public void Keys_AreAnyTextButBlank(string place)
    {
        Assert.Equal("a/b c?#ü", cluster.Grain(place, "a/b c?#ü").GetPrimaryKeyString());
        Assert.Equal("value/a/b", cluster.Grain(place, "a/b").GetGrainId().ToString());
        Assert.Throws<ArgumentException>(() => cluster.Grain(place, " "));
    }

    [Theory, InlineData("silo"), InlineData("client")]
    public void GetGrain_WithoutAnImplementationFails(string place) =>
        Assert.Throws<ArgumentException>(() => cluster.Factory(place).GetGrain<INowhereGrain>("nowhere"));
}
