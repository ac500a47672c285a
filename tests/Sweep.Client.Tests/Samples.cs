using Sweep.Grains;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Tests;

/// <summary>An experiment with a front of two, a dominated trial and a failed one.</summary>
internal static class Samples
{
    public const string Spec = """
        apiVersion: sweep/v1
        name: two-methods
        model:    { preset: vit-nano-28 }
        data:     { name: fashion-mnist }
        pretrain: { epochs: 2, learningRate: 3e-3 }
        space:
          method:   { values: [vtp, somp] }
          sparsity: { values: [0.2, 0.4] }
        sparsify: { epochs: 1 }
        finetune: { epochs: 1 }   # short

        """;

    private static readonly StageId s_evaluate = StageId.Parse("evaluate-1-" + new string('0', 26));
    private static readonly StageId s_fineTune = StageId.Parse("finetune-1-7k" + new string('0', 24));

    public static ExperimentResult Result(string name = "two-methods", ExperimentState state = ExperimentState.Complete) => new()
    {
        Experiment = name,
        State = state,
        Objectives =
        [
            new Objective { Metric = Metric.Accuracy, Goal = Goal.Maximize },
            new Objective { Metric = Metric.Parameters, Goal = Goal.Minimize },
        ],
        Dense = new TrialMetrics { Accuracy = 0.871, TestAccuracy = 0.866, Parameters = 139_018, Flops = 2_431_232 },
        Trials =
        [
            Complete("t0001", PruningMethod.Vtp, 0.2, 0.868, 0.864, 111_200, 1_950_000, lambda: 1e-4),
            Complete("t0002", PruningMethod.Vtp, 0.4, 0.8594, 0.861, 83_400, 1_462_300, lambda: 1e-4),
            Complete("t0003", PruningMethod.Somp, 0.2, 0.855, 0.85, 111_210, 1_950_100),
            new TrialResult
            {
                Id = "t0004",
                State = TrialState.Failed,
                Settings = new TrialSettings { Method = PruningMethod.Somp, Sparsity = 0.4 },
                Failure = new TrialFailure
                {
                    Stage = s_fineTune,
                    Failure = new StageFailure { Reason = FailureReason.NonFiniteLoss, Message = "The loss must be finite, but is NaN, at step 7." },
                },
                Stages = [s_fineTune],
            },
        ],
        Front = ["t0001", "t0002"],
        Hypervolume = 0.41,
        Sharing = new SharingResult { EpochsAsked = 14, EpochsNeeded = 8, EpochsRun = 8 },
        Scope = new MeasurementScope { Data = "fashion-mnist", ValidationImages = 5000, TestImages = 10_000, Seeds = [0] },
    };

    /// <summary>One trial trained to its end, one stopped by the rule, one that waited when a limit ended the experiment, one that a person stopped.</summary>
    public static ExperimentResult Halved()
    {
        var result = Result("halved");
        RungOutcome Rung(TrialMetrics metrics, TrialVerdict verdict, int? rank, string reason) =>
            new() { Epochs = 1, Metrics = metrics with { Accuracy = 0.8 }, Verdict = verdict, Rank = rank, Of = rank is null ? null : 3, Reason = reason };
        var (first, second, third, fourth) = (result.Trials[0], result.Trials[1], result.Trials[2], result.Trials[3]);
        return result with
        {
            Reason = "limits.trials was reached: 4 trials were opened",
            Search = new SearchSpec { Algorithm = SearchAlgorithm.Random, Trials = 9 },
            Stopping = new StoppingSpec { Algorithm = StoppingAlgorithm.Asha },
            Trials =
            [
                first with
                {
                    Reason = "Drawn at random.",
                    Rungs =
                    [
                        Rung(first.Metrics!, TrialVerdict.Continue, 1, "rank 1 of 3 after 1 epoch; the best 1 goes on"),
                        new RungOutcome { Epochs = 3, Metrics = first.Metrics! },
                    ],
                },
                second with
                {
                    State = TrialState.Stopped,
                    Metrics = null,
                    Reason = "Drawn at random.",
                    Rungs = [Rung(second.Metrics!, TrialVerdict.Stop, 3, "rank 3 of 3 after 1 epoch; the best 1 goes on")],
                    StopReason = "rank 3 of 3 after 1 epoch; the best 1 goes on",
                },
                third with
                {
                    State = TrialState.Stopped,
                    Metrics = null,
                    Reason = "Drawn at random.",
                    Rungs = [Rung(third.Metrics!, TrialVerdict.Wait, null, "waits after 1 epoch to be among the best 1 of 3, who go on")],
                    StopReason = "the experiment ended before the trial did",
                },
                fourth with { State = TrialState.Stopped, Failure = null, Reason = "Drawn at random.", StopReason = "a person stopped it" },
            ],
            Front = ["t0001"],
        };
    }

