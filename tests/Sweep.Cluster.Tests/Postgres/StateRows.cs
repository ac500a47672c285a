using System.Globalization;
using Sweep.Recipes;
using Sweep.Testing.Postgres;

namespace Sweep.Cluster.Tests.Postgres;

/// <summary>Reads the stages that a database holds, as anybody with its password may.</summary>
internal static class StateRows
{
    private const string Dead = "6";

    public static async Task<IReadOnlyDictionary<StageId, StoredStage>> Stages(string database)
    {
        var rows = await PostgresServer.Query<string>(
            database,
            "SELECT grainidextensionstring || ' ' || convert_from(payloadbinary, 'UTF8') FROM orleansstorage WHERE graintypestring = 'stage' AND payloadbinary IS NOT NULL");
        return rows.Select(Read).ToDictionary(stage => stage.Stage);
    }

    public static async Task<IReadOnlyDictionary<StageId, StoredStage>> Finished(string database) =>
        (await Stages(database)).Where(stage => stage.Value.State == "succeeded").ToDictionary();

    /// <returns>When a stage's state was first written after this moment, by the server's clock, which is this machine's; null if none has been.</returns>
    public static async Task<DateTime?> FirstWriteAfter(string database, DateTime moment, StageId? stage = null)
    {
        var written = await PostgresServer.Query<DateTime>(
            database,
            string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT modifiedon FROM orleansstorage WHERE graintypestring = 'stage' AND modifiedon > '{moment:O}' {(stage is null ? "" : $"AND grainidextensionstring LIKE '%{stage}'")} ORDER BY 1 LIMIT 1"));
        return written.Count == 0 ? null : written[0];
    }

    /// <summary>From now on every write of a stage that has succeeded is noted: whoever commits a stage, and however often.</summary>
    public static Task RecordCommits(string database) => PostgresServer.Execute(
        database,
        """
        CREATE TABLE commits (stage text NOT NULL);
        CREATE FUNCTION note_commit() RETURNS trigger AS $note$
        BEGIN
            IF NEW.graintypestring = 'stage' AND (convert_from(NEW.payloadbinary, 'UTF8')::json -> 'stage' ->> 'state') = 'succeeded' THEN
                INSERT INTO commits VALUES (NEW.grainidextensionstring);
            END IF;
            RETURN NEW;
        END $note$ LANGUAGE plpgsql;
        CREATE TRIGGER note_commit AFTER INSERT OR UPDATE ON orleansstorage FOR EACH ROW EXECUTE FUNCTION note_commit();
        """);

    /// <returns>One for every write since <see cref="RecordCommits"/> of a stage that has succeeded, in order.</returns>
    public static async Task<IReadOnlyList<StageId>> Commits(string database) =>
        [.. (await PostgresServer.Query<string>(database, "SELECT stage FROM commits")).Select(name => StageId.Parse(Path.GetFileNameWithoutExtension(name))).Order()];

    public static async Task<bool> IsDeclaredDead(string database, string silo) => (await PostgresServer.Query<long>(
        database, $"SELECT count(*) FROM orleansmembershiptable WHERE siloname = '{silo}' AND status = {Dead}")).Single() > 0;

    private static StoredStage Read(string row)
    {
        var end = row.IndexOf(' ', StringComparison.Ordinal);
        return StateFiles.Read(row[..end], row[end..]);
    }
}
