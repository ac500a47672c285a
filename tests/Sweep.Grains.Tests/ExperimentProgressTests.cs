using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

public class ExperimentProgressTests
{
    private static readonly SweepSpec Spec = TestSpec.Of("a");

    [Fact]
    public void Next_OfANewExperiment_WantsTheRootOnce()
    {
        var progress = new ExperimentProgress(Spec);
        Assert.Equal(StageKind.Pretrain, Assert.Single(progress.Next()).Kind);
        Assert.Empty(progress.Next());
        Assert.Equal(9, progress.Counts.Running);
    }

    [Fact]
    public void Ended_OpensTheChildren_EachOnce()
    {
        var progress = new ExperimentProgress(Spec);
        var root = progress.Next().Single();
        var success = Success(progress, root);
        Assert.Equal(-1, progress.Ended(root, success));
        Assert.Null(progress.Ended(root, success));
        var next = progress.Next();
        Assert.Equal(next.Distinct(), next);
        Assert.Equal(
            [StageKind.RankHeads, StageKind.SparseTrain, StageKind.HardPrune, StageKind.HardPrune, StageKind.HardPrune, StageKind.Evaluate],
            next.Select(stage => stage.Kind).Order());
    }

    [Fact]
    public void Outcomes_InAnyOrder_GiveTheSameProgress()
    {
        var outcomes = new Dictionary<StageId, StageStanding>();
        var whole = Run(new ExperimentProgress(Spec), int.MaxValue, outcomes);
        var shuffled = outcomes.ToArray();
        new Random(7).Shuffle(shuffled);
        var loaded = new ExperimentProgress(Spec, Unended(whole));
        foreach (var (stage, outcome) in shuffled)
        {
            loaded.Ended(stage, outcome);
        }

        Assert.True(loaded.AllEnded);
        Assert.Empty(loaded.Next());
        Assert.Equal(Text(whole), Text(loaded));
        Assert.Equal(SweepTests.Expected(Spec), Document(loaded, outcomes));
    }

    /// <summary>What is stored of trials that have ended is enough: their stages need not be heard of again.</summary>
    [Fact]
    public void EndedTrials_NeedNoOutcomes()
    {
        var outcomes = new Dictionary<StageId, StageStanding>();
        var whole = Run(new ExperimentProgress(Spec), int.MaxValue, outcomes);
        var loaded = new ExperimentProgress(Spec, whole.StoredFrom(0, int.MaxValue));
        foreach (var (stage, outcome) in outcomes)
        {
            loaded.Ended(stage, outcome);
        }

        Assert.True(loaded.AllEnded);
        Assert.Equal(Text(whole), Text(loaded));
        Assert.Equal(SweepTests.Expected(Spec), Document(loaded, outcomes));
        Assert.Empty(loaded.ChangedTrials);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(17)]
    public void Loaded_FromPart_WantsWhatWasOpen(int stages)
    {
        var outcomes = new Dictionary<StageId, StageStanding>();
        var part = Run(new ExperimentProgress(Spec), stages, outcomes);
        part.Next();
        var loaded = new ExperimentProgress(Spec, part.StoredFrom(0, int.MaxValue));
        foreach (var (stage, outcome) in outcomes)
        {
            loaded.Ended(stage, outcome);
        }

        Assert.Equal(part.Open.Order(), loaded.Next().Order());
        Assert.Equal(Text(part), Text(loaded));
    }

    [Fact]
    public void Failure_OfAll_SaysWhy()
    {
        var progress = new ExperimentProgress(Spec);
        var root = progress.Next().Single();
        progress.Ended(root, new StageStanding { Failure = SweepTests.Failure(FailureReason.BadData) });
        Assert.True(progress.AllEnded);
        Assert.Equal(9, progress.Counts.Failed);
        Assert.Contains("as scripted", progress.Failure(), StringComparison.Ordinal);
        Assert.Empty(progress.Retryable());
    }

