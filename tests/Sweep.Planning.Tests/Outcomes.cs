using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>Stages that stand as a test says: a small pretence of the cluster.</summary>
internal sealed class Outcomes
{
    private readonly Dictionary<StageId, StageStanding> _outcomes = [];

    public StageStanding? Of(StageId stage) => _outcomes.GetValueOrDefault(stage);

    public Outcomes Start(StageRecipe stage)
    {
        _outcomes[stage.Id] = new StageStanding();
        return this;
    }

    public Outcomes Fail(StageRecipe stage, FailureReason reason = FailureReason.NonFiniteLoss)
    {
        _outcomes[stage.Id] = new StageStanding { Failure = new StageFailure { Reason = reason, Message = "The loss must be finite, but is NaN." } };
        return this;
    }

    /// <summary>Every stage of the trial succeeds; its Evaluate finds these.</summary>
    public Outcomes Complete(TrialPlan trial, double accuracy, ViTShape shape, bool paidHere = true, long? zeros = null)
    {
        foreach (var stage in trial.Stages)
        {
            Succeed(stage, paidHere, stage.Kind == StageKind.Evaluate ? accuracy : null, shape, zeros);
        }

        return this;
    }

    public Outcomes Succeed(StageRecipe stage, bool paidHere = true, double? accuracy = null, ViTShape? shape = null, long? zeros = null)
    {
        _outcomes[stage.Id] = new StageStanding
        {
            PaidHere = paidHere,
            Result = new StageResult
            {
                Stage = stage.Id,
                Shape = shape,
                Evaluation = accuracy is { } found
                    ? new Evaluation
                    {
                        Accuracy = found,
                        TestAccuracy = found - 0.01,
                        Loss = 0.5,
                        Parameters = ViTCost.Parameters(shape!),
                        Flops = ViTCost.Flops(shape!),
                        Zeros = zeros,
                    }
                    : null,
                Surgery = stage is HardPruneRecipe
                    ? new SurgeryProof
                    {
                        Before = shape!,
                        After = shape!,
                        CountedParameters = ViTCost.Parameters(shape!),
                        LargestLogitDifference = 1.5e-6,
                        ParentWeights = new string('0', 64),
                    }
                    : null,
                Benchmark = stage is BenchmarkRecipe benchmark
                    ? new BenchmarkResult
                    {
                        DeviceModel = benchmark.DeviceModel,
                        Threads = 1,
                        FlopsRatio = 1.5,
                        Batches = [.. benchmark.Batches.Select((batch, i) => new BatchBenchmark
                        {
                            Batch = batch,
                            SpeedUp = 1.2 + 0.1 * i,
                            Net = new PassTiming { P50 = 0.010, P95 = 0.012, Throughput = batch / 0.010, PeakMemory = 1000 },
                            Dense = new PassTiming { P50 = 0.012, P95 = 0.015, Throughput = batch / 0.012, PeakMemory = 2000 },
                        })],
                    }
                    : null,
                Provenance = new Provenance { Device = "cpu", Threads = 1, Torch = "1.13.1 (stand-in)", Engine = "0.1.0", Seconds = 1 },
            },
        };
        return this;
    }
}
