using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Cluster.Tests;

/// <summary>Real engines that share a CPU's memory: what a stage was measured to need decides what runs beside it.</summary>
public sealed class PackingTests : IDisposable
{
    private readonly TemporaryState _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task LargeStages_TakeTurns_WhereMemoryHoldsOne()
    {
        var seen = await Watch("1536Mi");

        var tunes = seen.Where(moment => moment.Any(IsTune)).ToList();
        Assert.NotEmpty(tunes);
        Assert.All(tunes, moment => Assert.Single(moment, IsTune));

        // The first of each class, then the greatest of it: one alone takes more than the half of what may be promised.
        var peak = tunes.SelectMany(moment => moment).Where(IsTune).Max(worker => worker.PeakMemory ?? 0);
        Assert.True(peak > (1536L << 20) / 11 * 10 / 2, FormattableString.Invariant($"{peak}"));
        Assert.All(seen, moment => Assert.True(moment.Sum(worker => worker.PeakMemory ?? 0) <= 1536L << 20));
    }

    [Fact]
    public async Task LargeStages_RunTogether_WhereMemoryHoldsThem() => Assert.Contains(await Watch("8Gi"), moment => moment.Count(IsTune) == 2);

    private static bool IsTune(WorkerStatus worker) => worker.Running?.Stage.Kind == StageKind.FineTune;

    /// <summary>Two workers, four stages of one class at the end, and so much memory.</summary>
    /// <returns>The workers that ran something, at each look.</returns>
    private async Task<List<List<WorkerStatus>>> Watch(string memory)
    {
        await using var silo = await SiloProcess.Start(
            _state.Path, "--workers", "2", "--memory", memory, "--device-locks", Path.Combine(_state.Path, "locks"));
        await silo.Submit(SmallSweep.LargeBatches);
        var seen = new List<List<WorkerStatus>>();
        await Waiting.For(
            "the experiment should end",
            TimeSpan.FromMinutes(8),
            async () =>
            {
                seen.Add([.. (await silo.Queue()).Workers.Where(worker => worker.Running is not null)]);
                return await silo.Status(SmallSweep.Name) is { State: not ExperimentState.Running } ended ? ended : null;
            },
            () => silo.Errors);
        Assert.Equal(ExperimentState.Complete, (await silo.Status(SmallSweep.Name)).State);
        return seen;
    }
}
