using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sweep.Silo.Storage.Postgres;

/// <summary>Prepares the database before anything else of the silo starts.</summary>
internal sealed partial class PostgresStart(
    PostgresAddress address, IEnumerable<PostgresNeed> needs, TimeProvider time, ILogger<PostgresStart> log) : IHostedLifecycleService
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await new PostgresSchema(address.ConnectionString, s_patience, time).Prepare([.. needs], cancellationToken);
        LogPrepared();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL holds what silos need")]
    private partial void LogPrepared();
}

/// <summary>Where the database is. Secret.</summary>
internal sealed record PostgresAddress(string ConnectionString)
{
    public override string ToString() => nameof(PostgresAddress);
}