    /// <summary>A new spec is refused for it; one of an earlier release may be stored.</summary>
    [Fact]
    public void ConstraintsThatRefuseEverything_AreWhyThereIsNoTrial()
    {
        var progress = ExperimentProgress.Of(Spec with
        {
            Space = Spec.Space with { Sparsity = new SpaceAxis<double> { Range = [0.2, 0.6] } },
            Search = new SearchSpec { Algorithm = SearchAlgorithm.Sobol, Trials = 5 },
            Constraints = ["sparsity >= 0.9"],
        });

        Run(progress, int.MaxValue);

        Assert.True(progress.AllEnded);
        Assert.Equal(0, progress.Opened);
        Assert.Equal(
            "There is no trial: Some point of the space must satisfy the constraints, but none of 10000 points that were drawn does.", progress.Failure());
    }

    [Fact]
    public void Parallelism_OpensTheNextTrial_WhenOneHasEnded()
    {
        var progress = new ExperimentProgress(Spec with { Parallelism = 1 });
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
        var progress = new ExperimentProgress(spec);
        var roots = progress.Next();
        Assert.Equal(3, roots.Count);
        Assert.All(roots, root => Assert.Equal(StageKind.Pretrain, root.Kind));

        var outcomes = new Dictionary<StageId, StageStanding>();
        Run(progress, int.MaxValue, outcomes);
        Assert.True(progress.AllEnded);
        Assert.Equal(27, progress.Counts.Complete);
        var plan = ExperimentPlanner.Plan(spec);
        Assert.Equal((plan.Stages, plan.Stages), (progress.Stages, progress.StagesDone));
        Assert.Equal((plan.EpochsNeeded, plan.EpochsAsked), (progress.EpochsNeeded, progress.EpochsAsked));
        Assert.All(plan.DenseSeeds, dense => Assert.Contains(dense.Evaluate.Id, outcomes.Keys));
    }

    [Fact]
    public void Seeds_OfWhichOneFails_LeaveTheOthersTheirAnswer()
    {
        var spec = Spec with { Space = Spec.Space with { Seed = new SpaceAxis<long> { Values = [0, 1] } } };
        var progress = new ExperimentProgress(spec);
        var roots = progress.Next();
        progress.Ended(roots[0], new StageStanding { Failure = SweepTests.Failure(FailureReason.BadData) });
        Run(progress, int.MaxValue);

        Assert.True(progress.AllEnded);
        Assert.Equal((9, 9), (progress.Counts.Complete, progress.Counts.Failed));
        Assert.Null(progress.Failure());
    }

    private static ExperimentProgress Run(ExperimentProgress progress, int stages, Dictionary<StageId, StageStanding>? outcomes = null)
    {
        var open = new Queue<StageId>(progress.Next().Union(progress.Open));
        for (; stages > 0 && open.TryDequeue(out var stage); stages--)
        {
            var success = Success(progress, stage);
            outcomes?.Add(stage, success);
            progress.Ended(stage, success);
            foreach (var next in progress.Next())
            {
                open.Enqueue(next);
            }
        }

        progress.Stored(progress.StoredFrom(0, int.MaxValue));
        return progress;
    }

    private static StageStanding Success(ExperimentProgress progress, StageId stage) =>
        new() { Result = FakeEngine.ResultOf(progress.RequestFor(stage, retry: false).Recipe), PaidHere = true };

    private static IReadOnlyList<StoredTrial> Unended(ExperimentProgress progress) =>
        [.. progress.StoredFrom(0, int.MaxValue).Select(trial => trial with { End = null })];

    private static string Document(ExperimentProgress progress, IReadOnlyDictionary<StageId, StageStanding> outcomes) =>
        CanonicalJson.Serialize(progress.Result(ExperimentState.Complete, (_, stage) => outcomes.GetValueOrDefault(stage)));

    private static string Text(ExperimentProgress progress) => CanonicalJson.Serialize(
        new { progress.Counts, progress.StagesDone, progress.EpochsDone, progress.EpochsNeeded, progress.EpochsAsked, progress.Stages, progress.Front, progress.Dense });
}
