namespace Sweep.Planning;

/// <summary>Running ⇄ Paused → Complete | Cancelled | Failed.</summary>
public enum ExperimentState
{
    Running,
    Paused,
    Complete,
    Cancelled,
    Failed,
}

/// <summary>Waiting → Running → Complete | Stopped | Failed.</summary>
public enum TrialState
{
    Waiting,
    Running,
    Complete,

    /// <summary>Ended by a decision: early stopping, or the experiment was cancelled.</summary>
    Stopped,
    Failed,
}
