using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;
using Xunit;

namespace Sweep.Testing.Postgres;

/// <summary>
/// A PostgreSQL server of a test assembly's own: a fresh cluster in a temporary folder, a free port on loopback, passwords asked for, and no
/// fsync, for only a power cut would need it. Gone at the end.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    /// <summary>Owns everything in it.</summary>
    public const string Owner = "sweep";

    private const string ReadyWords = "database system is ready to accept connections";

    /// <summary>The tests' own connections live by themselves: a server that was stopped leaves dead ones in a pool.</summary>
    private const string Aside = ";Pooling=false";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly string? s_programs = FindPrograms();

    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-postgres-").FullName;
    private readonly ConcurrentQueue<string> _said = new();
    private Process? _process;
    private int _databases;

    /// <summary>Why there can be no server here; null where there can.</summary>
    public static string? Missing => s_programs is null
        ? "PostgreSQL is not installed: neither PATH nor /usr/lib/postgresql/*/bin has initdb and postgres."
        : null;

    /// <summary>Where it listens.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    public int Port { get; private set; }

    public string Password { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>What the server has said.</summary>
    public string Log => string.Join('\n', _said);

    private string DataFolder => Path.Combine(_folder, "data");

    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        var words = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(words, Password + "\n");
        if (Environment.IsPrivilegedProcess)
        {
            await Run("chown", "-R", "postgres", _folder);
        }

        await RunAsPostgres("initdb", "-D", DataFolder, "-U", Owner, "-A", "scram-sha-256", "--pwfile", words, "--locale=C", "-E", "UTF8", "--no-sync", "--no-instructions");
        await File.AppendAllTextAsync(Path.Combine(DataFolder, "pg_hba.conf"), "host all all samenet scram-sha-256\n");
        Port = FreePort();
        await Start();
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            await Stop();
        }

        NpgsqlConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    /// <returns>The connection string of a database that nobody has used.</returns>
    public async Task<string> CreateDatabase()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await Execute(ConnectionString("postgres"), $"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    public string ConnectionString(string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host={Address};Port={Port};Database={database};Username={Owner};Password={Password}");

    public static async Task Execute(string connectionString, string text)
    {
        await using var connection = new NpgsqlConnection(connectionString + Aside);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <returns>The first column of each row.</returns>
    public static async Task<IReadOnlyList<T>> Query<T>(string connectionString, string text)
    {
        await using var connection = new NpgsqlConnection(connectionString + Aside);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(text, connection);
        await using var reader = await command.ExecuteReaderAsync();
        List<T> rows = [];
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetFieldValue<T>(0));
        }

        return rows;
    }

    /// <summary>On the same port and data as before.</summary>
    public async Task Start()
    {
        var process = new Process { StartInfo = AsPostgres("postgres", "-D", DataFolder, "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", $"listen_addresses={Address}", "-k", _folder, "-c", "fsync=off", "-c", "max_connections=200") };
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"PostgreSQL must start, but ended:\n{Log}"));
        process.ErrorDataReceived += (_, line) =>
        {
            _said.Enqueue(line.Data ?? "");
            if (line.Data?.Contains(ReadyWords, StringComparison.Ordinal) == true)
            {
                ready.TrySetResult();
            }
        };
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _process = process;
        await ready.Task.WaitAsync(s_limit);
    }

    /// <summary>Connections are ended; what was committed stays.</summary>
    public async Task Stop()
    {
        using var process = _process ?? throw new InvalidOperationException("The server must run to be stopped, but does not.");
        await RunAsPostgres("pg_ctl", "stop", "-D", DataFolder, "-m", "fast");
        await process.WaitForExitAsync().WaitAsync(s_limit);
        _process = null;
    }

    /// <summary>The servers' own programs, from the newest version that is there.</summary>
    private static string? FindPrograms()
    {
        const string Debian = "/usr/lib/postgresql";
        var versions = Directory.Exists(Debian) ? Directory.GetDirectories(Debian).OrderByDescending(VersionOf).Select(folder => Path.Combine(folder, "bin")) : [];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(versions)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    private static int VersionOf(string folder) =>
        int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;

    private int FreePort()
    {
        using var listener = new TcpListener(Address, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private ProcessStartInfo AsPostgres(string program, params string[] arguments)
    {
        var path = Path.Combine(s_programs!, program);
        string[] line = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments]
            : [path, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private Task RunAsPostgres(string program, params string[] arguments) => Finish(AsPostgres(program, arguments));

    private static Task Run(string program, params string[] arguments) =>
        Finish(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });

    private static async Task Finish(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).WaitAsync(s_limit);
        await process.WaitForExitAsync().WaitAsync(s_limit);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', start.ArgumentList)} must succeed, but ended with {process.ExitCode}: {string.Concat(said)}");
        }
    }
}
