using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>A result document with everything that a report can show, of as many trials as asked: what a long search over a 12-block net leaves.</summary>
internal static class LargeResult
{
    private const int OwnStages = 3;

    public static DateTimeOffset Start { get; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ViTShape s_dense = ViTShape.Dense(224, 3, 16, 1000, 384, 12, 6, 4);

    /// <param name="count">Trials, of which nine in ten are complete and the rest stopped.</param>
    public static ExperimentResult Of(int count)
    {
        var random = new Random(1);
        var trials = Enumerable.Range(0, count).Select(i => Trial(i, random)).ToList();
        var spans = Spans(trials).ToList();
        var result = new ExperimentResult
        {
            Experiment = "large",
            State = ExperimentState.Complete,
            Objectives = SpecText.Spec.Objectives,
            Search = new SearchSpec { Algorithm = SearchAlgorithm.Nsga2, Trials = count, Seed = 1 },
            Stopping = new StoppingSpec { Algorithm = StoppingAlgorithm.Asha },
            Dense = new TrialMetrics { Accuracy = 0.7987, TestAccuracy = 0.7972, Parameters = 22_050_664, Flops = 4_608_338_304 },
            DenseShape = s_dense,
            DenseStages = [StageId.Parse("pretrain-1-35nsn965t72h6e0zq9bjprgv7m")],
            Trials = trials,
            Front = [.. ResultBuilder.FrontOf(trials, SpecText.Spec.Objectives).Select(trial => trial.Id)],
            Hypervolume = 0.41,
            Sharing = new SharingResult { EpochsAsked = 30 * count, EpochsNeeded = 11 * count, EpochsRun = 11 * count },
            Scope = new MeasurementScope { Data = "imagenet-1k", ValidationImages = 50_000, TestImages = 50_000, Seeds = [0] },
        };
        return FrontCurves.With(result, [.. FrontCurves.Stages(result, 256).Select(History)]) with
        {
            Timeline = new ExperimentTimeline
            {
                SubmittedAt = Start,
                Spans = spans,
                Hypervolume = new HypervolumeCurve
                {
                    Reference = [new ReferenceValue { Metric = Metric.Accuracy, Value = 0 }, new ReferenceValue { Metric = Metric.Parameters, Value = 22_050_664 }],
                    Steps = [.. Enumerable.Range(1, HypervolumeCurve.MostSteps).Select(i => new HypervolumeStep { At = Start.AddMinutes(i * 7), Epochs = i * 3.5, Hypervolume = 0.41 * (1 - 1.0 / (i + 1)), Trial = trials[i % count].Id })],
                },
            },
        };
    }

    /// <summary>As many epochs as a cluster keeps.</summary>
    private static StageHistory History(StageId stage)
    {
        var epochs = stage.Kind is StageKind.Pretrain or StageKind.SoftPrune or StageKind.FineTune ? StageHistory.MostEpochs : 0;
        return new StageHistory
        {
            Stage = stage,
            Length = epochs,
            Finished = true,
            Epochs = [.. Enumerable.Range(0, epochs).Select(epoch => new EpochRecord { Epoch = epoch, Loss = 3.1 / (epoch + 1.7), LearningRate = 1e-3 / (epoch + 1) })],
            Evaluation = stage.Kind is StageKind.Evaluate ? new Evaluation { Accuracy = 0.78, TestAccuracy = 0.77, Loss = 0.9, Parameters = 1, Flops = 1 } : null,
        };
    }

    private static TrialResult Trial(int i, Random random)
    {
        var sparsity = 0.1 + 0.8 * random.NextDouble();
        var (complete, method) = (random.NextDouble() < 0.9, (PruningMethod)(i % 3));
        var accuracy = Math.Round(0.80 - 0.25 * Math.Pow(sparsity, 3) - 0.03 * random.NextDouble(), 5);
        var metrics = new TrialMetrics
        {
            Accuracy = accuracy,
            TestAccuracy = Math.Round(accuracy - 0.004 * random.NextDouble(), 5),
            Parameters = (long)(22_050_664 * (1 - sparsity)),
            Flops = (long)(4_608_338_304 * (1 - sparsity * (0.95 + 0.05 * random.NextDouble()))),
        };
        RungOutcome Rung(int epochs, TrialVerdict? verdict) => new()
        {
            Epochs = epochs,
            Metrics = metrics,
            Verdict = verdict,
            Rank = 3,
            Of = i + 3,
            Reason = FormattableString.Invariant($"rank {i % 27 + 1:N0} of {i + 3:N0} after {epochs} epochs; the best {i / 3 + 1:N0} go on"),
        };
        return new TrialResult
        {
            Id = TrialPlanner.IdOf(i),
            State = complete ? TrialState.Complete : TrialState.Stopped,
            Settings = new TrialSettings
            {
                Method = method,
                Sparsity = sparsity,
                Lambda = method == PruningMethod.Vtp ? Math.Pow(10, -5 + 2 * random.NextDouble()) : null,
                Rho = method == PruningMethod.Gohsp ? Math.Pow(10, -3 + 2 * random.NextDouble()) : null,
                FinetuneLearningRate = Math.Pow(10, -5 + 2 * random.NextDouble()),
            },
            Metrics = complete ? metrics : null,
            Shape = complete ? s_dense with { Blocks = [.. s_dense.Blocks.Select(block => block with { Heads = 1 + random.Next(6), MlpWidth = 100 + random.Next(1400) })] } : null,
            Reason = FormattableString.Invariant($"Child of t{i:0000} (rank {i % 4}) and t{i + 5:0000} (rank {i % 3}) among 16 survivors."),
            Rungs = complete ? [Rung(1, TrialVerdict.Continue), Rung(3, TrialVerdict.Continue), Rung(9, null)] : [Rung(1, TrialVerdict.Stop)],
            StopReason = complete ? null : Rung(1, TrialVerdict.Stop).Reason,
            Device = complete ? "cuda" : null,
            Stages =
            [
                StageId.Parse("pretrain-1-35nsn965t72h6e0zq9bjprgv7m"),
                StageId.Parse(FormattableString.Invariant($"softprune-1-{i % 40:D26}")),
                .. new[] { "hardprune", "finetune", "evaluate" }.Select(kind => StageId.Parse($"{kind}-1-{Digits(random)}")),
            ],
        };
    }

    /// <summary>As long as a stage's, and as hard to press together.</summary>
    private static string Digits(Random random) => string.Concat(Enumerable.Range(0, 26).Select(_ => "0123456789abcdefghjkmnpqrstvwxyz"[random.Next(32)]));

    /// <summary>The stages of each trial alone, on sixteen workers.</summary>
    private static IEnumerable<StageSpan> Spans(IReadOnlyList<TrialResult> trials) => trials.SelectMany((trial, i) => trial.Stages.TakeLast(OwnStages).Select((stage, j) => new StageSpan
    {
        Stage = stage,
        Kind = stage.Kind,
        Label = "fine-tune 9 epochs",
        Attempt = 1,
        Worker = FormattableString.Invariant($"node-{i % 4}/cuda:{i / 4 % 4}-0"),
        Start = Start.AddMinutes(i / 16 * 9 + j * 3),
        End = Start.AddMinutes(i / 16 * 9 + j * 3 + 1 + 2 * j % 3),
        Outcome = i % 97 == 0 ? SpanEnd.Lost : SpanEnd.Succeeded,
        Epochs = j == 1 ? 9 : null,
        PaidHere = true,
    }));
}
