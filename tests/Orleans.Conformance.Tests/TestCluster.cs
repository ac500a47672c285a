using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;

namespace Orleans.Conformance.Tests;

/// <summary>A silo on free ports of this machine, with clients and member silos as tests ask for them.</summary>
public class TestCluster : IAsyncLifetime
{
    private readonly List<IHost> _others = [];

    public Signals Signals { get; } = new();

    /// <summary>The clock of grain timers.</summary>
    public FakeClock Clock { get; } = new();

    public RecordingStorage Storage { get; } = new();

    public int SiloPort { get; } = FreePort();

    public int GatewayPort { get; } = FreePort();

    public IHost Silo { get; private set; } = null!;

    public IGrainFactory Grains => Silo.Services.GetRequiredService<IGrainFactory>();

    public async Task InitializeAsync()
    {
        Silo = BuildSilo();
        await Silo.StartAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var host in _others.ToArray())
            await StopAsync(host);
        await StopAsync(Silo);
    }

    /// <summary>Stops the silo gracefully and starts another one on the same ports.</summary>
    public async Task RestartAsync()
    {
        await StopAsync(Silo);
        await InitializeAsync();
    }

    public async Task<IHost> StartClientAsync(Action<IClientBuilder>? configure = null)
    {
        var builder = NewBuilder();
        builder.UseOrleansClient(client =>
        {
            client.UseLocalhostClustering(GatewayPort);
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(15));
            AddJson(client.Services);
            configure?.Invoke(client);
        });
        return await StartAsync(builder);
    }

    public async Task<IHost> StartMemberAsync()
    {
        var builder = NewBuilder();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort(), FreePort(), new IPEndPoint(IPAddress.Loopback, SiloPort));
            Configure(silo);
        });
        return await StartAsync(builder);
    }

    public async Task StopAsync(IHost host)
    {
        _others.Remove(host);
        await host.StopAsync();
        host.Dispose();
    }

    public IHost BuildSilo(Action<ISiloBuilder>? configure = null)
    {
        var builder = NewBuilder();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(SiloPort, GatewayPort);
            Configure(silo);
            configure?.Invoke(silo);
        });
        return builder.Build();
    }

    internal static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static HostApplicationBuilder NewBuilder()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return builder;
    }

    private static void AddJson(IServiceCollection services) => services.AddSerializer(serializer =>
        serializer.AddJsonSerializer(isSupported: type => type.Namespace == typeof(Json.Order).Namespace));

    private async Task<IHost> StartAsync(HostApplicationBuilder builder)
    {
        var host = builder.Build();
        await host.StartAsync();
        _others.Add(host);
        return host;
    }

    private void Configure(ISiloBuilder silo)
    {
        silo.Services.AddSingleton(Signals);
        silo.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, Clock);
        silo.Services.AddGrainStorage("recording", (_, _) => Storage);
        silo.AddMemoryGrainStorage("memory");
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.NumVotesForDeathDeclaration = 1;
        });
        AddJson(silo.Services);
        silo.AddStartupTask((_, _) =>
        {
            Signals.Set("startup task");
            return Task.CompletedTask;
        });
    }
}
