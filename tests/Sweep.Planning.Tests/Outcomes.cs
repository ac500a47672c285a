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
    public Outcomes Complete(TrialPlan trial, double accuracy, ViTShape shape, bool paidHere = true)
    {
        foreach (var stage in trial.Stages)
        {
            Succeed(stage, paidHere, stage.Kind == StageKind.Evaluate ? accuracy : null, shape);
        }

        return this;
    }

    public Outcomes Succeed(StageRecipe stage, bool paidHere = true, double? accuracy = null, ViTShape? shape = null)
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
                Provenance = new Provenance { Device = "cpu", Threads = 1, Torch = "1.13.1 (stand-in)", Engine = "0.1.0", Seconds = 1 },
            },
        };
        return this;
    }
}
