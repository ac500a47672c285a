using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

public class ExperimentProgressTests
{
    private static readonly SweepSpec Spec = TestSpec.Of("a");

    [Fact]
    public void Next_OfANewExperiment_WantsTheRootOnce()
    {
        var progress = new ExperimentProgress(Spec, []);
        Assert.Equal(StageKind.Pretrain, Assert.Single(progress.Next()).Kind);
        Assert.Empty(progress.Next());
        Assert.Equal(9, progress.Counts.Running);
    }

    [Fact]
    public void Ended_OpensTheChildren_EachOnce()
    {
        var progress = new ExperimentProgress(Spec, []);
        var root = progress.Next().Single();
        Assert.True(progress.Ended(root, Success(progress, root)));
        Assert.False(progress.Ended(root, Success(progress, root)));
        var next = progress.Next();
        Assert.Equal(next.Distinct(), next);
        Assert.Equal(
            [StageKind.RankHeads, StageKind.SparseTrain, StageKind.HardPrune, StageKind.HardPrune, StageKind.HardPrune, StageKind.Evaluate],
            next.Select(stage => stage.Kind).Order());
    }

    [Fact]
    public void Outcomes_InAnyOrder_GiveTheSameProgress()
    {
        var whole = Run(new ExperimentProgress(Spec, []), int.MaxValue);
        var random = new Random(7);
        var shuffled = whole.Outcomes.ToArray();
        random.Shuffle(shuffled);
        var loaded = new ExperimentProgress(Spec, shuffled);

        Assert.True(loaded.AllEnded);
        Assert.Empty(loaded.Next());
        Assert.Equal(Text(whole), Text(loaded));
        Assert.Equal(SweepTests.Expected(Spec), CanonicalJson.Serialize(loaded.Result(ExperimentState.Complete)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(17)]
    public void Loaded_FromPart_WantsWhatWasOpen(int stages)
    {
        var part = Run(new ExperimentProgress(Spec, []), stages);
        part.Next();
        var loaded = new ExperimentProgress(Spec, part.Outcomes);
        Assert.Equal(part.Open.Order(), loaded.Next().Order());
        Assert.Equal(Text(part), Text(loaded));
    }

    [Fact]
    public void Failure_OfAll_SaysWhy()
    {
        var progress = new ExperimentProgress(Spec, []);
        var root = progress.Next().Single();
        progress.Ended(root, new StageStanding { Failure = SweepTests.Failure(FailureReason.BadData) });
        Assert.True(progress.AllEnded);
        Assert.Equal(9, progress.Counts.Failed);
        Assert.Contains("as scripted", progress.Failure(), StringComparison.Ordinal);
        Assert.Empty(progress.Retryable());
    }

    [Fact]
    public void Parallelism_OpensTheNextTrial_WhenOneHasEnded()
    {
        var progress = new ExperimentProgress(Spec with { Parallelism = 1 }, []);
        Run(progress, 3);
        Assert.Equal(1, progress.Counts.Running);
        Assert.Equal(8, progress.Counts.Waiting);
        Run(progress, int.MaxValue);
        Assert.Equal(9, progress.Counts.Complete);
    }

    /// <summary>Three seeds, each with a root and an unpruned net of its own, all of which are run.</summary>
    [Fact]
    public void Seeds_RunTheUnprunedNetOfEach()
    {
        var spec = Spec with { Space = Spec.Space with { Seed = new SpaceAxis<long> { Values = [0, 1, 2] } } };
        var progress = new ExperimentProgress(spec, []);
        var roots = progress.Next();
        Assert.Equal(3, roots.Count);
        Assert.All(roots, root => Assert.Equal(StageKind.Pretrain, root.Kind));

        Run(progress, int.MaxValue);
        Assert.True(progress.AllEnded);
        Assert.Equal(27, progress.Counts.Complete);
        Assert.Equal(progress.Plan.Stages, progress.StagesDone);
        Assert.All(progress.Plan.DenseSeeds, dense => Assert.Contains(dense.Evaluate.Id, progress.Outcomes.Select(outcome => outcome.Key)));
    }

    [Fact]
    public void Seeds_OfWhichOneFails_LeaveTheOthersTheirAnswer()
    {
        var spec = Spec with { Space = Spec.Space with { Seed = new SpaceAxis<long> { Values = [0, 1] } } };
        var progress = new ExperimentProgress(spec, []);
        var roots = progress.Next();
        progress.Ended(roots[0], new StageStanding { Failure = SweepTests.Failure(FailureReason.BadData) });
        Run(progress, int.MaxValue);

        Assert.True(progress.AllEnded);
        Assert.Equal((9, 9), (progress.Counts.Complete, progress.Counts.Failed));
        Assert.Null(progress.Failure());
    }

    private static ExperimentProgress Run(ExperimentProgress progress, int stages)
    {
        var open = new Queue<StageId>(progress.Next().Union(progress.Open));
        for (; stages > 0 && open.TryDequeue(out var stage); stages--)
        {
            progress.Ended(stage, Success(progress, stage));
            foreach (var next in progress.Next())
            {
                open.Enqueue(next);
            }
        }

        return progress;
    }

    private static StageStanding Success(ExperimentProgress progress, StageId stage) =>
        new() { Result = FakeEngine.ResultOf(progress.RequestFor(stage, retry: false).Recipe), PaidHere = true };

    private static string Text(ExperimentProgress progress) => CanonicalJson.Serialize(
        new { progress.Counts, progress.StagesDone, progress.EpochsDone, progress.Front, progress.Dense });
}
