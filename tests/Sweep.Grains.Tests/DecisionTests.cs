using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>What is said about the searcher's and the stopping rule's decisions, and how the searcher is asked.</summary>
public class DecisionTests
{
    private static SweepSpec Drawn(SearchAlgorithm algorithm, int trials)
    {
        var spec = TestSpec.Of("decided", methods: [PruningMethod.Somp]);
        return spec with
        {
            Space = spec.Space with { Sparsity = new SpaceAxis<double> { Range = [0.2, 0.6] }, Lambda = null },
            Search = new SearchSpec { Algorithm = algorithm, Trials = trials, Seed = 3 },
            Parallelism = 3,
        };
    }

    private static SweepSpec Halving(StoppingMode mode = StoppingMode.Promote) => Drawn(SearchAlgorithm.Sobol, 9) with
    {
        Finetune = new FinetuneSpec { Epochs = 9 },
        Stopping = new StoppingSpec { Algorithm = StoppingAlgorithm.Asha, Mode = mode, Reduction = 3, MinEpochs = 1 },
    };

    [Fact]
    public async Task SpaceTriedToItsEnd_EndsTheExperiment_WithTheReason()
    {
        var spec = Drawn(SearchAlgorithm.Random, 10);
        await using var cluster = await FakeCluster.Start();
        await cluster.Api.Submit(spec with { Space = spec.Space with { Sparsity = new SpaceAxis<double> { Values = [0.2, 0.4, 0.6] } } }, default);
        var status = await cluster.RunUntilEnded("decided");

        Assert.Equal((ExperimentState.Complete, 3), (status.State, status.Trials.Complete));
        Assert.Equal("after 3 trials the space has no point left that the constraints allow and no trial has had", status.Reason);
    }

    [Fact]
    public void TrialOfAGrid_SaysWhichCombinationItIs()
    {
        var progress = new ExperimentProgress(TestSpec.Of("grid") with { Parallelism = 1 });
        progress.Next();

        var trials = progress.Results(0, int.MaxValue, ExperimentState.Running, (_, _) => null);
        Assert.Equal(("Combination 1 of 9 of the grid.", "Combination 9 of 9 of the grid."), (trials[0].Reason, trials[8].Reason));
    }

    /// <summary>4 epochs have the rungs 1 and 4, 9 have 1, 3 and 9: after 4 epochs a short trial is at its end, and the long ones never are there.</summary>
    [Fact]
    public void TrialsOfDifferentLengths_AreComparedAfterTheSameEpochs_AndNotAtTheirEnds()
    {
        var spec = Halving();
        spec = spec with
        {
            Space = spec.Space with { FinetuneEpochs = new SpaceAxis<int> { Values = [4, 9] } },
            Search = spec.Search with { Trials = 12 },
            Parallelism = 12,
        };
        var seen = new List<RungResult>();
        var progress = new ExperimentProgress(spec, searcher: Searchers.Create(SearchAlgorithm.Sobol, new TrialSpace(spec).Space, 3, 12, null, 3), stopping: new Everyone(seen));
        Run(progress);

        var trials = Results(progress, ExperimentState.Complete);
        var (shorts, longs) = (trials.Where(trial => trial.Settings.FinetuneEpochs == 4).ToList(), trials.Where(trial => trial.Settings.FinetuneEpochs == 9).ToList());
        Assert.True(shorts.Count > 0 && longs.Count > 0);
        Assert.All(shorts, trial => Assert.Equal([1, 4], trial.Rungs!.Select(rung => rung.Epochs)));
        Assert.All(longs, trial => Assert.Equal([1, 3, 9], trial.Rungs!.Select(rung => rung.Epochs)));
        Assert.Equal(
            longs.Select(trial => trial.Id).Order(),
            seen.Where(result => result.Rung == 1).Select(result => TrialPlanner.IdOf(result.Trial)).Order());
        Assert.Equal(12, seen.Count(result => result.Rung == 0));
        Assert.DoesNotContain(seen, result => result.Rung > 1);

        // Gone on with, the rule is told the same.
        var again = new List<RungResult>();
        _ = new ExperimentProgress(
            spec, progress.StoredFrom(0, int.MaxValue), Searchers.Create(SearchAlgorithm.Sobol, new TrialSpace(spec).Space, 3, 12, null, 3), new Everyone(again));
        Assert.Equal(Places(seen), Places(again));

        static IEnumerable<(int, int)> Places(IEnumerable<RungResult> results) => results.Select(result => (result.Trial, result.Rung)).Order();
    }

