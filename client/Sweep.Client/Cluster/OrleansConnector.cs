using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Sweep.Client.Settings;
using Sweep.Grains;

namespace Sweep.Client.Cluster;

/// <summary>Connects as an Orleans client.</summary>
internal sealed class OrleansConnector : IClusterConnector
{
    private static readonly TimeSpan s_connectLimit = TimeSpan.FromSeconds(10);

    /// <summary>A dead silo leaves calls unanswered; every command is idempotent and is asked again.</summary>
    private static readonly TimeSpan s_callLimit = TimeSpan.FromSeconds(20);

    public async Task<ICluster> Connect(GatewayAddress gateway, CancellationToken cancellationToken)
    {
        var tls = TlsFor(gateway);
        var address = await Resolve(gateway, cancellationToken);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(address, gateway.Port));
            client.Services.Configure<ClusterOptions>(ids =>
            {
                ids.ClusterId = gateway.Cluster ?? Environment.GetEnvironmentVariable(ClusterIds.Variable) ?? ClusterIds.Default;
                ids.ServiceId = ClusterIds.Default;
            });
            tls?.Secure(client);
            client.Services.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = s_callLimit);
            client.Services.AddSweepSerialization();
        });
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken).WaitAsync(s_connectLimit, cancellationToken);
            return new Connection(host);
        }
        catch (Exception e)
        {
            host.Dispose();
            if (e is TimeoutException)
            {
                throw ClientException.NoAnswer(gateway.ToString(), FormattableString.Invariant($"no answer within {s_connectLimit.TotalSeconds} seconds."));
            }

            if (e is OrleansException or IOException or System.Net.Sockets.SocketException)
            {
                throw ClientException.NoAnswer(gateway.ToString(), e.Message);
            }

            throw;
        }
    }

    private static GatewayTls? TlsFor(GatewayAddress gateway)
    {
        if (gateway.IsEncrypted is false)
        {
            return null;
        }

        var tls = GatewayTls.Of(Environment.GetEnvironmentVariable);
        return tls is null && gateway.IsEncrypted is true
            ? throw new ClientException(
                ExitCode.Usage,
                $"The gateway {gateway} asks for TLS, so {GatewayTls.CertificateVariable}, {GatewayTls.KeyVariable} and {GatewayTls.AuthorityVariable} must name files, but they are not set.")
            : tls;
    }

    private static async Task<IPAddress> Resolve(GatewayAddress gateway, CancellationToken cancellationToken)
    {
        if (gateway.IsLoopback)
        {
            return IPAddress.Loopback;
        }

        try
        {
            return (await Dns.GetHostAddressesAsync(gateway.Host, cancellationToken)) is [var first, ..]
                ? first
                : throw ClientException.NoAnswer(gateway.ToString(), "the host has no address.");
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw ClientException.NoAnswer(gateway.ToString(), e.Message);
        }
    }

    private sealed class Connection(IHost host) : ICluster
    {
        /// <summary>Time for an orderly goodbye; the silo does not depend on it.</summary>
        private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(2);

        public ISweepApi Api { get; } = new GrainSweepApi(host.Services.GetRequiredService<IClusterClient>());

        public async ValueTask DisposeAsync()
        {
            using var limit = new CancellationTokenSource(s_goodbye);
            try
            {
                await host.StopAsync(limit.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or OrleansException or TimeoutException)
            {
                // Gone either way.
            }

            host.Dispose();
        }
    }
}
