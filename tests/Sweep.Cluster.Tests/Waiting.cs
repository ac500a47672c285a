using System.Diagnostics;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Cluster.Tests;

/// <summary>Waits for what a cluster does; asking is the only way to hear of it from outside.</summary>
internal static class Waiting
{
    /// <summary>What lasts no longer than an epoch must be asked for more often than epochs end.</summary>
    public static readonly TimeSpan BetweenEpochs = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(100);

    /// <summary>Until the condition gives something.</summary>
    /// <exception cref="TimeoutException">Says what was expected, and of whom.</exception>
    public static async Task<T> For<T>(string expectation, TimeSpan limit, Func<Task<T?>> condition, Func<string>? evidence = null, TimeSpan? between = null)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await condition() is { } met)
                {
                    return met;
                }
            }
            catch (HttpRequestException) when (watch.Elapsed < limit)
            {
                // The silo is busy starting or has not got its grain yet: ask again.
            }

            if (watch.Elapsed > limit)
            {
                throw new TimeoutException($"Within {limit} {expectation}. {evidence?.Invoke()}");
            }

            await Task.Delay(between ?? s_between);
        }
    }

    public static async Task<ExperimentResult> ForTheEnd(SiloProcess silo, string experiment = SmallSweep.Name)
    {
        await For(
            "the experiment should end",
            TimeSpan.FromMinutes(8),
            async () => await silo.Status(experiment) is { State: not ExperimentState.Running } status ? status : null,
            () => silo.Errors);
        return await For<ExperimentResult>("the result should be told", TimeSpan.FromMinutes(1), async () => await silo.Result(experiment));
    }

    /// <summary>A stage on a device whose newest checkpoint holds at least this many epochs, with at least one to go.</summary>
    public static Task<RunningStage> ForAStageInTraining(SiloProcess silo, int epochs) => For(
        $"a stage should have trained {epochs} epochs",
        TimeSpan.FromMinutes(2),
        async () => (await silo.Queue()).Workers.Select(worker => worker.Running).OfType<RunningStage>()
            .FirstOrDefault(stage => stage.EpochsDone > epochs && stage.EpochsDone < stage.Epochs),
        () => silo.Errors,
        BetweenEpochs);
}
