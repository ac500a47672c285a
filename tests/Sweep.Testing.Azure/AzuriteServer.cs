using System.Diagnostics;

namespace Sweep.Testing.Azure;

/// <summary>
/// Azurite, the public emulator of Azure Storage: blobs and tables on free ports of the loopback address, kept in memory. One for the
/// whole test process; it ends with it, even when that is killed.
/// </summary>
public sealed class AzuriteServer
{
    /// <summary>The account every Azurite has, and its key: both are published, and open nothing else.</summary>
    public const string AccountName = "devstoreaccount1";
    public const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // Azurite listens to signals only; the pipe of standard input also ends when this process is killed.
    private const string Script = """
        process.argv.splice(1, 0, 'azurite');
        process.stdin.on('end', () => process.exit(0)).resume();
        require(process.env.AZURITE);
        """;

    private static readonly Lazy<Task<AzuriteServer>> Shared = new(StartAsync);
    private static readonly string? Program = FindProgram();
    private static readonly string? Node = FindNode();

    private readonly Process _process;

    private AzuriteServer(Process process, Uri blobEndpoint, Uri tableEndpoint)
    {
        _process = process;
        BlobEndpoint = blobEndpoint;
        TableEndpoint = tableEndpoint;
    }

    /// <summary>Why tests against Azurite are skipped here; null where they run.</summary>
    public static string? Missing =>
        Node is null ? "node is not installed."
        : Program is null ? "Azurite is not installed; build/install-test-tools.sh installs it."
        : null;

    /// <summary>http://127.0.0.1:PORT/devstoreaccount1</summary>
    public Uri BlobEndpoint { get; }

    /// <inheritdoc cref="BlobEndpoint"/>
    public Uri TableEndpoint { get; }

    /// <summary>Names both endpoints, the account and its key.</summary>
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};BlobEndpoint={BlobEndpoint};TableEndpoint={TableEndpoint};";

    /// <summary>The one server of this process, started by the first who asks.</summary>
    public static Task<AzuriteServer> RunningAsync() => Shared.Value;

    /// <summary>A name that no other test uses, fit for a container or (with letters first and no dash) a table.</summary>
    public static string UniqueName(string prefix = "test") => $"{prefix}{Guid.NewGuid():N}";

    private static async Task<AzuriteServer> StartAsync()
    {
        var start = new ProcessStartInfo(
            Node ?? throw new InvalidOperationException(Missing),
            [
                "-e", Script, "--", "--silent", "--disableTelemetry", "--inMemoryPersistence", "--skipApiVersionCheck",
                "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1",
                "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["AZURITE"] = Program ?? throw new InvalidOperationException(Missing);

        var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => process.Kill();
        var errors = process.StandardError.ReadToEndAsync();

        Uri? blobs = null, tables = null;
        while (blobs is null || tables is null)
        {
            var line = await process.StandardOutput.ReadLineAsync()
                ?? throw new InvalidOperationException($"Azurite ended before it listened: {await errors}");
            blobs ??= Endpoint(line, "Blob");
            tables ??= Endpoint(line, "Table");
        }

        // A full pipe would stop the server.
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        return new AzuriteServer(process, blobs, tables);
    }

    private static Uri? Endpoint(string line, string service)
    {
        var said = $"Azurite {service} service is successfully listening at ";
        return line.StartsWith(said, StringComparison.Ordinal) ? new Uri($"{line[said.Length..].Trim()}/{AccountName}") : null;
    }

    private static string? FindProgram()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sweep.sln")))
            {
                var program = Path.Combine(
                    folder.FullName, "artifacts", "test-tools", "node_modules", "azurite", "dist", "src", "azurite.js");
                return File.Exists(program) ? program : null;
            }
        }

        return null;
    }

    private static string? FindNode() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "node"))
        .FirstOrDefault(File.Exists);

    public override string ToString() => $"Azurite {_process.Id}: {BlobEndpoint}, {TableEndpoint}";
}
