using System.Text.Json.Nodes;
using Orleans;
using Orleans.Runtime;
using Sweep.Planning;
using Sweep.Recipes;
using Sweep.Scheduling;
using Sweep.Testing;

namespace Sweep.Grains.Tests;

/// <summary>Experiments whose trials are proposed one by one, in virtual time.</summary>
public class DynamicExperimentTests
{
    private static SweepSpec Drawn(string name, SearchAlgorithm algorithm = SearchAlgorithm.Sobol, int trials = 10)
    {
        var spec = TestSpec.Of(name, methods: [PruningMethod.Gohsp, PruningMethod.Somp]);
        return spec with
        {
            Space = spec.Space with
            {
                Sparsity = new SpaceAxis<double> { Range = [0.2, 0.6] },
                Lambda = null,
                Rho = new SpaceAxis<double> { Range = [1e-3, 1e-1], Scale = AxisScale.Log },
            },
            Search = new SearchSpec { Algorithm = algorithm, Trials = trials, Seed = 3 },
            Parallelism = 3,
        };
    }

    private static SweepSpec Halving(string name, StoppingMode mode) => Drawn(name, trials: 9) with
    {
        Finetune = new FinetuneSpec { Epochs = 9 },
        Stopping = new StoppingSpec { Algorithm = StoppingAlgorithm.Asha, Mode = mode, Reduction = 3, MinEpochs = 1 },
    };

    /// <summary>Whatever is interrupted, a space-filling search comes to the same trials and the same front.</summary>
    [Theory]
    [InlineData(SearchAlgorithm.Sobol)]
    [InlineData(SearchAlgorithm.Random)]
    public async Task SpaceFillingSearch_InterruptedOften_FindsTheSameFront(SearchAlgorithm algorithm)
    {
        var whole = await Run(Drawn("drawn", algorithm), kills: 0);
        var broken = await Run(Drawn("drawn", algorithm), kills: 6);

        Assert.Equal(10, whole.Trials.Count);
        Assert.All(whole.Trials, trial => Assert.False(string.IsNullOrWhiteSpace(trial.Reason)));
        Assert.Equal(10, whole.Trials.Select(trial => trial.Settings).Distinct().Count());
        Assert.Equal(SweepTests.Untimed(whole), SweepTests.Untimed(broken));
    }

    /// <summary>A searcher that learns goes on after an interruption with the trials that it had proposed.</summary>
    [Fact]
    public async Task LearningSearch_Interrupted_EndsWithAllItsTrials()
    {
        var result = await Run(Drawn("learned", SearchAlgorithm.Nsga2, trials: 12), kills: 4);

        Assert.Equal(ExperimentState.Complete, result.State);
        Assert.Equal(12, result.Trials.Count(trial => trial.State == TrialState.Complete));
    }

    [Fact]
    public async Task WarmStart_NeedsAnEarlierExperiment_AndLearnsFromIt()
    {
        await using var cluster = await FakeCluster.Start();
        var second = Drawn("second", SearchAlgorithm.Nsga2, trials: 6);
        second = second with { Search = second.Search with { WarmStart = ["first"] } };
        var refused = await Assert.ThrowsAsync<ExperimentNotFoundException>(() => cluster.Api.Submit(second, default));
        Assert.Contains("there is none named 'first'", refused.Message, StringComparison.Ordinal);

        var first = Drawn("first", trials: 8);
        await cluster.Api.Submit(first, default);
        await cluster.RunUntilEnded("first");
        var learned = await new EarlierTrials(cluster.Grains).Read(second);
        Assert.Equal(8, learned.Count);
        Assert.Equal(Enumerable.Range(1, 8).Select(number => -number), learned.Select(observation => observation.Trial));
        Assert.All(learned, observation => Assert.Equal(3, observation.Costs!.Count));

        await cluster.Api.Submit(second, default);
        Assert.Equal(6, (await cluster.RunUntilEnded("second")).Trials.Complete);
    }

