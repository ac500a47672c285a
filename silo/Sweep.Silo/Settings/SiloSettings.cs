using System.Net;
using Sweep.Grains;

namespace Sweep.Silo.Settings;

/// <summary>Everything that can be said about a silo when it starts. Each has a flag and an environment variable; see <see cref="SiloSettingsReader"/>.</summary>
public sealed record SiloSettings
{
    /// <summary>Grain state, artifacts and logs of the cluster on this machine.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Unique in the cluster, and the same over a restart: the queue knows by it that a new worker replaces an old one.</summary>
    public required string Name { get; init; }

    /// <summary>For other silos; 0 for a free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>For clients; 0 for a free one.</summary>
    public int GatewayPort { get; init; }

    /// <summary>The page and the HTTP API.</summary>
    public HttpSettings Http { get; init; } = new();

    public TelemetrySettings Telemetry { get; init; } = new();

    public ClusterSettings Cluster { get; init; } = new();

    public StorageSettings Storage { get; init; } = new();

    /// <summary>Of the ports for silos and clients.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>
    /// Workers of this silo, spread over its devices; null for one per CUDA device, or without one, one per core: two training loops of one
    /// thread are half again as fast as one loop of two. 0 for a silo that only coordinates.
    /// </summary>
    public int? Workers { get; init; }

    /// <summary>Cores that all workers together may use; null for all.</summary>
    public int? Cores { get; init; }

    /// <summary><c>cpu</c> and <c>cuda:N</c>; empty for what the engine finds.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Folders searched for data sets, before the engine's own.</summary>
    public IReadOnlyList<string> DataFolders { get; init; } = [];

    /// <summary>
    /// Images that go through a net at once in training: a step of more is taken in parts, which needs less memory and gives the same answer
    /// but for rounding. Null for the whole step.
    /// </summary>
    public int? MicroBatch { get; init; }

    /// <summary>Threads a worker that decode and augment images ahead of training; null for as many as it computes with.</summary>
    public int? LoaderThreads { get; init; }

    /// <summary>Path of the engine's executable; null to look beside the silo, then in the build outputs of its checkout.</summary>
    public string? Engine { get; init; }

    /// <summary>The silo ends when this process does; null to live on its own.</summary>
    public int? ParentProcess { get; init; }

    /// <summary>A stage without news for so long is hung, and its engine is killed.</summary>
    public TimeSpan HangLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A worker that does not call for so long has lost its stage. Long enough for a garbage collection or a busy disk, short enough that a
    /// lost machine costs seconds.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for running epochs to finish when the silo is asked to stop; then they are given up and repeated from the last checkpoint.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(60);

    public SpotSettings Spot { get; init; } = new();

    public PackingSettings Packing { get; init; } = new();

    /// <summary>Artifacts of finished stages kept on this silo's own disk.</summary>
    public int CachedArtifacts { get; init; } = 32;

    /// <summary>Whether the folder of grain state is this silo's, and no other's.</summary>
    public bool KeepsGrainFiles => Cluster.HostsGrains && Storage.Grains == GrainStorageKind.Files;

    /// <returns>The broken rules, each naming the flag and the value; empty when all is well.</returns>
    public IEnumerable<string> Faults()
    {
        if (!PlainName.Fits(Name))
        {
            yield return $"--name must be {PlainName.Rule}, but is '{Name}'.";
        }

        foreach (var (flag, port) in new[] { ("--silo-port", SiloPort), ("--gateway-port", GatewayPort), ("--http-port", Http.Port) })
        {
            if (port is < 0 or > IPEndPoint.MaxPort)
            {
                yield return FormattableString.Invariant($"{flag} must lie in [0, {IPEndPoint.MaxPort}], but is {port}.");
            }
        }

        foreach (var fault in Http.Faults().Concat(Cluster.Faults()).Concat(Storage.Faults(Cluster)).Concat(Tls.Faults()).Concat(Spot.Faults()).Concat(Packing.Faults()))
        {
            yield return fault;
        }

        if (Cluster.Role == SiloRole.Control && Workers > 0)
        {
            yield return FormattableString.Invariant($"--role control has no workers, but --workers is {Workers}.");
        }

        foreach (var (flag, given) in new[] { ("--device", Devices.Count > 0), ("--engine", Engine is not null) })
        {
            if (Cluster.Role == SiloRole.Control && given)
            {
                yield return $"--role control starts no engine, but {flag} is given.";
            }
        }

        foreach (var clash in new[] { ("--silo-port", SiloPort), ("--gateway-port", GatewayPort), (Http.Flag, Http.Port) }
            .Where(port => port.Item2 > 0).GroupBy(port => port.Item2, port => port.Item1).Where(port => port.Count() > 1))
        {
            yield return FormattableString.Invariant($"{string.Join(" and ", clash)} must be different ports, but are {clash.Key}.");
        }

        if (Workers < 0)
        {
            yield return FormattableString.Invariant($"--workers must be at least 0, but is {Workers}.");
        }

        if (Cores < 1)
        {
            yield return FormattableString.Invariant($"--threads must be at least 1, but is {Cores}.");
        }

        foreach (var (flag, count) in new[] { ("--micro-batch", MicroBatch), ("--loader-threads", LoaderThreads) })
        {
            if (count < 1)
            {
                yield return FormattableString.Invariant($"{flag} must be at least 1, but is {count}.");
            }
        }

        foreach (var device in Devices.Where(device => !IsDevice(device)))
        {
            yield return $"--device must be cpu or cuda:N, but is '{device}'.";
        }

        foreach (var folder in DataFolders.Where(folder => !Directory.Exists(folder)))
        {
            yield return $"--data must name a folder that exists, but '{folder}' does not.";
        }

        foreach (var (flag, limit) in new[] { ("--hang-limit", HangLimit), ("--drain-limit", DrainLimit) })
        {
            if (limit <= TimeSpan.Zero)
            {
                yield return $"{flag} must be longer than 0, but is {limit}.";
            }
        }

        if (Lease < TimeSpan.FromSeconds(1))
        {
            yield return $"--lease must be at least 1 s, because workers call three times in it, but is {Lease}.";
        }
    }

    private static bool IsDevice(string device) =>
        device == "cpu" || (device.StartsWith("cuda:", StringComparison.Ordinal) && device.Length > 5 && device[5..].All(char.IsAsciiDigit));
}