    [Theory]
    [InlineData(StoppingMode.Promote)]
    [InlineData(StoppingMode.Stop)]
    public void Verdicts_HaveTheirRankAndReason(StoppingMode mode)
    {
        var progress = ExperimentProgress.Of(Halving(mode));
        Run(progress);

        var trials = Results(progress, ExperimentState.Complete);
        var rungs = trials.SelectMany(trial => trial.Rungs!).Where(rung => rung.Verdict is not null).ToList();
        Assert.NotEmpty(rungs);
        Assert.All(rungs, rung =>
        {
            Assert.InRange(rung.Rank!.Value, 1, rung.Of!.Value);
            Assert.StartsWith(FormattableString.Invariant($"rank {rung.Rank} of {rung.Of} after {rung.Epochs} epoch"), rung.Reason, StringComparison.Ordinal);
        });
        Assert.All(trials, trial => Assert.Equal(trial.State == TrialState.Stopped ? trial.Rungs![^1].Reason : null, trial.StopReason));
    }

    [Fact]
    public void TrialThatWaits_SaysWhatFor()
    {
        var progress = ExperimentProgress.Of(Halving() with { Parallelism = 1 });
        while (Waiting(progress).Count < 1)
        {
            Step(progress);
        }

        Assert.Equal("waits after 1 epoch for 3 trials to come so far, of which 1 has", Assert.Single(Waiting(progress)));
        while (!Waiting(progress).Contains("waits after 1 epoch to be among the best 2 of 6, who go on"))
        {
            Assert.False(progress.AllEnded);
            Step(progress);
        }

        static List<string> Waiting(ExperimentProgress progress) =>
            [.. Results(progress, ExperimentState.Running).SelectMany(trial => trial.Rungs ?? []).Where(rung => rung.Verdict == TrialVerdict.Wait).Select(rung => rung.Reason!)];
    }

    [Fact]
    public void StoppedTrial_SaysWhatStoppedIt()
    {
        var progress = ExperimentProgress.Of(Drawn(SearchAlgorithm.Sobol, 5));
        progress.Next();
        progress.Stop(1);

        var trials = Results(progress, ExperimentState.Running);
        Assert.Equal((TrialState.Stopped, "a person stopped it"), (trials[1].State, trials[1].StopReason));
        Assert.Null(trials[0].StopReason);
        Assert.Equal("the experiment ended before the trial did", Results(progress, ExperimentState.Cancelled)[0].StopReason);
    }

    /// <summary>Asked apart and answered at once, a searcher proposes what it proposes when it is waited for; at most one question is out.</summary>
    [Fact]
    public void SearcherThatTakesLong_IsAskedApart_AndProposesTheSame()
    {
        var spec = Drawn(SearchAlgorithm.Motpe, 16);
        var waited = ExperimentProgress.Of(spec);
        Run(waited);
        var apart = ExperimentProgress.Of(spec, apart: true);
        Assert.Equal(0, apart.Opened);
        Run(apart);

        Assert.Equal(16, apart.Opened);
        Assert.Equal(
            waited.StoredFrom(0, 16).Select(trial => (trial.Settings, trial.Reason)), apart.StoredFrom(0, 16).Select(trial => (trial.Settings, trial.Reason)));
    }

