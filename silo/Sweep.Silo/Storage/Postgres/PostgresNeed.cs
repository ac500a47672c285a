namespace Sweep.Silo.Storage.Postgres;

/// <summary>What one part of a silo needs of the database: Orleans' statements, and rights on tables.</summary>
/// <param name="Flag">The setting that brings the need.</param>
/// <param name="OrleansScript">Which of Orleans' own scripts makes these tables, where a site uses those.</param>
/// <param name="Statements">Keys in <c>orleansquery</c>.</param>
/// <param name="Rights">Tables, and what is done to each.</param>
public sealed record PostgresNeed(string Flag, string OrleansScript, IReadOnlyList<string> Statements, IReadOnlyList<(string Table, IReadOnlyList<string> Privileges)> Rights)
{
    public static PostgresNeed GrainState { get; } = new(
        "--grain-storage postgres",
        "PostgreSQL-Persistence.sql",
        ["ReadFromStorageKey", "WriteToStorageKey", "ClearStorageKey"],
        [("orleansquery", ["SELECT"]), ("orleansstorage", ["SELECT", "INSERT", "UPDATE"])]);

    public static PostgresNeed Membership { get; } = new(
        "--membership postgres",
        "PostgreSQL-Clustering.sql",
        [
            "InsertMembershipVersionKey", "InsertMembershipKey", "UpdateMembershipKey", "UpdateIAmAlivetimeKey", "MembershipReadRowKey",
            "MembershipReadAllKey", "GatewaysQueryKey", "DeleteMembershipTableEntriesKey", "CleanupDefunctSiloEntriesKey",
        ],
        [
            ("orleansquery", ["SELECT"]),
            ("orleansmembershipversiontable", ["SELECT", "INSERT", "UPDATE", "DELETE"]),
            ("orleansmembershiptable", ["SELECT", "INSERT", "UPDATE", "DELETE"]),
        ]);
}
