using Sweep.Recipes;
using Sweep.Testing.Postgres;

namespace Sweep.Cluster.Tests.Postgres;

/// <summary>One silo that keeps its grain state in PostgreSQL.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresSweepTests(PostgresServer server, FaultFreeRun reference) : IDisposable
{
    private readonly TemporaryState _state = new();

    public void Dispose() => _state.Dispose();

    [PostgresFact]
    public async Task KilledInTheMiddle_GoesOnFromTheDatabase_AndEndsTheSame()
    {
        var database = await server.CreateDatabase();
        IReadOnlyDictionary<StageId, StoredStage> finished;
        await using (var doomed = await Start(database))
        {
            await doomed.Submit(SmallSweep.Spec);
            await Waiting.ForAStageInTraining(doomed, epochs: 1);
            doomed.Kill();
            finished = await StateRows.Finished(database);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_state.Path, "grains")));
        await using var silo = await Start(database);
        var result = await Waiting.ForTheEnd(silo);

        var stages = await StateRows.Stages(database);
        reference.AssertSame(result, stages);
        Assert.All(finished, stage => Assert.Equal(stage.Value, stages[stage.Key]));
        Assert.Equal(0, await silo.Terminate());
    }

    [PostgresFact]
    public async Task ServerRestartedInTheMiddle_IsNoReasonToLoseAnything()
    {
        var database = await server.CreateDatabase();
        await using var silo = await Start(database);
        await silo.Submit(SmallSweep.Spec);
        await Waiting.ForAStageInTraining(silo, epochs: 1);

        await server.Stop();
        await server.Start();

        var result = await Waiting.ForTheEnd(silo);
        var stages = await StateRows.Stages(database);
        reference.AssertSame(result, stages);
        Assert.All(stages.Values, stage => Assert.Equal(("succeeded", 1), (stage.State, stage.Attempt)));
    }

    [PostgresFact]
    public async Task WrongPassword_IsSaidInOneSentence()
    {
        var (code, errors) = await SiloProcess.Refused(
            _state.Path, "--workers", "0", "--grain-storage", "postgres", "--postgres", server.ConnectionString("postgres") + ";Password=nonsense");

        Assert.Equal(1, code);
        Assert.Contains("sweep-silo: --postgres must hold the password of role \"sweep\"", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("nonsense", errors, StringComparison.Ordinal);
    }

    private Task<SiloProcess> Start(string database) =>
        SiloProcess.Start(_state.Path, "--workers", "2", "--lease", "4s", "--grain-storage", "postgres", "--postgres", database);
}
