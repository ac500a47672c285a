using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>What the status of a stage means for an experiment.</summary>
internal static class StageStandings
{
    /// <returns>Null while the stage has not ended.</returns>
    public static StageStanding? Of(StageStatus? status, string experiment) => status switch
    {
        { State: StageState.Succeeded } => new StageStanding { Result = status.Result, PaidHere = status.PaidBy == experiment, Attempts = status.Attempts },
        { State: StageState.Failed } => new StageStanding { Failure = status.Failure, PaidHere = status.PaidBy == experiment, Attempts = status.Attempts },
        _ => null,
    };
}
