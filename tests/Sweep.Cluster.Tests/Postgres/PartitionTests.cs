using System.Globalization;
using Sweep.Grains;
using Sweep.Testing.Postgres;
using Xunit.Abstractions;

namespace Sweep.Cluster.Tests.Postgres;

/// <summary>A control silo that is cut off from the other silos and from the database, and comes back.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PartitionTests(FaultFreeRun reference, ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private readonly TemporaryState _state = new();

    public void Dispose() => _state.Dispose();

    [PartitionFact]
    public async Task ControlSiloWithTheQueueCutOff_IsGivenUp_AndLeavesWhenItIsBack()
    {
        using var network = new TestNetwork();
        var server = new PostgresServer { Address = TestNetwork.Bridge };
        await server.InitializeAsync();
        try
        {
            await CutOff(network, await server.CreateDatabase());
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private async Task CutOff(TestNetwork network, string database)
    {
        var token = TokenEntry.NewToken();
        var tokens = Path.Combine(_state.Path, "tokens");
        await File.WriteAllTextAsync(tokens, $"test {TokenEntry.DigestOf(token)} admin\n");
        var places = EqualSilos.Controls.Concat(EqualSilos.Workers).ToDictionary(
            name => name, name => new SiloPlace { Command = network.CommandOn(name), Host = network.Add(name), Token = token });
        await using var silos = await EqualSilos.Start(
            _state.Path, database, name => (places[name], ["--listen", places[name].Host, "--http", places[name].Host + ":0", "--tokens", tokens]));
        await StateRows.RecordCommits(database);
        await silos.Control.Submit(SmallSweep.Spec);
        var host = await silos.HostOfTheQueue();
        var other = EqualSilos.Controls.Single(name => name != host);
        var finished = await Waiting.For(
            "a stage should be finished",
            s_limit,
            async () => await StateRows.Finished(database) is { Count: > 0 } some ? some : null,
            () => silos.Errors);

        network.Pull(host);
        var pulled = TimeProvider.System.GetUtcNow().UtcDateTime;
        await Waiting.For(
            $"{host} should be declared dead",
            s_limit,
            async () => await StateRows.IsDeclaredDead(database, host) ? host : null,
            () => silos.Errors);
        output.WriteLine(Seconds($"{host}, with the queue, was declared dead", pulled));
        output.WriteLine($"a stage was written again {await silos.SecondsUntilProgress(pulled)} s after the cable was pulled");
        Assert.False(silos[host].HasEnded, silos.Errors);

        network.Plug(host);
        var plugged = TimeProvider.System.GetUtcNow().UtcDateTime;
        var code = await silos[host].Ended(s_limit);
        output.WriteLine(Seconds($"{host} ended by itself with {code}, its cable back,", plugged));
        Assert.NotEqual(0, code);
        Assert.Contains("I should be Dead according to the membership table", silos[host].Errors, StringComparison.Ordinal);
        await silos.Restart(host);

        var result = await Waiting.ForTheEnd(silos[other]);
        var stages = await StateRows.Stages(database);
        reference.AssertSame(result, stages);
        Assert.All(finished, stage => Assert.Equal(stage.Value, stages[stage.Key]));
        Assert.Equal(stages.Keys.Order(), await StateRows.Commits(database));
        var lost = stages.Values.Sum(stage => stage.Attempt) - stages.Count;
        output.WriteLine($"{finished.Count} of {stages.Count} stages were finished when the cable was pulled, {lost} attempts lost");
        Assert.InRange(lost, 0, EqualSilos.Workers.Length);
    }

    private static string Seconds(string what, DateTime since) => string.Create(
        CultureInfo.InvariantCulture, $"{what} after {(TimeProvider.System.GetUtcNow().UtcDateTime - since).TotalSeconds:0.0} s");

    /// <summary>Needs the real Orleans, PostgreSQL and network namespaces.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class PartitionFactAttribute : FactAttribute
    {
        public PartitionFactAttribute() => Skip = RealOrleans.Missing ?? TestNetwork.Missing;
    }
}
