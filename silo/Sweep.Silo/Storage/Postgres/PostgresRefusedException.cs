using Npgsql;

namespace Sweep.Silo.Storage.Postgres;

/// <summary>PostgreSQL cannot be used as it is; the message says what somebody has to do.</summary>
public sealed class PostgresRefusedException(string message, Exception? inner) : Exception(message, inner)
{
    private const string NoSuchRole = "28000";

    /// <param name="connection">For its names; its password is not told.</param>
    internal static PostgresRefusedException Of(Exception fault, NpgsqlConnectionStringBuilder connection)
    {
        var server = FormattableString.Invariant($"{connection.Host}:{connection.Port}");
        var role = connection.Username ?? Environment.UserName;
        var database = connection.Database ?? role;
        return new(Describe(fault as PostgresException, fault, server, role, database), fault);
    }

    /// <summary>A silo older than the database.</summary>
    internal static PostgresRefusedException NewerSchema(int stored, int known) => new(
        $"The database's schema must not be newer than this silo knows, but is version {stored}, and this silo knows up to {known}: a newer Sweep has upgraded it. Start that version, or restore a backup from before the upgrade.",
        null);

    internal static PostgresRefusedException ForeignSchema(PostgresNeed need, IEnumerable<string> missing) => new(
        $"{need.Flag} needs every statement of Orleans' provider in table orleansquery, which Orleans' own scripts made here, but it lacks {string.Join(", ", missing)}: run {need.OrleansScript} of the Orleans version in use, or give Sweep a database or schema of its own.",
        null);

    internal static PostgresRefusedException MissingRight(PostgresNeed need, string role, string table, IEnumerable<string> privileges) => new(
        $"{need.Flag} needs role \"{role}\" to have {string.Join(", ", privileges)} on table {table}, but it has not. Have the table's owner run: GRANT {string.Join(", ", privileges)} ON {table} TO \"{role}\";",
        null);

    internal static PostgresRefusedException NoSchema(string role) => new(
        $"The search path of role \"{role}\" must name a schema that exists, but none does. Create one with CREATE SCHEMA sweep AUTHORIZATION \"{role}\"; and say Search Path=sweep in --postgres.",
        null);

    private static string Describe(PostgresException? refusal, Exception fault, string server, string role, string database) => refusal?.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword =>
            $"--postgres must hold the password of role \"{role}\", but the server at {server} refused it. A new one is set with: ALTER ROLE \"{role}\" PASSWORD '…';",
        NoSuchRole =>
            $"--postgres must name a role that the server at {server} lets in, but it refused \"{role}\": {refusal.MessageText}.",
        PostgresErrorCodes.InvalidCatalogName =>
            $"--postgres must name a database that exists, but the server at {server} has no \"{database}\". Create it with: CREATE DATABASE \"{database}\" OWNER \"{role}\";",
        PostgresErrorCodes.InsufficientPrivilege when refusal.MessageText.Contains("for schema", StringComparison.Ordinal) =>
            $"Role \"{role}\" must be allowed to make tables in database \"{database}\" the first time and at upgrades, but: {refusal.MessageText}. Have the owner run: GRANT USAGE, CREATE ON SCHEMA {SchemaIn(refusal)} TO \"{role}\";",
        PostgresErrorCodes.InsufficientPrivilege when refusal.MessageText.Contains("for database", StringComparison.Ordinal) =>
            $"Role \"{role}\" must be allowed into database \"{database}\", but: {refusal.MessageText}. Have the owner run: GRANT CONNECT ON DATABASE \"{database}\" TO \"{role}\";",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"Role \"{role}\" must be allowed to use Sweep's tables in database \"{database}\", but: {refusal.MessageText}. Have their owner run: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \"{role}\"; (public, or the schema they are in).",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            $"--postgres must name a server that takes writes, but {server} is read-only: a standby? Name the primary, or all of them with Target Session Attributes=primary.",
        not null => $"PostgreSQL at {server} must take Sweep's schema in database \"{database}\", but answered {refusal.SqlState}: {refusal.MessageText}.",
        null => $"PostgreSQL must be reachable at {server}, but: {(fault.InnerException ?? fault).Message}",
    };

    /// <summary>The server names the schema in its message alone: <c>permission denied for schema public</c>.</summary>
    private static string SchemaIn(PostgresException refusal) => refusal.SchemaName ?? refusal.MessageText[(refusal.MessageText.LastIndexOf(' ') + 1)..];
}