    [Fact]
    public async Task KnownTrials_AreLearntFrom_FromTheFirstTrialOn()
    {
        await using var cluster = await FakeCluster.Start();
        var cold = Drawn("cold", SearchAlgorithm.Nsga2, trials: 6);
        await cluster.Api.Submit(cold, default);
        await cluster.RunUntilEnded("cold");
        var found = (await cluster.Api.GetResult("cold", default)).Trials;
        var warm = cold with
        {
            Name = "warm",
            Search = cold.Search with
            {
                Population = 2,
                Known =
                [
                    .. found.Select(trial => new KnownTrial
                    {
                        Method = trial.Settings.Method,
                        Sparsity = trial.Settings.Sparsity,
                        Lambda = trial.Settings.Lambda,
                        Rho = trial.Settings.Rho,
                        Accuracy = trial.Metrics!.Accuracy,
                        Parameters = trial.Metrics.Parameters,
                        Flops = trial.Metrics.Flops,
                    }),
                ],
            },
        };

        await cluster.Api.Submit(warm, default);
        Assert.Equal(6, (await cluster.RunUntilEnded("warm")).Trials.Complete);
        var trials = (await cluster.Api.GetResult("warm", default)).Trials;
        Assert.Contains(trials, trial => trial.Reason!.Contains("a trial of an earlier experiment", StringComparison.Ordinal));
        Assert.Empty(trials.Select(trial => trial.Settings).Intersect(found.Select(trial => trial.Settings)));
        Assert.Equal(warm.Search.Known, (await cluster.Api.GetSpec("warm", default)).Search.Known);
    }

    /// <summary>No stage of a trial is requested before the trial is on disk.</summary>
    [Fact]
    public async Task Trials_AreStoredBeforeTheirStagesAreRequested()
    {
        var spec = Drawn("stored");
        var planner = new TrialPlanner(spec);
        var known = planner.Dense.SelectMany(net => net.Stages).Select(stage => stage.Id).ToHashSet();
        var early = new List<string>();
        await using var cluster = await FakeCluster.Start();
        cluster.Disk.AfterWrite = (key, text) =>
        {
            lock (known)
            {
                if (key.StartsWith("trials-", StringComparison.Ordinal))
                {
                    known.UnionWith(CanonicalJson.Deserialize<StoredTrials>(text).Trials.SelectMany(trial => planner.Plan(trial.Number, trial.Settings).Stages).Select(stage => stage.Id));
                }
                else if (key.StartsWith("stage|", StringComparison.Ordinal) && CanonicalJson.Deserialize<StoredStage>(text).Stage is { } stage && !known.Contains(stage.Id))
                {
                    early.Add(stage.Id.Value);
                }
            }
        };
        await cluster.Api.Submit(spec, default);
        await cluster.RunUntilEnded("stored");

        Assert.Empty(early);
    }

    [Theory]
    [InlineData(StoppingMode.Promote, 0)]
    [InlineData(StoppingMode.Stop, 0)]
    [InlineData(StoppingMode.Promote, 5)]
    [InlineData(StoppingMode.Stop, 5)]
    public async Task Halving_StopsTrialsAtRungs_AndSaysWhy(StoppingMode mode, int kills)
    {
        var spec = Halving("halving", mode);
        var result = await Run(spec, kills);

        Assert.Equal(ExperimentState.Complete, result.State);
        Assert.Equal(9, result.Trials.Count);
        var stopped = result.Trials.Where(trial => trial.State == TrialState.Stopped).ToList();
        var complete = result.Trials.Where(trial => trial.State == TrialState.Complete).ToList();
        Assert.Equal(9, stopped.Count + complete.Count);
        Assert.NotEmpty(stopped);
        Assert.NotEmpty(complete);
        Assert.All(stopped, trial =>
        {
            Assert.Null(trial.Metrics);
            Assert.Equal(TrialVerdict.Stop, trial.Rungs![^1].Verdict);
            Assert.False(string.IsNullOrWhiteSpace(trial.Rungs[^1].Reason));
            Assert.All(trial.Rungs.SkipLast(1), rung => Assert.Equal(TrialVerdict.Continue, rung.Verdict));
        });
        Assert.All(complete, trial =>
        {
            Assert.Equal([1, 3, 9], trial.Rungs!.Select(rung => rung.Epochs));
            Assert.Null(trial.Rungs![^1].Verdict);
            Assert.Equal(trial.Metrics, trial.Rungs[^1].Metrics);
        });
        Assert.Subset(complete.Select(trial => trial.Id).ToHashSet(), result.Front.ToHashSet());

        // What stopped trials did not train is not needed, and not run.
        var tuned = result.Trials.Sum(trial => trial.Rungs![^1].Epochs);
        Assert.Equal(result.Sharing.EpochsNeeded, result.Sharing.EpochsRun);
        Assert.True(tuned < 9 * 9 && result.Sharing.EpochsRun < ExperimentPlanner.Plan(spec, [.. result.Trials.Select(trial => trial.Settings)]).EpochsNeeded);
    }

