namespace Sweep.Client;

/// <summary>What the process says to the shell that started it. Scripts rely on these numbers.</summary>
internal enum ExitCode
{
    Ok = 0,
    Error = 1,
    Usage = 2,
    InvalidSpec = 3,
    NotFound = 4,

    /// <summary>The command does not fit the state of the experiment, or of the state folder.</summary>
    Conflict = 5,

    /// <summary>No cluster answers; safe to try again.</summary>
    Unreachable = 7,

    TimedOut = 8,
    ExperimentFailed = 10,
    Cancelled = 11,
    Interrupted = 130,
}
