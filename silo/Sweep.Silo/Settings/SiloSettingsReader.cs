using System.Globalization;
using System.Net;

namespace Sweep.Silo.Settings;

/// <summary>Reads <see cref="SiloSettings"/> from flags, which go over the environment, which goes over the settings file.</summary>
public static class SiloSettingsReader
{
    public static string Help { get; } =
        "usage: sweep-silo [options]\n\n"
        + string.Concat(SiloFlags.Known.Select(setting => $"  {setting.Flag + " <" + setting.Unit + ">",-24} {setting.Meaning} [{setting.Variable}]\n"))
        + "\n  --check                  say whether the settings hold and the stores can be reached, and end\n"
        + "\nTimes are 500ms, 10s, 5m or 1h; sizes 4096, 512Mi or 1.5Gi. The silo prints one line of JSON when it is ready, and logs to standard error.\n"
        + "\nAsked to stop (SIGTERM, SIGINT), it is no longer ready, lets running epochs finish for --drain-limit, and has ended\n"
        + "20 s after that at the latest. Asked twice, it drops what runs; asked three times, it ends where it stands.\n";

    /// <param name="environment">Variables of the process.</param>
    /// <param name="defaultFile">Path of the settings file when none is named; it may be absent. Null for none.</param>
    /// <exception cref="UsageException">A flag is unknown or a value is no value; every fault is named.</exception>
    public static SiloSettings Read(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string? defaultFile)
    {
        var values = new SettingValues(arguments, environment, defaultFile);
        var parent = values.One("--parent-pid", ParseCount);

        // What another process starts for itself has no business with a pod's neighbours.
        var pod = parent is null ? PodSettings.Of(environment, values.Faults) : new PodSettings();
        var cluster = ReadCluster(values, pod);
        var options = new SiloSettings
        {
            StateFolder = Path.GetFullPath(values.Text("--state") ?? UserStateFolder(environment)),
            Name = values.Text("--name") ?? pod.Name ?? (cluster.Membership == MembershipKind.Primary && cluster.Join is null ? "primary" : MachineName()),
            SiloPort = values.One("--silo-port", ParseCount) ?? 0,
            GatewayPort = values.One("--gateway-port", ParseCount) ?? 0,
            Http = ReadHttp(values),
            Telemetry = new TelemetrySettings { Metrics = values.One("--metrics", ParseListening), Traces = values.One("--otlp", ParseUrl) },
            Cluster = cluster,
            Storage = ReadStorage(values),
            Tls = ReadTls(values),
            Spot = ReadSpot(values),
            Packing = ReadPacking(values),
            Workers = values.One("--workers", ParseCount) ?? (cluster.Role == SiloRole.Control ? 0 : null),
            Cores = values.One("--threads", ParseCount),
            Devices = values.Many("--device"),
            DataFolders = [.. values.Many("--data").Select(Path.GetFullPath)],
            MicroBatch = values.One("--micro-batch", ParseCount),
            LoaderThreads = values.One("--loader-threads", ParseCount),
            Engine = values.Text("--engine"),
            ParentProcess = parent,
        };
        options = options with
        {
            HangLimit = values.One("--hang-limit", ParseTime) ?? options.HangLimit,
            Lease = values.One("--lease", ParseTime) ?? options.Lease,
            DrainLimit = values.One("--drain-limit", ParseTime) ?? options.DrainLimit,
        };
        List<string> faults = [.. values.Faults, .. options.Faults()];
        return faults.Count == 0 ? options : throw new UsageException(string.Join('\n', faults));
    }

    private static ClusterSettings ReadCluster(SettingValues values, PodSettings pod)
    {
        var cluster = new ClusterSettings();
        var listen = values.One("--listen", ParseAddress);
        var advertise = values.One("--advertise", ParseAddress);
        return cluster with
        {
            Role = values.One("--role", ParseWord<SiloRole>) ?? cluster.Role,
            Membership = values.One("--membership", ParseWord<MembershipKind>) ?? cluster.Membership,
            ClusterId = values.Text("--cluster-id") ?? cluster.ClusterId,
            ServiceId = values.Text("--service-id") ?? cluster.ServiceId,
            Listen = listen ?? pod.Listen ?? cluster.Listen,
            Advertise = advertise ?? (listen is null || ClusterSettings.IsEvery(listen) ? pod.Address : null),
            Join = values.One("--join", ParseEndPoint),
        };
    }

    private static StorageSettings ReadStorage(SettingValues values)
    {
        var storage = new StorageSettings();
        return storage with
        {
            Grains = values.One("--grain-storage", ParseWord<GrainStorageKind>) ?? storage.Grains,
            Artifacts = values.One("--artifact-store", ParseWord<ArtifactStoreKind>) ?? storage.Artifacts,
            ArtifactFolder = values.Text("--artifact-folder") is { } folder ? Path.GetFullPath(folder) : null,
            Azure = values.Secret("--azure"),
            AzurePrefix = values.Text("--azure-prefix") ?? storage.AzurePrefix,
            Postgres = values.Secret("--postgres"),
        };
    }