    /// <summary>The second most accurate is dominated by the most accurate, and goes on only where accuracy alone counts.</summary>
    [Theory]
    [InlineData(TrialRanking.FirstObjective, 0, 1)]
    [InlineData(TrialRanking.NonDominated, 0, 2)]
    public void Halving_RanksAsTheSpecSays(TrialRanking ranking, params int[] expected)
    {
        var spec = Halving("ranked", StoppingMode.Promote);
        var stopping = Deciders.StoppingOf(spec with { Stopping = spec.Stopping! with { Ranking = ranking } })!;
        double[][] costs = [[-0.9, 5], [-0.8, 6], [-0.7, 1], [-0.6, 7], [-0.5, 8], [-0.4, 9]];
        foreach (var (trial, cost) in costs.Index().Reverse())
        {
            stopping.Restore(new RungResult { Trial = trial, Rung = 0, Costs = cost }, TrialVerdict.Wait);
        }

        var on = stopping.Close().Where(decision => decision.Verdict == TrialVerdict.Continue).Select(decision => decision.Trial);

        Assert.Equal(expected, on.Order());
    }

    [Fact]
    public async Task Halving_SharesTheFirstRung_AcrossExperiments()
    {
        await using var cluster = await FakeCluster.Start();
        var counts = SweepTests.Watch(cluster);
        await cluster.Api.Submit(Halving("one", StoppingMode.Stop), default);
        await cluster.Api.Submit(Halving("two", StoppingMode.Promote), default);
        await cluster.RunUntilEnded("one");
        await cluster.RunUntilEnded("two");

        Assert.Empty(counts.Faults);
        Assert.All(counts.Successes.Values, successes => Assert.Equal(1, successes));
    }

    [Fact]
    public async Task LimitOfTrials_OpensNoMore_AndSaysSo()
    {
        var result = await Run(Drawn("few") with { Limits = new LimitsSpec { Trials = 4 } }, kills: 1);

        Assert.Equal((ExperimentState.Complete, "limits.trials was reached: 4 trials were opened"), (result.State, result.Reason));
        Assert.Equal(4, result.Trials.Count(trial => trial.State == TrialState.Complete));
    }

    [Theory]
    [InlineData("failures")]
    [InlineData("deviceHours")]
    [InlineData("wallTime")]
    [InlineData("plateau")]
    public async Task Limit_EndsTheExperiment_AsComplete_WithItsReason(string limit)
    {
        var spec = Drawn("limited", trials: 40) with
        {
            Limits = limit switch
            {
                "failures" => new LimitsSpec { Failures = 2 },
                "deviceHours" => new LimitsSpec { DeviceHours = 20.0 / 3600 },
                "wallTime" => new LimitsSpec { WallTime = TimeSpan.FromSeconds(40) },
                _ => null,
            },
            Stopping = limit == "plateau" ? new StoppingSpec { Plateau = new PlateauSpec { Trials = 3, Gain = 0.2 } } : null,
        };
        await using var cluster = await FakeCluster.Start();
        foreach (var worker in cluster.Workers)
        {
            worker.Failures = assignment => limit == "failures" && assignment.Recipe.Kind == StageKind.FineTune ? SweepTests.Failure(FailureReason.BadData) : null;
        }

        await cluster.Api.Submit(spec, default);
        var status = await cluster.RunUntilEnded("limited");
        var result = await cluster.Api.GetResult("limited", default);

        Assert.Equal(ExperimentState.Complete, status.State);
        Assert.Contains(limit + " was reached", status.Reason, StringComparison.Ordinal);
        Assert.Equal(status.Reason, result.Reason);
        Assert.Equal((0, 0), (status.Trials.Running, status.Trials.Waiting));
        Assert.True(result.Trials.Count < 40);
        await cluster.RunUntil(async () => (await cluster.Api.GetQueue(default)) is { Depth: 0 } queue && queue.Workers.All(worker => worker.Running is null), "an idle cluster");
    }