    /// <summary>Three seeds of one setting, and one of an unstructured method.</summary>
    public static ExperimentResult ThreeSeeds()
    {
        double[] dense = [0.90, 0.88, 0.86];
        var trials = dense.Select((accuracy, seed) =>
        {
            var trial = Complete($"t000{seed + 1}", PruningMethod.Gohsp, 0.4, accuracy - 0.01 * (1 + seed), accuracy - 0.01 * (2 + seed), 83_400 + seed, 1_462_300, lambda: 0);
            return trial with
            {
                Settings = trial.Settings with { Target = BudgetTarget.Flops, Rho = 0.01, Seed = seed },
                Metrics = trial.Metrics! with { FlopsRatio = 1.66, Speedups = [Speed(1, 1.21 + 0.1 * seed), Speed(64, 1.5)] },
            };
        }).ToList();
        var masked = Complete("t0004", PruningMethod.Omp, 0.4, 0.87, 0.86, 139_018, 2_431_232);
        trials.Add(masked with { Settings = masked.Settings with { Seed = 0 }, Metrics = masked.Metrics! with { Zeros = 55_607 } });
        var result = Result("three-seeds") with
        {
            Trials = trials,
            Front = ["t0001"],
            DenseSeeds =
            [
                .. dense.Select((accuracy, seed) => new DenseResult
                {
                    Id = seed == 0 ? "dense" : $"dense-seed-{seed}",
                    Seed = seed,
                    Metrics = new TrialMetrics { Accuracy = accuracy, TestAccuracy = accuracy - 0.01, Parameters = 139_018, Flops = 2_431_232 },
                    Stages = [StageId.Parse(FormattableString.Invariant($"evaluate-1-{seed}{new string('0', 25)}"))],
                }),
            ],
            Scope = new MeasurementScope { Data = "fashion-mnist", ValidationImages = 5000, TestImages = 10_000, Seeds = [0, 1, 2] },
        };
        return result with { Dense = result.DenseSeeds![0].Metrics, Summary = SeedSummary.Of(result.Trials, result.DenseSeeds, 0) };
    }

    private static BatchBenchmark Speed(int batch, double speedUp) => new()
    {
        Batch = batch,
        SpeedUp = speedUp,
        Net = new PassTiming { P50 = 0.001, P95 = 0.002, Throughput = batch / 0.001 },
        Dense = new PassTiming { P50 = 0.001 * speedUp, P95 = 0.003, Throughput = batch / (0.001 * speedUp) },
    };

    public static ExperimentStatus Status(ExperimentResult result) => new()
    {
        Name = result.Experiment,
        State = result.State,
        Reason = result.Reason,
        Trials = new TrialCounts
        {
            Running = result.State is ExperimentState.Running ? 1 : 0,
            Complete = result.Trials.Count(trial => trial.State is TrialState.Complete),
            Failed = result.Trials.Count(trial => trial.State is TrialState.Failed),
        },
        EpochsDone = result.Sharing.EpochsNeeded,
        EpochsNeeded = result.Sharing.EpochsNeeded,
        EpochsAsked = result.Sharing.EpochsAsked,
        StagesDone = 14,
        Stages = 15,
        Front =
        [
            .. result.Trials.Where(trial => result.Front.Contains(trial.Id))
                .Select(trial => new FrontPoint { Trial = trial.Id, Settings = trial.Settings, Metrics = trial.Metrics! }),
        ],
        Dense = result.Dense,
        SubmittedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };

    /// <summary>Half way, one stage on a worker.</summary>
    public static ExperimentStatus Running(string name = "two-methods", double epochsDone = 3.5) => Status(Result(name, ExperimentState.Running)) with
    {
        EpochsDone = epochsDone,
        Running = [Stage],
    };

    public static RunningStage Stage => new() { Stage = s_fineTune, Worker = "primary/cpu-0/1", Attempt = 1, EpochsDone = 0.5, Epochs = 1, Loss = 0.5123 };

    private static TrialResult Complete(
        string id, PruningMethod method, double sparsity, double accuracy, double test, long parameters, long flops, double? lambda = null) => new()
        {
            Id = id,
            State = TrialState.Complete,
            Settings = new TrialSettings { Method = method, Sparsity = sparsity, Lambda = lambda },
            Metrics = new TrialMetrics { Accuracy = accuracy, TestAccuracy = test, Parameters = parameters, Flops = flops },
            Stages = [s_fineTune, s_evaluate],
            Device = "cpu",
        };
}
