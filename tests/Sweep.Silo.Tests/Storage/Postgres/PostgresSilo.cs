using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Storage;
using Sweep.Silo.Settings;
using Sweep.Silo.Storage;

namespace Sweep.Silo.Tests.Storage.Postgres;

/// <summary>A silo with nothing but the product's grain storage on a database.</summary>
internal sealed class PostgresSilo : IAsyncDisposable
{
    private const string Name = "sweep";

    private readonly IHost _host;

    private PostgresSilo(IHost host) => _host = host;

    public IGrainStorage Storage => _host.Services.GetRequiredKeyedService<IGrainStorage>(Name);

    /// <summary>Orleans' own provider, below ours.</summary>
    public IGrainStorage Rows => _host.Services.GetRequiredKeyedService<IGrainStorage>($"{Name}-rows");

    public static async Task<PostgresSilo> Start(string connectionString)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort(), FreePort());
            silo.Configure<ClusterOptions>(ids => (ids.ClusterId, ids.ServiceId) = ("test", "service"));
            silo.AddPostgresGrainStorage(Name, new StorageSettings { Grains = GrainStorageKind.Postgres, Postgres = connectionString });
        });
        var host = builder.Build();
        await host.StartAsync();
        return new PostgresSilo(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
