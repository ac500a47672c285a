using System.Globalization;
using Npgsql;

namespace Sweep.Silo.Storage.Postgres;

/// <summary>
/// Sees to it that a database holds what silos need. Tables that are not there are made, older ones are brought forward, newer ones are
/// refused; what Orleans' own scripts made is left alone, if it is whole. Any number of silos may do so at once: one transaction each, behind
/// an advisory lock.
/// </summary>
/// <param name="connectionString">As <see cref="PostgresConnection.Complete"/> gives it.</param>
/// <param name="patience">How long a server may take to be reachable: it may be starting beside this silo.</param>
public sealed class PostgresSchema(string connectionString, TimeSpan patience, TimeProvider time)
{
    /// <summary>Anything that nobody else locks: the letters "sweep".</summary>
    private const long Lock = 0x73_77_65_65_70;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly NpgsqlConnectionStringBuilder _words = new(connectionString);

    /// <summary>The version that this silo makes.</summary>
    public static int Newest => PostgresMigration.All[^1].Version;

    /// <exception cref="PostgresRefusedException">The database cannot be used; says why, and what to do.</exception>
    public async Task Prepare(IReadOnlyCollection<PostgresNeed> needs, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(needs);
        try
        {
            await using var connection = await Connect(cancellation);
            await using (var transaction = await connection.BeginTransactionAsync(cancellation))
            {
                await Execute(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({Lock})"), cancellation);
                await BringForward(connection, needs, cancellation);
                await transaction.CommitAsync(cancellation);
            }

            foreach (var need in needs)
            {
                await CheckRights(connection, need, cancellation);
            }
        }
        catch (NpgsqlException e)
        {
            throw PostgresRefusedException.Of(e, _words);
        }
    }

    private static async Task BringForward(NpgsqlConnection connection, IReadOnlyCollection<PostgresNeed> needs, CancellationToken cancellation)
    {
        if (!await Exists(connection, "sweepschema", cancellation))
        {
            if (await Exists(connection, "orleansquery", cancellation))
            {
                await CheckForeign(connection, needs, cancellation);
                return;
            }

            if (await Scalar(connection, "SELECT current_schema()", cancellation) is DBNull)
            {
                throw PostgresRefusedException.NoSchema((string)(await Scalar(connection, "SELECT current_user::text", cancellation))!);
            }

            await Execute(
                connection,
                "CREATE TABLE sweepschema (version integer NOT NULL PRIMARY KEY, name text NOT NULL, applied timestamptz NOT NULL DEFAULT now())",
                cancellation);
        }

        var stored = (int)(await Scalar(connection, "SELECT coalesce(max(version), 0) FROM sweepschema", cancellation))!;
        if (stored > Newest)
        {
            throw PostgresRefusedException.NewerSchema(stored, Newest);
        }

        foreach (var migration in PostgresMigration.All.Where(migration => migration.Version > stored))
        {
            await Execute(connection, migration.Text, cancellation);
            await using var command = new NpgsqlCommand("INSERT INTO sweepschema (version, name) VALUES ($1, $2)", connection);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Version });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static async Task CheckForeign(NpgsqlConnection connection, IEnumerable<PostgresNeed> needs, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT querykey FROM orleansquery", connection);
        var there = new HashSet<string>(StringComparer.Ordinal);
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                there.Add(reader.GetString(0));
            }
        }

        foreach (var need in needs)
        {
            if (need.Statements.Where(key => !there.Contains(key)).ToList() is { Count: > 0 } missing)
            {
                throw PostgresRefusedException.ForeignSchema(need, missing);
            }
        }
    }

    private static async Task CheckRights(NpgsqlConnection connection, PostgresNeed need, CancellationToken cancellation)
    {
        foreach (var (table, privileges) in need.Rights)
        {
            await using var command = new NpgsqlCommand(
                "SELECT current_user::text, array(SELECT wanted FROM unnest($2) AS wanted WHERE NOT has_table_privilege($1, wanted))", connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. privileges] });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            await reader.ReadAsync(cancellation);
            if (reader.GetFieldValue<string[]>(1) is { Length: > 0 } missing)
            {
                throw PostgresRefusedException.MissingRight(need, reader.GetString(0), table, missing);
            }
        }
    }

    private static async Task<bool> Exists(NpgsqlConnection connection, string table, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<object?> Scalar(NpgsqlConnection connection, string text, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(text, connection);
        return await command.ExecuteScalarAsync(cancellation);
    }

    private static async Task Execute(NpgsqlConnection connection, string text, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Goes on trying while the server cannot be reached or says that it is starting; a refusal stands.</summary>
    private async Task<NpgsqlConnection> Connect(CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var connection = new NpgsqlConnection(connectionString);
            try
            {
                await connection.OpenAsync(cancellation);
                return connection;
            }
            catch (NpgsqlException e)
            {
                await connection.DisposeAsync();
                if (!e.IsTransient || time.GetElapsedTime(begun) >= patience)
                {
                    throw;
                }
            }

            await Task.Delay(s_pause, time, cancellation);
        }
    }
}
