using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace Orleans.Conformance.Tests;

/// <summary>Silos and clients that come and go; each test has a cluster of its own.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TestCluster _cluster = new();

    public Task InitializeAsync() => _cluster.InitializeAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Client_CancelsACallInTheSilo()
    {
        var client = await _cluster.StartClientAsync();
        var grain = Factory(client).GetGrain<ITurnGrain>("remote cancel");
        using var source = new CancellationTokenSource();
        var call = grain.EnterUntilCanceled("remote", source.Token);
        await _cluster.Signals.WaitAsync("enter remote");
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await _cluster.Signals.WaitAsync("canceled remote");
    }

    [Fact]
    public async Task Client_TimesOut()
    {
        var client = await _cluster.StartClientAsync();

        await Assert.ThrowsAsync<TimeoutException>(() => Factory(client).GetGrain<ITurnGrain>("slow").EnterBriefly("slow"));
        _cluster.Signals.Set("go slow");
    }

    [Fact]
    public async Task Client_ReachesARestartedSilo()
    {
        var client = await _cluster.StartClientAsync();
        var grain = Factory(client).GetGrain<IValueGrain>("restart");
        Assert.Equal(4, await grain.Square(2));
        await _cluster.StopAsync(_cluster.Silo);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => grain.Square(2).AsTask());
        Assert.True(failure is OrleansException or TimeoutException, failure.ToString());

        await _cluster.InitializeAsync();
        Assert.Equal(9, await EventuallyAsync(() => grain.Square(3).AsTask()));
    }

    [Fact]
    public async Task Client_OfAnotherClusterIsRefused()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => _cluster.StartClientAsync(client =>
        {
            client.Configure<ClusterOptions>(options => options.ClusterId = "another");
            client.UseConnectionRetryFilter((_, _) => Task.FromResult(false));
        }));

        Assert.Equal(16, await _cluster.Grains.GetGrain<IValueGrain>("still here").Square(4));
    }

    [Fact]
    public async Task Client_AsksItsRetryFilterWhileNobodyAnswers()
    {
        var attempts = 0;
        await Assert.ThrowsAnyAsync<OrleansException>(() => _cluster.StartClientAsync(client =>
        {
            client.UseLocalhostClustering(TestCluster.FreePort());
            client.UseConnectionRetryFilter((_, _) => Task.FromResult(++attempts < 3));
        }));

        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task Member_JoinsCallsAndLeaves()
    {
        var member = await _cluster.StartMemberAsync();
        var management = _cluster.Grains.GetGrain<IManagementGrain>(0);
        await EventuallyAsync(async () => Assert.Equal(2, (await management.GetHosts(onlyActive: true)).Count));

        var fromMember = Factory(member).GetGrain<ICounterGrain>("shared");
        await fromMember.Set(11);
        Assert.Equal(11, await _cluster.Grains.GetGrain<ICounterGrain>("shared").Get());

        await _cluster.StopAsync(member);
        await EventuallyAsync(async () => Assert.Single(await management.GetHosts(onlyActive: true)));
        Assert.Equal(25, await _cluster.Grains.GetGrain<IValueGrain>("after").Square(5));
    }

    [Fact]
    public async Task Member_GatewayServesClients()
    {
        var member = await _cluster.StartMemberAsync();
        var gateway = member.Services.GetRequiredService<ILocalSiloDetails>().GatewayAddress.Endpoint.Port;
        var client = await _cluster.StartClientAsync(builder => builder.UseLocalhostClustering(gateway));
        var grain = Factory(client).GetGrain<IValueGrain>("through member");

        Assert.Equal(36, await grain.Square(6));
        await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Fail("through member"));
    }

    [Fact]
    public async Task Stop_DeactivatesEveryGrain()
    {
        foreach (var key in new[] { "stop 1", "stop 2" })
            await _cluster.Grains.GetGrain<ILifeGrain>(key).Activation();
        await _cluster.RestartAsync();

        await _cluster.Signals.WaitAsync($"deactivated stop 1 {DeactivationReasonCode.ShuttingDown}");
        await _cluster.Signals.WaitAsync($"deactivated stop 2 {DeactivationReasonCode.ShuttingDown}");
    }

    [Fact]
    public async Task Start_RunsStartupTasks() => await _cluster.Signals.WaitAsync("startup task");

    [Fact]
    public async Task Lifecycle_StartsInOrderAndStopsInReverse()
    {
        var other = new TestCluster();
        var signals = other.Signals;
        using var host = other.BuildSilo(silo => silo.Services
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Participant(signals, "late", ServiceLifecycleStage.Active))
            .AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
                new Participant(signals, "early", ServiceLifecycleStage.ApplicationServices)));
        await host.StartAsync();
        await host.StopAsync();

        Assert.Equal(
            ["start early", "start late", "stop late", "stop early"], signals.Log.Where(name => name != "startup task"));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("\u0010\0\0\0{\"kind\":\"call\"}!")]
    [InlineData("\u0004\0\0\0null")]
    public async Task Garbage_ClosesItsConnectionOnly(string garbage)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _cluster.GatewayPort);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(garbage));
        var received = 1;
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            var buffer = new byte[1024];
            while (received > 0)
                received = await socket.ReceiveAsync(buffer, patience.Token);
        }
        catch (SocketException)
        {
            received = 0;
        }

        Assert.Equal(0, received);
        var client = await _cluster.StartClientAsync();
        Assert.Equal(64, await Factory(client).GetGrain<IValueGrain>("undisturbed").Square(8));
    }

    private static IClusterClient Factory(IHost host) => host.Services.GetRequiredService<IClusterClient>();

    private static Task EventuallyAsync(Func<Task> attempt) => EventuallyAsync(async () =>
    {
        await attempt();
        return true;
    });

    /// <summary>Tries until it works; a cluster takes its time to see silos come and go.</summary>
    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> attempt)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (Exception exception) when (!patience.IsCancellationRequested
                && exception is OrleansException or TimeoutException or Xunit.Sdk.XunitException or ConnectionFailedException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
            }
        }
    }

    private sealed class Participant(Signals signals, string name, int stage) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
            name,
            stage,
            _ =>
            {
                signals.Set($"start {name}");
                return Task.CompletedTask;
            },
            _ =>
            {
                signals.Set($"stop {name}");
                return Task.CompletedTask;
            });
    }
}
