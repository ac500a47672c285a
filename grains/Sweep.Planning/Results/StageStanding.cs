using Sweep.Recipes;

namespace Sweep.Planning;

/// <summary>How a stage stands, for <see cref="ResultBuilder"/>. All members empty: requested or running.</summary>
public sealed record StageStanding
{
    /// <summary>Succeeded only.</summary>
    public StageResult? Result { get; init; }

    /// <summary>Failed only.</summary>
    public StageFailure? Failure { get; init; }

    /// <summary>Whether this experiment's request made it run; its epochs then count as this experiment's.</summary>
    public bool PaidHere { get; init; }

    /// <summary>When and where it ran; null where that was not recorded.</summary>
    public AttemptHistory? Attempts { get; init; }
}
