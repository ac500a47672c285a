using System.Text.Json.Nodes;
using Orleans;
using Orleans.Runtime;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>What whole sweeps in virtual time say of when and where they ran.</summary>
public class TimelineTests
{
    [Fact]
    public async Task Timeline_HasEveryStageOnce_AndOneAtATimeOnAWorker()
    {
        await using var cluster = await FakeCluster.Start();
        var spec = TestSpec.Of("timed");
        await cluster.Api.Submit(spec, default);
        var status = await cluster.RunUntilEnded("timed");

        var result = await cluster.Api.GetResult("timed", default);
        var timeline = result.Timeline!;
        var plan = ExperimentPlanner.Plan(spec);

        Assert.Equal((status.SubmittedAt, status.EndedAt), (timeline.SubmittedAt!.Value, timeline.EndedAt));
        Assert.Equal(
            plan.Paths.SelectMany(path => path.Stages).Select(stage => stage.Id).Distinct().Order(),
            timeline.Spans.Select(span => span.Stage).Order());
        Assert.All(timeline.Spans, span => Assert.Equal((SpanEnd.Succeeded, true, 1), (span.Outcome, span.PaidHere, span.Attempt)));
        Assert.All(timeline.Spans, span => Assert.InRange(span.Start, timeline.SubmittedAt!.Value, span.End));
        Assert.Equal(["silo/cpu-0", "silo/cpu-1"], timeline.Spans.Select(span => span.Worker).Distinct().Order());
        foreach (var lane in timeline.Spans.GroupBy(span => span.Worker))
        {
            Assert.All(lane.Zip(lane.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
        }

        // An epoch takes a second of the virtual time.
        Assert.Equal(plan.EpochsNeeded, timeline.Spans.Sum(span => span.Epochs ?? 0));
        Assert.All(timeline.Spans, span => Assert.True(span.End - span.Start >= TimeSpan.FromSeconds(span.Epochs ?? 0)));
        Assert.Equal(result.Hypervolume, timeline.Hypervolume!.Steps[^1].Hypervolume);
        Assert.Equal(plan.EpochsNeeded, timeline.Hypervolume.Steps.Max(step => step.Epochs));
    }

    [Fact]
    public async Task LostAttempt_IsOnTheTimeline_AndTheNextGoesOnFromItsCheckpoint()
    {
        await using var cluster = await FakeCluster.Start();
        var spec = TestSpec.Of("lossy");
        var root = ExperimentPlanner.Plan(spec).Dense.Stages[0];
        var crashed = false;
        foreach (var worker in cluster.Workers)
        {
            worker.Mishaps = () =>
            {
                var now = !crashed && worker.Assignment is { Attempt: 1 } assignment && assignment.Recipe.Id == root.Id && worker.EpochsDone >= 2;
                crashed |= now;
                return now ? Mishap.Crash : Mishap.None;
            };
        }

        await cluster.Api.Submit(spec, default);
        await cluster.RunUntilEnded("lossy");

        var spans = (await cluster.Api.GetResult("lossy", default)).Timeline!.Spans.Where(span => span.Stage == root.Id).ToList();
        Assert.Equal([(1, SpanEnd.Lost), (2, SpanEnd.Succeeded)], spans.Select(span => (span.Attempt, span.Outcome)));
        Assert.True(spans[0].End <= spans[1].Start);
        Assert.Equal(1, spans[0].Epochs);
        Assert.Equal(root.Epochs, spans.Sum(span => span.Epochs ?? 0));
    }

    [Fact]
    public async Task Timeline_OfStagesThatAnotherExperimentPaidFor_SaysSo()
    {
        await using var cluster = await FakeCluster.Start();
        await cluster.Api.Submit(TestSpec.Of("one"), default);
        await cluster.RunUntilEnded("one");
        await cluster.Api.Submit(TestSpec.Of("again"), default);
        await cluster.RunUntilEnded("again");

        var timeline = (await cluster.Api.GetResult("again", default)).Timeline!;
        Assert.All(timeline.Spans, span => Assert.False(span.PaidHere));
        Assert.All(timeline.Hypervolume!.Steps, step => Assert.Equal((timeline.SubmittedAt!.Value, 0.0), (step.At, step.Epochs)));
    }

    [Fact]
    public async Task Timeline_SurvivesARestart_AndPagesOfOlderVersionsHaveNone()
    {
        await using var cluster = await FakeCluster.Start();
        await cluster.Api.Submit(TestSpec.Of("stored"), default);
        await cluster.RunUntilEnded("stored");
        var before = await cluster.Api.GetResult("stored", default);
        var id = cluster.Grains.GetGrain<IExperimentGrain>("stored").GetGrainId();

        await cluster.Kill();
        await cluster.Start();
        Assert.Equal(CanonicalJson.Serialize(before), CanonicalJson.Serialize(await cluster.Api.GetResult("stored", default)));

        await cluster.Kill();
        await Strip(cluster.Disk, id, "results-dense");
        await cluster.Start();
        var half = (await cluster.Api.GetResult("stored", default)).Timeline!;
        Assert.True(half.Untimed > 0);
        Assert.Equal(before.Timeline!.Spans.Count, half.Spans.Count + half.Untimed);

        await cluster.Kill();
        await Strip(cluster.Disk, id, "results-00000");
        await cluster.Start();
        Assert.Equal(SweepTests.Untimed(before), CanonicalJson.Serialize(await cluster.Api.GetResult("stored", default)));
    }

    /// <summary>Makes a page what it was before stages were timed.</summary>
    private static async Task Strip(FakeDisk disk, GrainId id, string page)
    {
        var storage = disk.Open();
        var state = new GrainState<JsonObject>([]);
        await storage.ReadStateAsync(page, id, state);
        foreach (var (_, outcome) in state.State!["outcomes"]!.AsObject())
        {
            Assert.True(outcome!.AsObject().Remove("attempts"));
        }

        await storage.WriteStateAsync(page, id, state);
    }
}
