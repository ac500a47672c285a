namespace Sweep.Planning;

/// <summary>Every trial of an experiment, known before anything runs.</summary>
public sealed record ExperimentPlan
{
    /// <summary>The unpruned net: pretrained and evaluated.</summary>
    public required TrialPlan Dense { get; init; }

    public required IReadOnlyList<TrialPlan> Trials { get; init; }

    /// <summary>Epochs of training if every trial ran by itself.</summary>
    public required int EpochsAsked { get; init; }

    /// <summary>Epochs of training with every common stage run once.</summary>
    public required int EpochsNeeded { get; init; }

    /// <summary>Distinct stages.</summary>
    public required int Stages { get; init; }
}
