using System.Globalization;
using Sweep.Recipes;
using Sweep.Testing.Postgres;

namespace Sweep.Cluster.Tests.Postgres;

/// <summary>Reads the stages that a database holds, as anybody with its password may.</summary>
internal static class StateRows
{
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

    private static StoredStage Read(string row)
    {
        var end = row.IndexOf(' ', StringComparison.Ordinal);
        return StateFiles.Read(row[..end], row[end..]);
    }
}
