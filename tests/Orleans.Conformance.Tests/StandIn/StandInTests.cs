using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace Orleans.Conformance.Tests.StandIn;

public sealed class StandInTests : IAsyncLifetime
{
    private readonly TestCluster _cluster = new();

    public Task InitializeAsync() => _cluster.InitializeAsync();

    public Task DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task PortInUse_FailsTheStart()
    {
        using var second = _cluster.BuildSilo();

        await Assert.ThrowsAsync<AddressInUseException>(() => second.StartAsync());
        Assert.Equal(1, await _cluster.Grains.GetGrain<IValueGrain>("undisturbed").Square(1));
    }

    [Fact]
    public async Task ForeignCluster_IsRefusedWithBothNames()
    {
        var exception = await Assert.ThrowsAsync<ConnectionFailedException>(() => _cluster.StartClientAsync(client =>
        {
            client.Configure<ClusterOptions>(options => options.ClusterId = "another");
            client.UseConnectionRetryFilter((_, _) => Task.FromResult(false));
        }));

        Assert.Contains("\"dev\" and the peer of \"another\"", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientOnASiloPort_IsRefused()
    {
        var exception = await Assert.ThrowsAsync<ConnectionFailedException>(() => _cluster.StartClientAsync(client =>
        {
            client.UseLocalhostClustering(_cluster.SiloPort);
            client.UseConnectionRetryFilter((_, _) => Task.FromResult(false));
        }));

        Assert.Contains("This port is for silos, but the peer is a client", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(ISynchronous), "Answer returns System.Int32")]
    [InlineData(typeof(IPropertied), "get_Size belongs to a property")]
    [InlineData(typeof(IByReference), "Fill has a ref or out parameter")]
    public void BrokenInterface_IsRefused(Type type, string how)
    {
        var exception = Assert.Throws<OrleansConfigurationException>(
            () => _cluster.Grains.GetGrain<IValueGrain>("any").AsReference(type));

        Assert.Contains(how, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OversizedMessage_FailsItsCallOnly()
    {
        var client = await _cluster.StartClientAsync(builder =>
            builder.Configure<ClientMessagingOptions>(options => options.MaxMessageBodySize = 100_000));
        var grain = client.Services.GetRequiredService<IClusterClient>().GetGrain<IValueGrain>("large");

        await Assert.ThrowsAsync<InvalidMessageFrameException>(() => grain.Echo(new double[100_000]));
        Assert.Equal(100, (await grain.Echo(new double[100])).Length);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public async Task AnnouncedLength_IsNotTrusted(int length)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _cluster.GatewayPort);
        var header = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        await socket.SendAsync(header);

        Assert.Equal(0, await ReceiveToEndAsync(socket));
    }

    [Theory]
    [InlineData("{\"kind\":\"call\"}")]
    [InlineData("{\"kind\":\"call\",\"id\":\"one\"}")]
    [InlineData("{\"kind\":\"abandon\",\"id\":1}")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task BrokenFrame_AfterHelloClosesTheConnection(string frame)
    {
        using var socket = await IntroduceAsync();
        await SendAsync(socket, frame);

        Assert.Equal(0, await ReceiveToEndAsync(socket));
        Assert.Equal(4, await _cluster.Grains.GetGrain<IValueGrain>("undisturbed").Square(2));
    }

    [Theory]
    [InlineData("{\"kind\":\"call\",\"id\":1}")]
    [InlineData("{\"kind\":\"call\",\"id\":1,\"grain\":\"value/a\",\"interface\":\"No.Such, Type\",\"method\":\"M()\",\"arguments\":[]}")]
    [InlineData("{\"kind\":\"call\",\"id\":1,\"grain\":\"value/a\",\"interface\":\"System.String, System.Private.CoreLib\",\"method\":\"M()\",\"arguments\":[]}")]
    public async Task MeaninglessCall_IsAnsweredWithAnError(string frame)
    {
        using var socket = await IntroduceAsync();
        await SendAsync(socket, frame);
        var answer = await ReceiveFrameAsync(socket);

        Assert.StartsWith("{\"kind\":\"result\",\"id\":1,\"error\":", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Member_JoinsARestartedPrimaryAgain()
    {
        var member = await _cluster.StartMemberAsync();
        var oracle = member.Services.GetRequiredService<ISiloStatusOracle>();
        var formerPrimary = _cluster.Silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        Assert.Equal(2, oracle.GetApproximateSiloStatuses(onlyActive: true).Count);
        var grain = member.Services.GetRequiredService<IGrainFactory>().GetGrain<IValueGrain>("rejoin");
        Assert.Equal(4, await grain.Square(2));

        await _cluster.StopAsync(_cluster.Silo);
        await Assert.ThrowsAnyAsync<OrleansMessageRejectionException>(() => grain.Square(2).AsTask());
        var back = new StatusWatch(address => address.Endpoint.Port == _cluster.SiloPort && !address.Equals(formerPrimary));
        oracle.SubscribeToSiloStatusEvents(back);
        await _cluster.InitializeAsync();
        await back.Active.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(9, await grain.Square(3));
        Assert.Equal(SiloStatus.Dead, oracle.GetApproximateSiloStatus(formerPrimary));
        Assert.Equal(2, (await _cluster.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count);
    }

    [Fact]
    public async Task Member_WithoutAPrimaryFailsAfterTheJoinTime()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(
                TestCluster.FreePort(), TestCluster.FreePort(), new IPEndPoint(IPAddress.Loopback, TestCluster.FreePort()))
            .Configure<ClusterMembershipOptions>(options => options.MaxJoinAttemptTime = TimeSpan.Zero));
        using var host = builder.Build();

        var exception = await Assert.ThrowsAsync<OrleansException>(() => host.StartAsync());
        Assert.Contains("ClusterMembershipOptions.MaxJoinAttemptTime", exception.Message, StringComparison.Ordinal);
    }

    private static async Task SendAsync(Socket socket, string frame)
    {
        var body = Encoding.UTF8.GetBytes(frame);
        var header = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, body.Length);
        await socket.SendAsync(header);
        await socket.SendAsync(body);
    }

    private static async Task<string> ReceiveFrameAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var header = new byte[4];
        await stream.ReadExactlyAsync(header, patience.Token);
        var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
        await stream.ReadExactlyAsync(body, patience.Token);
        return Encoding.UTF8.GetString(body);
    }

    /// <returns>0 when the peer has closed the connection.</returns>
    private static async Task<int> ReceiveToEndAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var buffer = new byte[1024];
        try
        {
            int received;
            do
                received = await socket.ReceiveAsync(buffer, patience.Token);
            while (received > 0);
            return received;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private async Task<Socket> IntroduceAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _cluster.GatewayPort);
        await SendAsync(socket, "{\"kind\":\"hello\",\"cluster\":\"dev\",\"role\":\"client\"}");
        Assert.StartsWith("{\"kind\":\"welcome\"", await ReceiveFrameAsync(socket), StringComparison.Ordinal);
        return socket;
    }

    private sealed class StatusWatch(Func<SiloAddress, bool> isExpected) : ISiloStatusListener
    {
        private readonly TaskCompletionSource _active = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Active => _active.Task;

        public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
        {
            if (status == SiloStatus.Active && isExpected(updatedSilo))
                _active.TrySetResult();
        }
    }
}

public interface ISynchronous : IGrainWithStringKey
{
    int Answer();
}

public interface IPropertied : IGrainWithStringKey
{
    Task Size { get; }
}

public interface IByReference : IGrainWithStringKey
{
    Task Fill(ref int value);
}
