using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>Stages that wait are silent, and a queue that starts again learns of every one.</summary>
public class QueueRestartTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task AStageThatWaits_SetsNoTimer()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        await cluster.Api.Submit(Wide("few", 1), default);
        await Pass(cluster, Long);
        var timers = cluster.Clock.Pending;
        var depth = await Depth(cluster);

        await cluster.Api.Submit(Wide("many", 12), default);
        await Pass(cluster, Long);

        Assert.Equal(depth + 12, await Depth(cluster));
        Assert.InRange(cluster.Clock.Pending, timers, timers + 1); // the second experiment's own
    }

    [Fact]
    public async Task AQueueThatStartsAgain_LearnsOfEveryStageThatWaits_WithoutAnyWorker()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        await cluster.Api.Submit(Wide("wide", 12), default);
        await cluster.Api.Submit(Wide("other", 3), default);
        await Pass(cluster, Long);
        var depth = await Depth(cluster);
        Assert.Equal(15, depth);

        for (var restart = 0; restart < 3; restart++)
        {
            await Restart(cluster);
            await Depth(cluster); // whoever calls it first, starts it
            await Pass(cluster, Long);

            Assert.Equal(depth, await Depth(cluster));
        }
    }

    [Fact]
    public async Task AQueueThatCannotListTheExperiments_AsksAgain()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        await cluster.Api.Submit(Wide("wide", 12), default);
        await Pass(cluster, Long);
        await Restart(cluster);
        cluster.Disk.BeforeRead = key => throw new IOException($"Nobody can read {key}.");
        await Depth(cluster);
        await Pass(cluster, TimeSpan.FromSeconds(5));
        Assert.Equal(0, await Depth(cluster));

        cluster.Disk.BeforeRead = null;
        await Pass(cluster, Long);
        Assert.Equal(12, await Depth(cluster));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ASweep_WhoseGrainsAllGoAndComeAgain_LosesNothing(int seed)
    {
        var random = new Random(seed);
        await using var cluster = await FakeCluster.Start(workers: 2);
        var counts = SweepTests.Watch(cluster);
        var spec = TestSpec.Of("coming-and-going");
        await cluster.Api.Submit(spec, default);
        var ended = false;
        for (var turn = 0; !ended; turn++)
        {
            Assert.True(turn < 40_000, "The sweep does not end.");
            await cluster.Turn();
            if (random.Next(60) == 0)
            {
                await Restart(cluster);
            }

            ended = turn % 20 == 0 && (await cluster.Api.GetStatus("coming-and-going", default)).EndedAt is not null;
        }

        Assert.Equal(SweepTests.Expected(spec), SweepTests.Untimed(await cluster.Api.GetResult("coming-and-going", default)));
        counts.AssertEachOnce(ExperimentPlanner.Plan(spec).Trials.SelectMany(trial => trial.Stages).Select(stage => stage.Id));
    }

    [Fact]
    public void ARound_ReadsEveryOpenStageInTurn_AndNoMoreAtATime()
    {
        var open = Enumerable.Range(0, 1000).Select(i => StageId.Parse($"finetune-1-{i:d26}")).ToHashSet();
        var round = new RereadRound();
        var seen = new HashSet<StageId>();
        for (var turn = 0; turn < 4; turn++)
        {
            var next = round.Next(open, 300);
            Assert.InRange(next.Count, 1, 300);
            Assert.All(next, stage => Assert.True(seen.Add(stage)));
            open.Remove(next[0]);
        }

        Assert.Equal(1000, seen.Count);
        Assert.Equal(3000, new SchedulingOptions().MostRereads);
    }

    /// <summary>So many seeds, each with a dense net of its own to train: as many stages wait at once.</summary>
    private static SweepSpec Wide(string name, int seeds)
    {
        var spec = TestSpec.Of(name);
        return spec with { Seed = name.Length * 1000, Space = spec.Space with { Seed = new() { Values = [.. Enumerable.Range(0, seeds).Select(seed => name.Length * 100L + seed)] } } };
    }

    private static async Task<int> Depth(FakeCluster cluster) => (await cluster.Api.GetQueue(default)).Depth;

    /// <summary>All grains are gone, and nobody wakes an experiment but a queue that somebody calls.</summary>
    private static async Task Restart(FakeCluster cluster)
    {
        await cluster.Kill();
        await cluster.Start(wake: false);
    }

    private static async Task Pass(FakeCluster cluster, TimeSpan time)
    {
        await cluster.Clock.WhenIdle();
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(250))
        {
            await cluster.Turn();
        }
    }
}
