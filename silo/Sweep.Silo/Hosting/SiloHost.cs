using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Devices;
using Sweep.Silo.Engines;
using Sweep.Silo.Files;
using Sweep.Silo.Http;
using Sweep.Silo.Metrics;
using Sweep.Silo.Settings;
using Sweep.Silo.Workers;

namespace Sweep.Silo.Hosting;

/// <summary>
/// The composition root. Start: Orleans, then unfinished experiments are woken, then workers, then HTTP. Stop: see <see cref="OrderlyStop"/>.
/// </summary>
internal static class SiloHost
{
    public static WebApplication Build(SiloSettings options, StateFolder state, IReadOnlyList<DeviceSlot> slots, string? engine, ILoggerProvider fileLog)
    {
        var ports = SiloPorts.Choose(options);
        var httpPort = ListeningPort.Choose(options.Http.Address, options.Http.Flag, options.Http.Port);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "sweep-silo", ContentRootPath = AppContext.BaseDirectory });
        Log(builder.Logging, fileLog);
        builder.ListenHttp(options.Http, httpPort);
        var metricsPort = builder.ListenMetrics(options.Telemetry.Metrics);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = OrderlyStop.Limit(options));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSweepMetrics();
        builder.Services.AddSweepTraces(options.Telemetry, options.Name);
        builder.Services.AddSingleton<WorkerMeter>();
        builder.Services.AddSingleton(ArtifactStores.Open(options.Storage, state));
        builder.Services.AddSingleton<ISweepApi, GrainSweepApi>();
        builder.Services.AddSingleton(services => new TrialModels(
            services.GetRequiredService<ISweepApi>(),
            services.GetRequiredService<IGrainFactory>(),
            services.GetRequiredService<IArtifactStore>(),
            Path.Combine(state.Silo(options.Name), "models")));
        var tls = SiloTls.Open(options.Tls, TimeProvider.System, fileLog.CreateLogger(nameof(SiloTls)));
        builder.UseOrleans(silo => silo.JoinCluster(options, state, ports, tls));
        builder.Services.AddSingleton<Drain>();
        builder.Services.AddSpotWatch(options.Spot);
        builder.Services.AddSingleton(services => CreateWorkers(services, options, state, slots, engine));
        builder.Services.AddSingleton(options);
        builder.Services.AddHostedService<OrderlyStop>();
        builder.Services.AddSingleton(HealthOf);
        var app = builder.Build();
        tls?.LogTo(app.Services.GetRequiredService<ILogger<SiloTls>>());
        app.SeparateMetrics(metricsPort);
        app.ServeHttp(options.Http, options.Cluster.Role);
        app.MapMetrics(metricsPort);
        app.StartTraces();
        app.Lifetime.ApplicationStarted.Register(() => Announce(app, options, state, ports, metricsPort, slots.Count));
        return app;
    }

    private static SiloHealth HealthOf(IServiceProvider services)
    {
        var workers = services.GetRequiredService<WorkerService>();
        var members = services.GetRequiredService<ISiloStatusOracle>();
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        return new SiloHealth
        {
            Joined = () => members.CurrentStatus == SiloStatus.Active,
            Stopping = () => lifetime.ApplicationStopping.IsCancellationRequested,
            WorkersFault = () => workers.Fault,
        };
    }

    private static void Log(ILoggingBuilder logging, ILoggerProvider fileLog)
    {
        logging.ClearProviders();
        logging.AddProvider(fileLog);
        logging.AddConsole(console => console.FormatterName = LineFormatter.FormatterName);
        logging.AddConsoleFormatter<LineFormatter, Microsoft.Extensions.Logging.Console.ConsoleFormatterOptions>();

        // Standard output belongs to the ready line.
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Orleans", LogLevel.Warning);
    }

    private static WorkerService CreateWorkers(IServiceProvider services, SiloSettings options, StateFolder state, IReadOnlyList<DeviceSlot> slots, string? engine)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var grains = services.GetRequiredService<IGrainFactory>();
        var loggers = services.GetRequiredService<ILoggerFactory>();
        var store = services.GetRequiredService<IArtifactStore>();
        var scratch = state.Silo(options.Name);
        var cache = new ArtifactCache(store, Path.Combine(scratch, "held"), options.CachedArtifacts);
        var gate = new MachineGate();
        var meter = services.GetRequiredService<WorkerMeter>();
        var instance = Guid.NewGuid().ToString("N")[..8];
        meter.HasWorkers(slots.Count);
        var patience = options.Lease / 2;
        var runners = slots.Select(slot => new EngineProcess(
            Engine(options, state, slot, engine!), time, loggers.CreateLogger<EngineProcess>())).ToList();
        var memory = new EngineMemory(slots, runners, services.GetRequiredService<IGpuProbe>(), options.MicroBatch, time);
        var workers = slots.Zip(runners, (slot, runner) => new Worker(
            new WorkerPlace
            {
                Silo = options.Name,
                Device = slot.Device,
                DeviceModels = MachineDevices.ModelsOf(slot.Device),
                Slot = slot.Slot,
                Threads = slot.Threads,
                DeviceId = slot.DeviceId,
                Together = slot.Together,
                Runner = runner,
                Memory = memory.Of(slot, runner),
                Store = store,
                Cache = cache,
                Gate = gate,
                Meter = meter,
                Scratch = Path.Combine(scratch, FileName(slot)),
            },
            instance,
            report => grains.GetGrain<IWorkQueueGrain>(IWorkQueueGrain.DefaultPool).Synchronize(report).WaitAsync(patience, time),
            time,
            loggers.CreateLogger<Worker>())).ToList();
        return new WorkerService(workers, runners, services.GetRequiredService<Drain>(), options, time, loggers.CreateLogger<WorkerService>());
    }

    /// <summary>How one slot's engine process is started.</summary>
    internal static EngineSettings Engine(SiloSettings options, StateFolder state, DeviceSlot slot, string executable) => new()
    {
        Executable = executable,
        Environment = EngineEnvironment.For(EngineEnvironment.OfThisProcess(), slot.Device, slot.Threads),
        Execution = new ExecutionOptions
        {
            DeviceModels = MachineDevices.ModelsOf(slot.Device),
            Device = slot.Device,
            Threads = slot.Threads,
            DataRoots = options.DataFolders,
            MicroBatch = options.MicroBatch,
            LoaderThreads = options.LoaderThreads,
        },
        Log = Path.Combine(state.Logs, $"engine-{options.Name}-{FileName(slot)}.log"),
        HangLimit = options.HangLimit,
    };

    private static string FileName(DeviceSlot slot) => FormattableString.Invariant($"{slot.Device.Replace(':', '-')}-{slot.Slot}");

    private static void Announce(WebApplication app, SiloSettings options, StateFolder state, SiloPorts ports, int? metricsPort, int workers)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var line = CanonicalJson.Serialize(new ReadyLine
        {
            Name = options.Name,
            ClusterId = options.Cluster.ClusterId,
            Pid = Environment.ProcessId,
            SiloPort = ports.Silo,
            GatewayPort = ports.Gateway,
            GatewayTls = options.Tls.IsOn,
            HttpPort = new Uri(address).Port,
            Https = options.Http.IsHttps,
            MetricsPort = metricsPort,
            Workers = workers,
            State = options.StateFolder,
        });
        if (options.Cluster.HostsGrains && IsReachedLocally(options.Cluster.Listen))
        {
            PublishWhileRunning(app, state, line);
        }

        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }

    /// <summary>Clients of this machine look at the loopback address.</summary>
    private static bool IsReachedLocally(IPAddress listen) => IPAddress.IsLoopback(listen) || listen.Equals(IPAddress.Any) || listen.Equals(IPAddress.IPv6Any);

    /// <summary>Whole or not at all, and gone when draining starts: nobody should join a silo that is about to end.</summary>
    private static void PublishWhileRunning(WebApplication app, StateFolder state, string line)
    {
        var fresh = state.Ready + ".new";
        File.WriteAllText(fresh, line + "\n");
        File.Move(fresh, state.Ready, overwrite: true);
        app.Lifetime.ApplicationStopping.Register(() => File.Delete(state.Ready));
    }
}
