using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sweep.Silo.Artifacts;
using Sweep.Silo.Devices;
using Sweep.Silo.Engines;
using Sweep.Silo.Files;
using Sweep.Silo.Http;
using Sweep.Silo.Settings;
using Sweep.Silo.Storage;
using Sweep.Silo.Storage.Journal;
using Sweep.Silo.Storage.Postgres;
using Sweep.Silo.Workers;

namespace Sweep.Silo.Hosting;

/// <summary>A silo's life: takes its folders, starts, waits to be asked to stop.</summary>
internal static class SiloProgram
{
    /// <summary>A silo that was killed a moment ago needs a moment to go, and its folders with it.</summary>
    private static readonly TimeSpan s_lockPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_checkLimit = TimeSpan.FromSeconds(45);

    public static async Task<int> Run(SiloSettings options)
    {
        var state = new StateFolder(options.StateFolder);
        try
        {
            state.Create();
            using var grains = options.KeepsGrainFiles ? await FolderLock.Acquire(state.Grains, s_lockPatience, TimeProvider.System) : null;
            using var scratch = await FolderLock.Acquire(state.Silo(options.Name), s_lockPatience, TimeProvider.System);
            ClearScratch(state.Silo(options.Name));
            await AzureContainers.Create(options.Storage, options.Cluster.HostsGrains, CancellationToken.None);
            using var fileLog = new FileLog(state.SiloLog(options.Name), TimeProvider.System);
            var engine = options.Workers == 0 ? null : EngineFile.Find(options.Engine, AppContext.BaseDirectory);
            var limits = MachineLimits.Read("/", Environment.ProcessorCount);
            using var gpus = new NvmlProbe();
            var layout = DevicePlan.Lay(options, await FindDevices(options, state, engine, fileLog), limits, gpus.Read());
            using var claims = await DeviceClaims.Take(
                layout.Slots, options.Packing.LockFolder, limits.Cores, TimeProvider.System, fileLog.CreateLogger(nameof(DeviceClaims)));
            await using var app = SiloHost.Build(options, state, layout.Slots, engine, fileLog);
            Describe(app.Logger, limits, layout);
            if (options.ParentProcess is { } parent)
            {
                ParentProcess.Watch(parent, () => EndWithParent(app, parent));
            }

            app.Logger.LogInformation("Asked to stop, this silo ends within {Limit}", OrderlyStop.Limit(options));
            await RunToItsEnd(app);
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is FolderInUseException or PortInUseException or DeviceInUseException)
        {
            return Refuse(e, ExitCode.Conflict);
        }
        catch (Exception e) when (e is TokenFileException or CertificateFileException or UsageException)
        {
            return Refuse(e, ExitCode.Usage);
        }
        catch (Exception e) when (e is StateFolderException or PostgresRefusedException or JournalDamagedException or GrainFileDamagedException or GrainStorageException or NotSupportedException or FileNotFoundException or IOException or UnauthorizedAccessException)
        {
            return Refuse(e, ExitCode.Error);
        }
        catch (Exception e)
        {
            // The end of the process either way: say what happened in a sentence, and keep the rest for whoever looks for it.
            await Console.Error.WriteLineAsync($"{e}");
            return Refuse(e, ExitCode.Error);
        }
    }

    private static void Describe(ILogger log, MachineLimits limits, DeviceLayout layout)
    {
        log.LogInformation("This silo may use {Limits}", limits.Describe());
        foreach (var note in layout.Notes)
        {
            log.LogWarning("{Note}", note);
        }
    }

    /// <summary>Builds the silo, does not start it, and tries its stores; says of each how it stands.</summary>
    public static async Task<int> Check(SiloSettings options)
    {
        try
        {
            var state = new StateFolder(options.StateFolder);
            state.Create();
            using var fileLog = new FileLog(state.SiloLog(options.Name), TimeProvider.System);
            var engine = options.Workers == 0 ? null : EngineFile.Find(options.Engine, AppContext.BaseDirectory);

            // A silo that runs on this machine already may have the ports: they are not what is asked about.
            var portless = options with { SiloPort = 0, GatewayPort = 0, Http = options.Http with { Port = 0 } };
            // And its journal of grain state is its own: another one beside it is tried.
            var aside = state with { Grains = Path.Combine(state.Grains, FormattableString.Invariant($"check-{Environment.ProcessId}")) };
            await using var app = SiloHost.Build(portless, aside, [], engine, fileLog);
            var isGood = await Try("artifact store", () => StoreCheck.TryArtifacts(app.Services.GetRequiredService<IArtifactStore>(), Path.Combine(state.Root, $"check-{Environment.ProcessId}")));
            if (options.Cluster.HostsGrains)
            {
                isGood &= await Try("grain storage", () => StoreCheck.TryGrains(app.Services));
                if (Directory.Exists(aside.Grains))
                {
                    Directory.Delete(aside.Grains, recursive: true);
                }
            }

            return isGood ? ExitCode.Ok : ExitCode.Error;
        }
        catch (Exception e) when (e is TokenFileException or CertificateFileException or UsageException)
        {
            return Refuse(e, ExitCode.Usage);
        }
        catch (Exception e)
        {
            return Refuse(e, ExitCode.Error);
        }
    }

    private static async Task<bool> Try(string store, Func<Task> access)
    {
        try
        {
            await access().WaitAsync(s_checkLimit, TimeProvider.System);
            Console.Out.WriteLine($"{store}: what was written came back");
            return true;
        }
        catch (Exception e)
        {
            // Of any kind: a store that cannot be used says so in its own words, and the others are still tried.
            Console.Error.WriteLine($"sweep-silo: The {store} must take a probe and give it back within {s_checkLimit.TotalSeconds} s, but: {e.Message}");
            return false;
        }
    }

    private static async Task RunToItsEnd(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return; // asked to stop while it started
        }

        await app.WaitForShutdownAsync();
    }

    private static int Refuse(Exception reason, int code)
    {
        Console.Error.WriteLine($"sweep-silo: {reason.Message}");
        return code;
    }

    /// <summary>Whatever an earlier run left: all that matters of it is in the store.</summary>
    private static void ClearScratch(string folder)
    {
        foreach (var left in Directory.EnumerateDirectories(folder))
        {
            Directory.Delete(left, recursive: true);
        }
    }

    private static Task<IReadOnlyList<string>> FindDevices(SiloSettings options, StateFolder state, string? engine, FileLog fileLog)
    {
        var log = fileLog.CreateLogger(nameof(DevicePlan));
        return DevicePlan.Find(options, () => new EngineProcess(SiloHost.Engine(options, state, new DeviceSlot("probe", 0, 1), engine!), TimeProvider.System, log), log);
    }

    /// <summary>
    /// No draining: the parent was killed, and the next one may be starting already and wants this folder. Ending the process closes its
    /// engines' input, which ends them too; everything else is as after a power cut, which every start copes with.
    /// </summary>
    private static void EndWithParent(WebApplication app, int parent)
    {
        app.Logger.LogWarning("Process {Parent}, which started this silo, is gone; the silo ends at once", parent);
        Environment.Exit(ExitCode.Error);
    }
}
