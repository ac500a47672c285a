using Sweep.Client.Commands;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Client.Output;

/// <summary>The plan as a document: its cost, and every trial that is known with its path.</summary>
internal sealed record PlanDocument
{
    public string ApiVersion { get; init; } = "sweep/v1";

    public required string Experiment { get; init; }

    public required DenseCosts Dense { get; init; }

    /// <summary>Those whose settings are known before the experiment runs: all of a grid, and of a search as many as it chooses without looking at results.</summary>
    public required IReadOnlyList<PlannedTrial> Trials { get; init; }

    public required int TrialsAtMost { get; init; }

    /// <summary>Who chooses the trials; null for a grid.</summary>
    public SearchAlgorithm? ChosenBy { get; init; }

    /// <summary>Of auto: which searcher it takes, and why.</summary>
    public string? Choice { get; init; }

    /// <summary>What the figures from <see cref="Stages"/> on assume of trials that are not known; null where all are.</summary>
    public string? Estimate { get; init; }

    /// <summary>What constraints refuse; null without any.</summary>
    public RefusalTally? Constraints { get; init; }

    /// <summary>Null where fine-tuning runs in one piece.</summary>
    public IReadOnlyList<PlannedRung>? Rungs { get; init; }

    public required int Stages { get; init; }

    public required int EpochsAsked { get; init; }

    public required int EpochsNeeded { get; init; }

    /// <summary>No choice of the searcher needs more; null where <see cref="EpochsNeeded"/> is exact.</summary>
    public long? EpochsAtMost { get; init; }

    /// <summary>Of those needed, what early stopping is expected to leave; null where nothing is stopped, and where the rule does not tell.</summary>
    public double? EpochsExpected { get; init; }

    /// <summary>Keys of the spec that may end the experiment before its last trial; null for none.</summary>
    public IReadOnlyList<string>? EndsSoonerBy { get; init; }

    /// <summary>What the cluster has finished of it already, and will not run again; null where no cluster told.</summary>
    public FinishedWork? Finished { get; init; }

    public required PlannedTime Time { get; init; }

    /// <summary>In bytes.</summary>
    public required StoredBytes Disk { get; init; }
}

internal sealed record PlannedTrial
{
    public required string Id { get; init; }

    public required TrialSettings Settings { get; init; }

    public required PredictedCosts Predicted { get; init; }

    public required IReadOnlyList<StageId> Stages { get; init; }
}
