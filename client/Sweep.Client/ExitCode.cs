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

/// <summary>Exit codes in words, for help and for the reference.</summary>
internal static class ExitCodes
{
    public static string Meaning(ExitCode code) => code switch
    {
        ExitCode.Ok => "done",
        ExitCode.Error => "it did not work; the last line of standard error says why",
        ExitCode.Usage => "the command line is wrong",
        ExitCode.InvalidSpec => "the sweep file breaks rules, each named with its line",
        ExitCode.NotFound => "there is no such file, experiment, trial or context",
        ExitCode.Conflict => "it does not fit the state of the experiment, of a folder or of a file",
        ExitCode.Unreachable => "no cluster answers; trying again is safe",
        ExitCode.TimedOut => "the time of --timeout is over; the experiment goes on",
        ExitCode.ExperimentFailed => "the experiment failed",
        ExitCode.Cancelled => "the experiment was cancelled",
        ExitCode.Interrupted => "interrupted by Ctrl+C or SIGTERM",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "An exit code needs a meaning."),
    };
}
