using Sweep.Recipes;
using Sweep.Testing.Postgres;
using Xunit.Abstractions;

namespace Sweep.Cluster.Tests.Postgres;

/// <summary>
/// A cluster in which any silo may go: real processes on the real Orleans. Each test ends with the front of an undisturbed run, and with every
/// stage that was finished before left as it was. What a loss costs is written to the test's output; docs/LOG.md has the figures.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresClusterTests(PostgresServer server, FaultFreeRun reference, ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryState _state = new();
    private string _database = "";

    public void Dispose() => _state.Dispose();

    [RealClusterFact]
    public async Task Undisturbed_RunsEveryStageOnce()
    {
        await using var silos = await Start();
        await silos.Control.Submit(SmallSweep.Spec);

        await AssertSameEnd(silos, new Dictionary<StageId, StoredStage>(), lostAttempts: 0);

        foreach (var name in EqualSilos.Workers.Concat(EqualSilos.Controls))
        {
            output.WriteLine($"idle {name} left in {(await silos.Terminate(name)).TotalSeconds:0.0} s");
        }
    }

    [RealClusterFact]
    public async Task WorkerKilled_ItsStageGoesOnElsewhere()
    {
        await using var silos = await Start();
        await silos.Control.Submit(SmallSweep.Spec);
        var lost = await Waiting.ForAStageInTraining(silos.Control, epochs: 1);
        var worker = (await silos.Control.Queue()).Workers.First(known => known.Running?.Stage == lost.Stage).Silo;
        var finished = await StateRows.Finished(_database);

        var killed = await silos.Kill(worker);

        output.WriteLine($"killed {worker} with {lost.Stage}: it was started again after {await silos.SecondsUntilProgress(killed, lost.Stage)} s");
        await AssertSameEnd(silos, finished, lostAttempts: 1);
    }

    [RealClusterFact]
    public async Task ControlSiloWithTheQueueKilled_TheSweepGoesOn()
    {
        await using var silos = await Start();
        await silos.Control.Submit(SmallSweep.Spec);
        await Waiting.ForAStageInTraining(silos.Control, epochs: 1);
        var host = await silos.HostOfTheQueue();

        await AssertGoesOnWithout(silos, host);
    }

    [RealClusterFact]
    public async Task OtherControlSiloKilled_TheSweepGoesOn()
    {
        await using var silos = await Start();
        await silos.Control.Submit(SmallSweep.Spec);
        await Waiting.ForAStageInTraining(silos.Control, epochs: 1);
        var host = await silos.HostOfTheQueue();

        await AssertGoesOnWithout(silos, EqualSilos.Controls.Single(name => name != host));
    }

    [RealClusterFact]
    public async Task BothControlSilosKilled_AndStartedAgain_TheSweepGoesOn()
    {
        await using var silos = await Start();
        await silos.Control.Submit(SmallSweep.Spec);
        await Waiting.ForAStageInTraining(silos.Control, epochs: 1);
        var finished = await StateRows.Finished(_database);
        foreach (var name in EqualSilos.Controls)
        {
            await silos.Kill(name);
        }

        foreach (var name in EqualSilos.Controls)
        {
            await silos.Start(name);
        }

        await AssertSameEnd(silos, finished, lostAttempts: 2);
    }

    [RealClusterFact]
    public async Task AllRestartedOneByOne_UnderARunningSweep_LosesNothing()
    {
        await using var silos = await Start();
        await silos.Control.Submit(SmallSweep.Spec);
        await Waiting.ForAStageInTraining(silos.Control, epochs: 1);
        foreach (var name in EqualSilos.Workers.Concat(EqualSilos.Controls))
        {
            output.WriteLine($"{name} left in {(await silos.Terminate(name)).TotalSeconds:0.0} s");
            await silos.Start(name);
        }

        // A worker that leaves hands back what it has not finished: another attempt, from its checkpoint.
        await AssertSameEnd(silos, new Dictionary<StageId, StoredStage>(), lostAttempts: EqualSilos.Workers.Length);
    }

    private async Task<EqualSilos> Start()
    {
        _database = await server.CreateDatabase();
        return await EqualSilos.Start(_state.Path, _database);
    }

    private async Task AssertGoesOnWithout(EqualSilos silos, string control)
    {
        var finished = await StateRows.Finished(_database);

        var killed = await silos.Kill(control);

        output.WriteLine($"killed {control}: a stage was written again after {await silos.SecondsUntilProgress(killed)} s");
        await AssertSameEnd(silos, finished, lostAttempts: 2);
    }

    /// <param name="finished">Stages that were finished before the disturbance.</param>
    /// <param name="lostAttempts">How many the disturbance may cost at most: one for each worker that it cut off.</param>
    private async Task AssertSameEnd(EqualSilos silos, IReadOnlyDictionary<StageId, StoredStage> finished, int lostAttempts)
    {
        var result = await Waiting.ForTheEnd(silos.Control);

        var stages = await StateRows.Stages(_database);
        reference.AssertSame(result, stages);
        Assert.All(finished, stage => Assert.Equal(stage.Value, stages[stage.Key]));
        var lost = stages.Values.Sum(stage => stage.Attempt) - stages.Count;
        output.WriteLine($"{stages.Count} stages, {lost} attempts lost");
        Assert.InRange(lost, 0, lostAttempts);
    }
}