    /// <summary>Experiments stored before there were pages of trials: a grid, and outcomes by the order of its stages.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(13)]
    [InlineData(int.MaxValue)]
    public async Task ExperimentStoredByTheFirstVersions_GoesOn(int stages)
    {
        var spec = TestSpec.Of("first") with { Parallelism = stages == 13 ? 2 : null };
        await using var cluster = await FakeCluster.Start();
        var counts = SweepTests.Watch(cluster);
        await cluster.Api.Submit(spec, default);
        await cluster.RunUntil(
            async () => counts.Successes.Count >= stages || (await cluster.Api.GetStatus("first", default)).EndedAt is not null, FormattableString.Invariant($"{stages} stages"));
        var id = cluster.Grains.GetGrain<IExperimentGrain>("first").GetGrainId();
        await cluster.Kill();
        foreach (var worker in cluster.Workers)
        {
            worker.Crash();
        }

        await StoreAsTheFirstVersionsDid(cluster.Disk, id, spec);
        await cluster.Start();

        Assert.Equal(ExperimentState.Complete, (await cluster.RunUntilEnded("first")).State);
        Assert.Equal(SweepTests.Expected(spec), SweepTests.Untimed(await cluster.Api.GetResult("first", default)));
        counts.AssertEachOnce(ExperimentPlanner.Plan(spec).Trials.SelectMany(trial => trial.Stages).Select(stage => stage.Id));
        Assert.Single(cluster.Disk.Named("trials-00000"));
    }

    private static async Task StoreAsTheFirstVersionsDid(FakeDisk disk, GrainId id, SweepSpec spec)
    {
        var storage = disk.Open();
        var order = ExperimentPlanner.Plan(spec).Paths.SelectMany(trial => trial.Stages).Select(stage => stage.Id).Distinct().Index()
            .ToDictionary(stage => stage.Item, stage => stage.Index / 64);
        var outcomes = new Dictionary<StageId, StageStanding>();
        foreach (var name in new[] { "results-dense", "results-00000" })
        {
            var page = new GrainState<StoredOutcomes>(new StoredOutcomes());
            await storage.ReadStateAsync(name, id, page);
            foreach (var (stage, outcome) in page.State!.Outcomes)
            {
                outcomes.Add(stage, outcome);
            }

            await storage.ClearStateAsync(name, id, page);
        }

        var trials = new GrainState<StoredTrials>(new StoredTrials());
        await storage.ReadStateAsync("trials-00000", id, trials);
        await storage.ClearStateAsync("trials-00000", id, trials);
        foreach (var page in outcomes.GroupBy(outcome => order[outcome.Key]))
        {
            var state = new GrainState<StoredOutcomes>(new StoredOutcomes { Outcomes = page.ToDictionary() });
            await storage.WriteStateAsync(FormattableString.Invariant($"outcomes-{page.Key:0000}"), id, state);
        }

        // The record of those days knew none of the keys that a sweep file has got since.
        var record = new GrainState<JsonObject>([]);
        await storage.ReadStateAsync("experiment", id, record);
        var stored = record.State!["experiment"]!["spec"]!.AsObject();
        Assert.True(stored.Remove("priority") && stored.Remove("weight") && stored["search"]!.AsObject().Remove("seed"));
        await storage.WriteStateAsync("experiment", id, record);
    }

    private static async Task<ExperimentResult> Run(SweepSpec spec, int kills)
    {
        await using var cluster = await FakeCluster.Start();
        var counts = SweepTests.Watch(cluster);
        await cluster.Api.Submit(spec, default);
        for (var kill = 0; kill < kills; kill++)
        {
            var enough = counts.Successes.Count + 4;
            await cluster.RunUntil(
                async () => counts.Successes.Count >= enough || (await cluster.Api.GetStatus(spec.Name, default)).EndedAt is not null, FormattableString.Invariant($"{enough} stages"));
            await cluster.Kill();
            foreach (var worker in cluster.Workers)
            {
                worker.Crash();
            }

            await cluster.Start();
        }

        await cluster.RunUntilEnded(spec.Name);
        Assert.Empty(counts.Faults);
        Assert.All(counts.Successes.Values, successes => Assert.Equal(1, successes));
        return await cluster.Api.GetResult(spec.Name, default);
    }
}
