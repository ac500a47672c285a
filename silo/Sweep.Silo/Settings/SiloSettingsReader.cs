using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace Sweep.Silo.Settings;

/// <summary>Reads <see cref="SiloSettings"/> from flags, which go over the environment, which goes over <c>appsettings.json</c>.</summary>
public static class SiloSettingsReader
{
    private static readonly Setting[] s_known =
    [
        new("--state", "SWEEP_STATE", "folder", "grain state, artifacts and logs (default: the user's state folder)"),
        new("--name", "SWEEP_SILO_NAME", "name", "name of this silo, the same over restarts (default: primary, or the machine's name with --join)"),
        new("--silo-port", "SWEEP_SILO_PORT", "port", "port for other silos (default 0: a free one)"),
        new("--gateway-port", "SWEEP_GATEWAY_PORT", "port", "port for clients (default 0: a free one)"),
        new("--http-port", "SWEEP_HTTP_PORT", "port", "port of the page and the HTTP API, on loopback (default 0: a free one)"),
        new("--http", "SWEEP_HTTP", "address:port", "where the page and the HTTP API listen, instead of --http-port; other than loopback needs --tokens"),
        new("--tokens", "SWEEP_TOKENS", "file", "tokens that HTTP asks for, one a line, as 'sweep token new' prints them (default: none, and loopback only)"),
        new("--http-body", "SWEEP_HTTP_BODY", "count", "bytes of the largest HTTP request (default 1048576)"),
        new("--http-depth", "SWEEP_HTTP_DEPTH", "count", "levels of the deepest JSON taken over HTTP (default 32)"),
        new("--token-rate", "SWEEP_TOKEN_RATE", "count", "HTTP requests a minute with one token (default 6000)"),
        new("--address-rate", "SWEEP_ADDRESS_RATE", "count", "HTTP requests a minute from one address (default 6000)"),
        new("--join", "SWEEP_JOIN", "host:port", "silo port of the primary to join (default: be the primary)"),
        new("--workers", "SWEEP_WORKERS", "count", "stages run at once (default: one per CUDA device, else one per core)"),
        new("--threads", "SWEEP_THREADS", "count", "cores that all workers together use (default: all)"),
        new("--device", "SWEEP_DEVICE", "device", "cpu or cuda:N; may be given more than once (default: what there is)"),
        new("--data", "SWEEP_DATA", "folder", "folder to search for data sets; may be given more than once"),
        new("--micro-batch", "SWEEP_MICRO_BATCH", "count", "images that go through a net at once in training; less needs less memory (default: a whole step)"),
        new("--loader-threads", "SWEEP_LOADER_THREADS", "count", "threads a worker that prepare images (default: as many as it computes with)"),
        new("--engine", "SWEEP_ENGINE", "file", "the sweep-engine executable (default: beside the silo)"),
        new("--parent-pid", "SWEEP_PARENT_PID", "pid", "end when this process ends"),
        new("--hang-limit", "SWEEP_HANG_LIMIT", "time", "a stage silent for so long is killed (default 5m)"),
        new("--lease", "SWEEP_LEASE", "time", "a worker silent for so long loses its stage (default 10s)"),
        new("--drain-limit", "SWEEP_DRAIN_LIMIT", "time", "time for running epochs to finish at the end (default 60s)"),
    ];

    public static string Help { get; } =
        "usage: sweep-silo [options]\n\n"
        + string.Concat(s_known.Select(setting => $"  {setting.Flag + " <" + setting.Unit + ">",-24} {setting.Meaning} [{setting.Variable}]\n"))
        + "\nTimes are 500ms, 10s, 5m or 1h. The silo prints one line of JSON when it is ready, and logs to standard error.\n";

    /// <param name="environment">Variables of the process.</param>
    /// <param name="file">The section of the settings file, keyed by flag without <c>--</c>; null without a file.</param>
    /// <exception cref="UsageException">A flag is unknown or a value is no value; every fault is named.</exception>
    public static SiloSettings Read(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, IConfiguration? file)
    {
        var values = new Values(ParseFlags(arguments), environment, file);
        var join = values.One("--join", ParseEndPoint);
        var options = new SiloSettings
        {
            StateFolder = Path.GetFullPath(values.Text("--state") ?? UserStateFolder(environment)),
            Name = values.Text("--name") ?? (join is null ? "primary" : MachineName()),
            SiloPort = values.One("--silo-port", ParseCount) ?? 0,
            GatewayPort = values.One("--gateway-port", ParseCount) ?? 0,
            Http = ReadHttp(values),
            Join = join,
            Workers = values.One("--workers", ParseCount),
            Cores = values.One("--threads", ParseCount),
            Devices = values.Many("--device"),
            DataFolders = [.. values.Many("--data").Select(Path.GetFullPath)],
            MicroBatch = values.One("--micro-batch", ParseCount),
            LoaderThreads = values.One("--loader-threads", ParseCount),
            Engine = values.Text("--engine"),
            ParentProcess = values.One("--parent-pid", ParseCount),
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

    private static HttpSettings ReadHttp(Values values)
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

    private static int? ParseCount(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) ? count : null;

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

    private static Dictionary<string, List<string>> ParseFlags(IReadOnlyList<string> arguments)
    {
        var flags = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var (flag, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            if (!s_known.Any(setting => setting.Flag == flag))
            {
                throw new UsageException($"There is no option '{arguments[i]}'.\n\n{Help}");
            }

            value ??= i + 1 < arguments.Count ? arguments[++i] : throw new UsageException($"{flag} needs a value.");
            (flags.TryGetValue(flag, out var values) ? values : flags[flag] = []).Add(value);
        }

        return flags;
    }

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

    private sealed record Setting(string Flag, string Variable, string Unit, string Meaning);

    private sealed class Values(Dictionary<string, List<string>> flags, IReadOnlyDictionary<string, string> environment, IConfiguration? file)
    {
        public List<string> Faults { get; } = [];

        public IReadOnlyList<string> Many(string flag)
        {
            if (flags.TryGetValue(flag, out var given))
            {
                return given;
            }

            var text = environment.GetValueOrDefault(s_known.Single(setting => setting.Flag == flag).Variable);
            if (!string.IsNullOrEmpty(text))
            {
                // A device has a colon of its own.
                return text.Split(flag == "--device" ? ',' : Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            }

            var section = file?.GetSection(flag[2..]);
            return section is null ? [] : section.Value is { } one ? [one] : [.. section.GetChildren().Select(child => child.Value).OfType<string>()];
        }

        public string? Text(string flag)
        {
            if (flags.TryGetValue(flag, out var given))
            {
                return given[^1];
            }

            var text = environment.GetValueOrDefault(s_known.Single(setting => setting.Flag == flag).Variable);
            return string.IsNullOrEmpty(text) ? file?[flag[2..]] : text;
        }

        public T? One<T>(string flag, Func<string, T?> parse)
            where T : struct => Text(flag) is { } text ? parse(text) ?? Refuse<T?>(flag, text) : null;

        public T? One<T>(string flag, Func<string, T?> parse)
            where T : class => Text(flag) is { } text ? parse(text) ?? Refuse<T?>(flag, text) : null;

        private T? Refuse<T>(string flag, string text)
        {
            var unit = s_known.Single(setting => setting.Flag == flag).Unit;
            Faults.Add($"{flag} must be {(unit[0] is 'a' ? "an" : "a")} {unit}, but is '{text}'.");
            return default;
        }
    }
}

/// <summary>The command line or the settings are wrong; the message says which and why.</summary>
public sealed class UsageException(string message) : Exception(message);
