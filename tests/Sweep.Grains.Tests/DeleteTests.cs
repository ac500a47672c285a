using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>An experiment that is deleted leaves nothing but its stages.</summary>
public class DeleteTests
{
    private const string Name = "told";

    private static readonly SweepSpec s_spec = TestSpec.Of(Name, methods: [PruningMethod.Vtp]);

    [Fact]
    public async Task Deleted_IsGone_AndItsStagesAreNot()
    {
        await using var cluster = await Ended();
        var stages = (await cluster.Api.GetResult(Name, default)).Trials.SelectMany(trial => trial.Stages).Distinct().ToList();

        await cluster.Api.Delete(Name, default);

        await Gone(cluster);
        Assert.Equal(stages.Count, (await cluster.Api.FindFinished(stages, default)).Count);
        await cluster.Kill();
        await cluster.Start();
        await Gone(cluster);
    }

    /// <summary>Another spec may have the name then, and the same spec finds everything done.</summary>
    [Fact]
    public async Task Name_IsFreeAgain()
    {
        await using var cluster = await Ended();
        var before = await cluster.Api.GetResult(Name, default);
        await cluster.Api.Delete(Name, default);

        await cluster.Api.Submit(s_spec, default);
        await cluster.RunUntilEnded(Name);
        var again = await cluster.Api.GetResult(Name, default);
        Assert.NotEmpty(before.Timeline!.Spans);
        Assert.Equal(before.Timeline.Spans, again.Timeline!.Spans); // no attempt more
        Assert.Equal([Name], (await cluster.Api.List(default)).Select(status => status.Name));
        Assert.Equal(again.Trials.Select(trial => trial.Metrics), before.Trials.Select(trial => trial.Metrics));

        await cluster.Api.Delete(Name, default);
        await cluster.Api.Submit(s_spec with { Seed = 7 }, default);
        Assert.Equal(ExperimentState.Complete, (await cluster.RunUntilEnded(Name)).State);
    }

    [Fact]
    public async Task Unfinished_IsRefused()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        await cluster.Api.Submit(s_spec, default);
        var refused = await Assert.ThrowsAsync<ExperimentConflictException>(() => cluster.Api.Delete(Name, default));
        Assert.Contains($"but '{Name}' is running", refused.Message, StringComparison.Ordinal);
        Assert.Single(await cluster.Api.List(default));
    }

    [Fact]
    public async Task Unknown_IsNoFailure()
    {
        await using var cluster = await FakeCluster.Start(workers: 0);
        await cluster.Api.Delete("nobody", default);
        Assert.Empty(await cluster.Api.List(default));
    }

    /// <summary>Each write of it in turn happens and is not heard of, or does not happen at all; the silo may die there. Asked again, it ends the same.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task LostAnywhere_AskedAgain_EndsTheSame(bool written, bool killed)
    {
        for (var at = 1; ; at++)
        {
            await using var cluster = await Ended();
            var writes = 0;
            void Fail()
            {
                if (Interlocked.Increment(ref writes) == at)
                {
                    throw new IOException("Nobody hears of this write.");
                }
            }

            if (written)
            {
                cluster.Disk.AfterWrite = (_, _) => Fail();
            }
            else
            {
                cluster.Disk.BeforeWrite = (_, _) => Fail();
            }

            var lost = await Record.ExceptionAsync(() => cluster.Api.Delete(Name, default));
            (cluster.Disk.AfterWrite, cluster.Disk.BeforeWrite) = (null, null);
            if (killed)
            {
                await cluster.Kill();
                await cluster.Start();
            }

            await cluster.Api.Delete(Name, default);

            await Gone(cluster);
            if (lost is null)
            {
                Assert.True(at > 4, "Results, trials, record and catalog are a write each.");
                return;
            }
        }
    }

    private static async Task<FakeCluster> Ended()
    {
        var cluster = await FakeCluster.Start();
        await cluster.Api.Submit(s_spec, default);
        await cluster.RunUntilEnded(Name);
        return cluster;
    }

    private static async Task Gone(FakeCluster cluster)
    {
        Assert.Empty(await cluster.Api.List(default));
        await Assert.ThrowsAsync<ExperimentNotFoundException>(() => cluster.Api.GetStatus(Name, default));
        await Assert.ThrowsAsync<ExperimentNotFoundException>(() => cluster.Api.GetResult(Name, default));
        Assert.All((IReadOnlyList<string>)["experiment", "results-dense", "results-00000", "trials-00000"], name => Assert.Empty(cluster.Disk.Named(name)));
        Assert.DoesNotContain(cluster.Disk.Named("catalog"), state => state.Text.Contains(Name, StringComparison.Ordinal));
    }
}
