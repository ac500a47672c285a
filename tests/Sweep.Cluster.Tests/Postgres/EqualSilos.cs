using System.Diagnostics;
using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Cluster.Tests.Postgres;

/// <summary>Two control silos and two worker silos, equals, with membership and grain state in one database, one folder of artifacts, and a state folder each.</summary>
internal sealed class EqualSilos(string state, string database, Func<string, (SiloPlace Place, string[] Options)> where) : IAsyncDisposable
{
    public static readonly string[] Controls = ["control-1", "control-2"];
    public static readonly string[] Workers = ["worker-1", "worker-2"];

    /// <summary>An exposition has this line where the queue lives, and nowhere else.</summary>
    private const string QueueMetric = "\nsweep_queue_depth{";

    private readonly Dictionary<string, SiloProcess> _silos = [];
    private readonly List<string> _ended = [];

    /// <summary>What all of them have logged, by silo.</summary>
    public string Errors => string.Concat(_ended.Concat(_silos.Select(silo => $"--- {silo.Key}\n{silo.Value.Errors}")));

    public SiloProcess this[string name] => _silos[name];

    /// <summary>Any control silo that runs.</summary>
    public SiloProcess Control => _silos[Controls.First(_silos.ContainsKey)];

    /// <param name="where">By a silo's name, what is special about its place.</param>
    public static async Task<EqualSilos> Start(string state, string database, Func<string, (SiloPlace Place, string[] Options)>? where = null)
    {
        var silos = new EqualSilos(state, database, where ?? (_ => (new SiloPlace(), [])));
        foreach (var name in Controls.Concat(Workers))
        {
            await silos.Start(name);
        }

        return silos;
    }

    public async Task Start(string name)
    {
        var role = name[..name.IndexOf('-', StringComparison.Ordinal)];
        string[] all =
        [
            "--name", name, "--role", role, "--membership", "postgres", "--grain-storage", "postgres", "--postgres", database, "--lease", "10s",
            "--artifact-folder", Path.Combine(state, "artifacts"),
        ];
        var (place, options) = where(name);
        _silos.Add(name, await SiloProcess.StartAt(place, Path.Combine(state, name), [.. all, .. role == "worker" ? ["--workers", "1", "--threads", "1"] : Array.Empty<string>(), .. options]));
    }

    /// <summary>One that has ended by itself.</summary>
    public async Task Restart(string name)
    {
        await Forget(name);
        await Start(name);
    }

    /// <returns>When: by the clock, which the database shares.</returns>
    public async Task<DateTime> Kill(string name)
    {
        var silo = _silos[name];
        var engines = silo.Engines();
        silo.Kill();
        var killed = TimeProvider.System.GetUtcNow().UtcDateTime;
        await Forget(name);
        await Waiting.For("its engines should be gone", TimeSpan.FromSeconds(20), () => Task.FromResult(engines.Any(ProcessTable.IsAlive) ? null : engines));
        return killed;
    }

    /// <returns>How long it took to leave.</returns>
    public async Task<TimeSpan> Terminate(string name)
    {
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await _silos[name].Terminate());
        var took = watch.Elapsed;
        await Forget(name);
        return took;
    }

    /// <summary>The control silo on which the work queue's grain lives.</summary>
    public Task<string> HostOfTheQueue() => Waiting.For(
        "one control silo should show the queue",
        TimeSpan.FromMinutes(1),
        async () =>
        {
            await Control.Queue();
            foreach (var name in Controls.Where(_silos.ContainsKey))
            {
                if ((await _silos[name].Metrics()).Contains(QueueMetric, StringComparison.Ordinal))
                {
                    return name;
                }
            }

            return null;
        },
        () => Errors);

    /// <summary>How long after a moment some stage was written again.</summary>
    public Task<string> SecondsUntilProgress(DateTime since, StageId? stage = null) => Waiting.For(
        $"{(stage is null ? "some stage" : $"{stage}")} should go on",
        TimeSpan.FromMinutes(3),
        async () => await StateRows.FirstWriteAfter(database, since, stage) is { } written
            ? (written - since).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)
            : null,
        () => Errors);

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.Values)
        {
            await silo.DisposeAsync();
        }
    }

    private async Task Forget(string name)
    {
        _ended.Add($"--- {name}, ended\n{_silos[name].Errors}");
        await _silos[name].DisposeAsync();
        _silos.Remove(name);
    }
}
