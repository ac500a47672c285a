using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Sweep.Grains;
using Sweep.Scheduling;

namespace Sweep.Testing;

/// <summary>
/// A silo with Sweep's grains in this process, on a fake disk and in virtual time, and workers that the test drives. Time belongs to the
/// grains and workers alone: the silo's own messages run on the system's clock.
/// </summary>
public sealed class FakeCluster(FakeDisk? disk = null, Action<SchedulingOptions>? configure = null) : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly List<FakeWorker> _workers = [];
    private IHost? _host;
    private FakeGrainStorage? _storage;

    public FakeDisk Disk { get; } = disk ?? new FakeDisk();

    public FakeTimeProvider Clock { get; } = new();

    public IReadOnlyList<FakeWorker> Workers => _workers;

    public IGrainFactory Grains => Host.Services.GetRequiredService<IGrainFactory>();

    public ISweepApi Api => new GrainSweepApi(Grains);

    public IWorkQueueGrain Queue => Grains.GetGrain<IWorkQueueGrain>(IWorkQueueGrain.DefaultPool);

    public int GatewayPort { get; private set; }

    private IHost Host => _host ?? throw new InvalidOperationException("The silo must be started before it is used.");

    public static async Task<FakeCluster> Start(int workers = 2, FakeDisk? disk = null, Action<SchedulingOptions>? configure = null)
    {
        var cluster = new FakeCluster(disk, configure);
        await cluster.Start();
        for (var i = 0; i < workers; i++)
        {
            cluster.AddWorker(FormattableString.Invariant($"cpu-{i}"));
        }

        return cluster;
    }

    public FakeWorker AddWorker(string slot, string device = "cpu")
    {
        var worker = new FakeWorker(Queue, Clock, slot, device: device);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Starts a silo, on what an earlier one has left.</summary>
    /// <param name="wake">Whether the silo wakes unfinished experiments; else a queue that is called has to.</param>
    public async Task Start(bool wake = true)
    {
        var storage = _storage = Disk.Open();
        GatewayPort = FreePort();
        var siloPort = FreePort();
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(siloPort, GatewayPort));
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddKeyedSingleton(KeyedService.AnyKey, TimeProvider.System);
        builder.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, Clock);
        builder.Services.AddKeyedSingleton<IGrainStorage>(SchedulingOptions.Storage, storage);
        builder.Services.AddSweepGrains(configure);
        _host = builder.Build();
        await _host.StartAsync();
        foreach (var worker in _workers)
        {
            worker.Queue = Queue;
        }

        if (wake)
        {
            await Grains.GetGrain<IExperimentCatalogGrain>(IExperimentCatalogGrain.Key).WakeUnfinished();
        }
    }

    /// <summary>Kills the silo: nothing it was about to write is written. The disk, the time and the workers go on.</summary>
    public async Task Kill()
    {
        _storage!.Sever();
        var host = Host;
        _host = null;
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await host.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop at once, a host says so.
        }

        await ((IAsyncDisposable)host).DisposeAsync();
        Clock.DropTimers();
    }

    /// <summary>Drives time and workers until the experiment has ended.</summary>
    /// <exception cref="TimeoutException">It has not after four virtual hours; says who stands where.</exception>
    public async Task<ExperimentStatus> RunUntilEnded(string experiment)
    {
        await RunUntil(async () => (await Api.GetStatus(experiment, default)).EndedAt is not null, $"the end of '{experiment}'");
        return await Api.GetStatus(experiment, default);
    }

    /// <summary>Drives time and workers until something is so.</summary>
    /// <exception cref="TimeoutException">It is not after four virtual hours; says who stands where.</exception>
    public async Task RunUntil(Func<Task<bool>> reached, string awaited)
    {
        ArgumentNullException.ThrowIfNull(reached);
        await Clock.WhenIdle();
        var deadline = Clock.GetUtcNow() + TimeSpan.FromHours(4);
        while (!await reached())
        {
            if (Clock.GetUtcNow() > deadline)
            {
                throw new TimeoutException($"After four virtual hours still waiting for {awaited}. {await Describe()}");
            }

            await Turn();
        }
    }

    /// <summary>One tick of time, and every worker's step.</summary>
    public async Task Turn()
    {
        foreach (var worker in _workers)
        {
            await worker.Step();
        }

        Clock.Advance(Tick);
        await Clock.WhenIdle();
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await Kill();
        }
    }

    private async Task<string> Describe()
    {
        var queue = await Api.GetQueue(default);
        var experiments = await Api.List(default);
        return string.Join("; ", experiments.Select(status => FormattableString.Invariant(
                $"{status.Name} is {status.State} with {status.StagesDone} of {status.Stages} stages and {status.Trials}")))
            + FormattableString.Invariant($"; {queue.Depth} stages queued; ")
            + string.Join("; ", queue.Workers.Select(worker => $"{worker.Worker} runs {worker.Running?.Stage.ToString() ?? "nothing"}"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
