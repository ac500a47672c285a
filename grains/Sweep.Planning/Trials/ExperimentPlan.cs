namespace Sweep.Planning;

/// <summary>Every trial of an experiment, known before anything runs.</summary>
public sealed record ExperimentPlan
{
    /// <summary>The unpruned net, of the first seed: pretrained or loaded, and evaluated.</summary>
    public required TrialPlan Dense { get; init; }

    /// <summary>The unpruned net of every seed, <see cref="Dense"/> first.</summary>
    public required IReadOnlyList<TrialPlan> DenseSeeds { get; init; }

    public required IReadOnlyList<TrialPlan> Trials { get; init; }

    /// <summary>Unpruned nets, then trials.</summary>
    public IEnumerable<TrialPlan> Paths => DenseSeeds.Concat(Trials);

    /// <summary>Epochs of training if every trial ran by itself.</summary>
    public required int EpochsAsked { get; init; }

    /// <summary>Epochs of training with every common stage run once.</summary>
    public required int EpochsNeeded { get; init; }

    /// <summary>Distinct stages.</summary>
    public required int Stages { get; init; }
}
