namespace Sweep.Silo.Settings;

/// <summary>One thing that can be said about a silo when it starts.</summary>
/// <param name="Variable">Environment variable; weaker than the flag.</param>
/// <param name="Unit">What the value is, for the help and for messages.</param>
/// <param name="Repeats">Whether it may be given more than once.</param>
public sealed record SiloFlag(string Flag, string Variable, string Unit, string Meaning, bool Repeats = false);

/// <summary>All of them, in the order of the help.</summary>
public static class SiloFlags
{
    public const string SettingsFlag = "--settings";

    public static readonly SiloFlag[] Known =
    [
        new(SettingsFlag, "SWEEP_SETTINGS", "file", "JSON file with any of these, weaker than both (default: appsettings.json beside the silo, if it is there)"),
        new("--state", "SWEEP_STATE", "folder", "grain state, artifacts and logs (default: the user's state folder)"),
        new("--name", "SWEEP_SILO_NAME", "name", "name of this silo, the same over restarts (default: POD_NAME, else primary, or the machine's name when others make the cluster)"),
        new("--silo-port", "SWEEP_SILO_PORT", "port", "port for other silos (default 0: a free one)"),
        new("--gateway-port", "SWEEP_GATEWAY_PORT", "port", "port for clients (default 0: a free one)"),
        new("--listen", "SWEEP_LISTEN", "address", "address of the two ports above (default: every address in a pod that knows its POD_IP, else 127.0.0.1)"),
        new("--advertise", "SWEEP_ADVERTISE", "address", "address under which others reach them (default: POD_IP, else --listen)"),
        new("--silo-tls-certificate", "SWEEP_SILO_TLS_CERTIFICATE", "file", "PEM file with this silo's certificate, and those above it, to encrypt the two ports above with, for whoever shows one, too; read again when it changes (default: none, and no encryption)"),
        new("--silo-tls-key", "SWEEP_SILO_TLS_KEY", "file", "PEM file with that certificate's key"),
        new("--silo-tls-ca", "SWEEP_SILO_TLS_CA", "file", "PEM file with the authorities that alone vouch for silos and clients"),
        new("--silo-tls-name", "SWEEP_SILO_TLS_NAME", "name", "DNS name in every silo's certificate (default sweep-silo)"),
        new("--http-port", "SWEEP_HTTP_PORT", "port", "port of the page and the HTTP API, on loopback (default 0: a free one)"),
        new("--http", "SWEEP_HTTP", "address:port", "where the page and the HTTP API listen, instead of --http-port; other than loopback needs --tokens"),
        new("--tokens", "SWEEP_TOKENS", "file", "tokens that HTTP asks for, one a line, as 'sweep token new' prints them (default: none, and loopback only)"),
        new("--https-certificate", "SWEEP_HTTPS_CERTIFICATE", "file", "PEM file with the certificate, and those above it, to serve HTTPS with; read again when it changes (default: none, and plain HTTP)"),
        new("--https-key", "SWEEP_HTTPS_KEY", "file", "PEM file with the certificate's key"),
        new("--http-body", "SWEEP_HTTP_BODY", "count", "bytes of the largest HTTP request (default 1048576)"),
        new("--http-depth", "SWEEP_HTTP_DEPTH", "count", "levels of the deepest JSON taken over HTTP (default 32)"),
        new("--token-rate", "SWEEP_TOKEN_RATE", "count", "HTTP requests a minute with one token (default 6000)"),
        new("--address-rate", "SWEEP_ADDRESS_RATE", "count", "HTTP requests a minute from one address (default 6000)"),
        new("--metrics", "SWEEP_METRICS", "address:port", "where /metrics is served instead, without tokens, for a port that no ingress leads to (default: beside the API)"),
        new("--otlp", "OTEL_EXPORTER_OTLP_ENDPOINT", "url", "collector that takes traces by OTLP, http://host:4318 for example (default: none)"),
        new("--join", "SWEEP_JOIN", "host:port", "silo port of the primary to join (default: be the primary)"),
        new("--role", "SWEEP_ROLE", "word", "control (grains, API and page), worker (devices), or both (default both)"),
        new("--membership", "SWEEP_MEMBERSHIP", "word", "where silos find one another: primary, azure or postgres (default primary)"),
        new("--cluster-id", "SWEEP_CLUSTER_ID", "name", "silos of one id form a cluster (default sweep)"),
        new("--service-id", "SWEEP_SERVICE_ID", "name", "whose grain state it is; outlives cluster ids (default sweep)"),
        new("--grain-storage", "SWEEP_GRAIN_STORAGE", "word", "files, azure or postgres (default files)"),
        new("--artifact-store", "SWEEP_ARTIFACT_STORE", "word", "folder or azure (default folder)"),
        new("--artifact-folder", "SWEEP_ARTIFACT_FOLDER", "folder", "folder of artifacts, seen by every silo (default: in the state folder)"),
        new("--azure", "SWEEP_AZURE", "value", "connection string or blob address of Azure Storage, or @file with it"),
        new("--azure-prefix", "SWEEP_AZURE_PREFIX", "name", "what containers and tables begin with (default sweep)"),
        new("--postgres", "SWEEP_POSTGRES", "value", "connection string of PostgreSQL, or @file with it"),
        new("--workers", "SWEEP_WORKERS", "count", "stages run at once (default: one per CUDA device, else one per core)"),
        new("--threads", "SWEEP_THREADS", "count", "cores that all workers together use (default: all)"),
        new("--device", "SWEEP_DEVICE", "device", "cpu or cuda:N; may be given more than once (default: what there is)", Repeats: true),
        new("--pack", "SWEEP_PACK", "count", "most workers on one CUDA device, packed by measured memory (default 1: exclusive)"),
        new("--memory", "SWEEP_MEMORY", "size", "memory that CPU workers together may use, such as 6Gi (default: the machine's or its control group's)"),
        new("--device-locks", "SWEEP_DEVICE_LOCKS", "folder", "where silos of one machine lock its devices (default: /run/lock/sweep-devices, else in the temporary folder)"),
        new("--data", "SWEEP_DATA", "folder", "folder to search for data sets; may be given more than once", Repeats: true),
        new("--micro-batch", "SWEEP_MICRO_BATCH", "count", "images that go through a net at once in training; less needs less memory (default: a whole step)"),
        new("--loader-threads", "SWEEP_LOADER_THREADS", "count", "threads a worker that prepare images (default: as many as it computes with)"),
        new("--engine", "SWEEP_ENGINE", "file", "the sweep-engine executable (default: beside the silo)"),
        new("--parent-pid", "SWEEP_PARENT_PID", "pid", "end when this process ends"),
        new("--hang-limit", "SWEEP_HANG_LIMIT", "time", "a stage silent for so long is killed (default 5m)"),
        new("--lease", "SWEEP_LEASE", "time", "a worker silent for so long loses its stage (default 10s)"),
        new("--drain-limit", "SWEEP_DRAIN_LIMIT", "time", "time for running epochs to finish at the end (default 60s)"),
        new("--spot-notice", "SWEEP_SPOT_NOTICE", "file or address", "what announces that this machine is taken away: a file that appears, or a cloud's metadata address"),
        new("--spot-limit", "SWEEP_SPOT_LIMIT", "time", "time for running epochs to finish after that notice (default 25s)"),
    ];

    /// <exception cref="InvalidOperationException">There is no such flag.</exception>
    public static SiloFlag Of(string flag) => Known.Single(setting => setting.Flag == flag);
}