    private static TlsSettings ReadTls(SettingValues values)
    {
        var tls = new TlsSettings();
        return tls with
        {
            Certificate = values.Text("--silo-tls-certificate") is { } certificate ? Path.GetFullPath(certificate) : null,
            Key = values.Text("--silo-tls-key") is { } key ? Path.GetFullPath(key) : null,
            Authority = values.Text("--silo-tls-ca") is { } authority ? Path.GetFullPath(authority) : null,
            Name = values.Text("--silo-tls-name") ?? tls.Name,
        };
    }

    private static SpotSettings ReadSpot(SettingValues values)
    {
        var spot = new SpotSettings();
        return spot with
        {
            Notice = values.Text("--spot-notice"),
            Limit = values.One("--spot-limit", ParseTime) ?? spot.Limit,
        };
    }

    private static PackingSettings ReadPacking(SettingValues values) => new()
    {
        WorkersPerGpu = values.One("--pack", ParseCount),
        Memory = values.One("--memory", ParseSize),
        LockFolder = values.Text("--device-locks") is { } folder ? Path.GetFullPath(folder) : null,
    };

    private static HttpSettings ReadHttp(SettingValues values)
    {
        var http = new HttpSettings();
        var listen = values.One("--http", ParseListening);
        var port = values.One("--http-port", ParseCount);
        if (listen is not null && port is not null)
        {
            values.Faults.Add("--http says the port, so --http-port must not be given beside it.");
        }

        return http with
        {
            Address = listen?.Address ?? http.Address,
            Port = listen?.Port ?? port ?? 0,
            Flag = listen is null ? http.Flag : "--http",
            Tokens = values.Text("--tokens") is { } tokens ? Path.GetFullPath(tokens) : null,
            Certificate = values.Text("--https-certificate") is { } certificate ? Path.GetFullPath(certificate) : null,
            Key = values.Text("--https-key") is { } key ? Path.GetFullPath(key) : null,
            LargestBody = values.One("--http-body", ParseCount) ?? http.LargestBody,
            GreatestDepth = values.One("--http-depth", ParseCount) ?? http.GreatestDepth,
            TokenRate = values.One("--token-rate", ParseCount) ?? http.TokenRate,
            AddressRate = values.One("--address-rate", ParseCount) ?? http.AddressRate,
        };
    }

    /// <returns>Null when the text is no time: a number with <c>ms</c>, <c>s</c>, <c>m</c> or <c>h</c>.</returns>
    public static TimeSpan? ParseTime(string text)
    {
        foreach (var (suffix, unit) in new[] { ("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0) })
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            {
                return TimeSpan.FromSeconds(count * unit);
            }
        }

        return null;
    }

    /// <returns>Bytes; null when the text is no size: a number, alone or with <c>Ki</c>, <c>Mi</c>, <c>Gi</c> or <c>Ti</c>.</returns>
    public static long? ParseSize(string text)
    {
        var power = text.Length > 2 && text[^1] == 'i' ? "KMGT".IndexOf(text[^2]) + 1 : 0;
        return double.TryParse(text.AsSpan(0, power > 0 ? text.Length - 2 : text.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count * Math.Pow(1024, power) < long.MaxValue
            ? (long)(count * Math.Pow(1024, power))
            : null;
    }

    private static int? ParseCount(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <returns>Null when the text is none of the words; numbers are no words.</returns>
    private static T? ParseWord<T>(string text)
        where T : struct, Enum =>
        Enum.GetNames<T>().FirstOrDefault(word => word.ToLowerInvariant() == text) is { } found ? Enum.Parse<T>(found) : null;

    private static IPAddress? ParseAddress(string text) => IPAddress.TryParse(text, out var address) ? address : null;

    private static IPEndPoint? ParseEndPoint(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > IPEndPoint.MaxPort)
        {
            return null;
        }

        var host = text[..colon].Trim('[', ']');
        if (IPAddress.TryParse(host, out var address))
        {
            return new IPEndPoint(address, port);
        }

        try
        {
            var found = Dns.GetHostAddresses(host);
            return found.Length == 0 ? null : new IPEndPoint(found.FirstOrDefault(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork) ?? found[0], port);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return null; // no such host: the caller names the value
        }
    }

    /// <summary>An address of this machine, not a name: a name may mean another interface tomorrow.</summary>
    private static IPEndPoint? ParseListening(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0
            && IPAddress.TryParse(text[..colon] is "localhost" ? "127.0.0.1" : text[..colon].Trim('[', ']'), out var address)
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port <= IPEndPoint.MaxPort
                ? new IPEndPoint(address, port)
                : null;
    }

    private static Uri? ParseUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    private static string UserStateFolder(IReadOnlyDictionary<string, string> environment)
    {
        var state = environment.GetValueOrDefault("XDG_STATE_HOME");
        return Path.Combine(
            string.IsNullOrEmpty(state) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state") : state,
            "sweep");
    }

    private static string MachineName()
    {
        var name = new string([.. Environment.MachineName.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '-')]).Trim('-');
        return name.Length == 0 ? "silo" : name[..Math.Min(name.Length, 63)].TrimEnd('-');
    }
}

/// <summary>The command line or the settings are wrong; the message says which and why.</summary>
public sealed class UsageException(string message) : Exception(message);