    /// <summary>Trials that end while the searcher thinks change nothing about its answer; one that never comes is asked for again.</summary>
    [Fact]
    public void Question_HasTheHistoryOfItsTime()
    {
        var spec = Drawn(SearchAlgorithm.Motpe, 16);
        var progress = ExperimentProgress.Of(spec, apart: true);
        while (progress.Opened < 14)
        {
            Step(progress);
        }

        progress.Next();
        var question = progress.TakeQuestion();
        while (question is null)
        {
            Step(progress);
            progress.Next();
            question = progress.TakeQuestion();
        }

        var early = question.Answer();
        foreach (var stage in progress.Open.ToList())
        {
            progress.Ended(stage, Success(progress, stage));
        }

        Assert.Equal(early, question.Answer());
        progress.Next();
        Assert.Null(progress.TakeQuestion());

        // Its answer is lost: the number is asked for again, with what is known by now.
        progress.Answer(question, null);
        var next = progress.TakeQuestion()!;
        Assert.Equal(question.Number, next.Number);
        progress.Answer(question, early);
        var opened = progress.Opened;
        progress.Next();
        Assert.Equal(opened, progress.Opened);
        progress.Answer(next, next.Answer());
        progress.Next();
        Assert.Equal(opened + 1, progress.Opened);
    }

    [Fact]
    public async Task SearcherThatTakesLong_InterruptedOften_ProposesEachTrialOnce()
    {
        await using var cluster = await FakeCluster.Start();
        var counts = SweepTests.Watch(cluster);
        await cluster.Api.Submit(Drawn(SearchAlgorithm.Motpe, 15), default);
        for (var kill = 0; kill < 4; kill++)
        {
            var enough = counts.Successes.Count + 6;
            await cluster.RunUntil(
                async () => counts.Successes.Count >= enough || (await cluster.Api.GetStatus("decided", default)).EndedAt is not null, "some stages");
            await cluster.Kill();
            foreach (var worker in cluster.Workers)
            {
                worker.Crash();
            }

            await cluster.Start();
        }

        var status = await cluster.RunUntilEnded("decided");
        var trials = (await cluster.Api.GetResult("decided", default)).Trials;
        Assert.Equal((ExperimentState.Complete, 15), (status.State, status.Trials.Complete));
        Assert.Equal(15, trials.Select(trial => trial.Settings).Distinct().Count());
        Assert.All(counts.Successes.Values, successes => Assert.Equal(1, successes));
    }

    private static IReadOnlyList<TrialResult> Results(ExperimentProgress progress, ExperimentState state) => progress.Results(0, int.MaxValue, state, (_, _) => null);

    private static void Run(ExperimentProgress progress)
    {
        while (!progress.AllEnded)
        {
            Step(progress);
        }
    }

    /// <summary>One outcome, and whatever the searcher is asked.</summary>
    private static void Step(ExperimentProgress progress)
    {
        progress.Next();
        while (progress.TakeQuestion() is { } question)
        {
            progress.Answer(question, question.Answer());
            progress.Next();
        }

        if (progress.AllEnded)
        {
            return;
        }

        Assert.NotEmpty(progress.Open);
        var stage = progress.Open.Min();
        progress.Ended(stage, Success(progress, stage));
    }

    private static StageStanding Success(ExperimentProgress progress, StageId stage) =>
        new() { Result = FakeEngine.ResultOf(progress.RequestFor(stage, retry: false).Recipe), PaidHere = true };

    /// <summary>Lets everyone go on, and notes what it was told.</summary>
    private sealed class Everyone(List<RungResult> seen) : ITrialStopping
    {
        public IReadOnlyList<StoppingDecision> Report(RungResult result)
        {
            seen.Add(result);
            return [new StoppingDecision(result.Trial, result.Rung, TrialVerdict.Continue, "everyone goes on", 1, 1)];
        }

        public void Restore(RungResult result, TrialVerdict verdict) => seen.Add(result);

        public IReadOnlyList<StoppingDecision> Close() => [];
    }
}
