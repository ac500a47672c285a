using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>A command whose answer is lost is given once more: that changes nothing, and answers the same.</summary>
public class RepeatedCommandTests
{
    private const string Name = "told";

    private static readonly SweepSpec s_spec = TestSpec.Of(Name, methods: [PruningMethod.Somp]) with
    {
        Space = TestSpec.Of(Name, methods: [PruningMethod.Somp]).Space with { Sparsity = new SpaceAxis<double> { Range = [0.2, 0.6] }, Lambda = null, Rho = null },
        Search = new SearchSpec { Algorithm = SearchAlgorithm.Sobol, Trials = 6, Seed = 3 },
        Parallelism = 3,
    };

    private static readonly IReadOnlyDictionary<string, Func<ISweepApi, Task>> s_commands = new Dictionary<string, Func<ISweepApi, Task>>
    {
        ["submit"] = api => api.Submit(s_spec, default),
        ["pause"] = api => api.Pause(Name, default),
        ["resume"] = api => api.Resume(Name, default),
        ["cancel"] = api => api.Cancel(Name, default),
        ["set"] = api => api.Submit(s_spec with { Priority = 4, Limits = new LimitsSpec { DeviceHours = 9 } }, default),
        ["extend"] = api => api.Submit(s_spec with { Search = s_spec.Search with { Trials = 9 } }, default),
        ["fork"] = async api => await api.Submit((await api.GetSpec(Name, default)) with { Name = "forked", Seed = 5 }, default),
        ["stop"] = api => api.StopTrial(Name, "t0002", default),
        ["go on"] = api => api.RetryTrial(Name, "t0001", default),
    };

    public static TheoryData<string> Commands() => [.. s_commands.Keys];

    /// <summary>The state is written, and what was to say so never comes. Nobody works, so nothing else changes.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_WhoseAnswerIsLost_IsRepeatedWithoutEffect(string verb)
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        if (verb != "submit")
        {
            await cluster.Api.Submit(s_spec, default);
            await cluster.RunUntil(async () => (await cluster.Api.GetStatus(Name, default)).Trials.Running == 3, "three open trials");
        }

        if (verb == "resume")
        {
            await cluster.Api.Pause(Name, default);
        }
        else if (verb == "go on")
        {
            await cluster.Api.StopTrial(Name, "t0001", default);
        }

        await Settle(cluster);
        var lost = 0;
        cluster.Disk.AfterWrite = (key, _) =>
        {
            if (!key.StartsWith("stage", StringComparison.Ordinal) && Interlocked.Increment(ref lost) == 1)
            {
                throw new IOException("The write has happened, and nobody hears of it.");
            }
        };
        await Assert.ThrowsAnyAsync<Exception>(() => s_commands[verb](cluster.Api));
        await s_commands[verb](cluster.Api);
        await Settle(cluster);
        var (once, writes) = (await Stand(cluster), cluster.Disk.Writes);

        await s_commands[verb](cluster.Api);
        await Settle(cluster);

        Assert.Equal(once, await Stand(cluster));
        Assert.Equal(writes, cluster.Disk.Writes);
        await cluster.Kill();
        await cluster.Start();
        await Settle(cluster);
        Assert.Equal(once, await Stand(cluster)); // and that is what is on disk
    }

    /// <summary>What was told is what comes of it, however often it was told.</summary>
    [Theory]
    [InlineData("pause", "resume", 6, 0)]
    [InlineData("stop", "go on", 5, 1)]
    [InlineData("set", "extend", 9, 0)]
    public async Task CommandsTwiceEach_EndAsOnce(string first, string second, int complete, int stopped)
    {
        async Task<string> Run(int times)
        {
            await using var cluster = await FakeCluster.Start(workers: 0);
            var counts = SweepTests.Watch(cluster);
            await cluster.Api.Submit(s_spec, default);
            await cluster.RunUntil(async () => (await cluster.Api.GetStatus(Name, default)).Trials.Running == 3, "three open trials");
            foreach (var verb in new[] { first, second })
            {
                for (var time = 0; time < times; time++)
                {
                    await s_commands[verb](cluster.Api);
                }
            }

            cluster.AddWorker("cpu-0");
            counts.Watch(cluster.Workers[0]);
            var status = await cluster.RunUntilEnded(Name);
            Assert.Equal((ExperimentState.Complete, complete, stopped), (status.State, status.Trials.Complete, status.Trials.Stopped));
            Assert.Empty(counts.Faults);
            Assert.All(counts.Successes.Values, successes => Assert.Equal(1, successes));
            return SweepTests.Untimed(await cluster.Api.GetResult(Name, default));
        }

        Assert.Equal(await Run(1), await Run(3));
    }

    /// <summary>Status, spec and result of every experiment.</summary>
    private static async Task<string> Stand(FakeCluster cluster)
    {
        var all = new List<string>();
        foreach (var status in await cluster.Api.List(default))
        {
            all.Add(CanonicalJson.Serialize(status with { SubmittedAt = default, EndedAt = status.EndedAt is null ? null : DateTimeOffset.UnixEpoch }));
            all.Add(CanonicalJson.Serialize(await cluster.Api.GetSpec(status.Name, default)));
            all.Add(SweepTests.Untimed(await cluster.Api.GetResult(status.Name, default)));
        }

        return string.Join('\n', all);
    }

    private static async Task Settle(FakeCluster cluster)
    {
        for (var turn = 0; turn < 20; turn++)
        {
            await cluster.Turn();
        }
    }
}
