namespace Sweep.Client;

/// <summary>A command cannot go on, for a reason that the user can act on.</summary>
/// <param name="code">How the process ends.</param>
/// <param name="message">The rule, then the values.</param>
/// <param name="advice">What to do; null when the message says it.</param>
internal sealed class ClientException(ExitCode code, string message, string? advice = null) : Exception(message)
{
    public ExitCode Code => code;

    public string? Advice => advice;

    public static ClientException NoCluster(string state) => new(
        ExitCode.Unreachable,
        $"No server and no gateway was given, and no silo has its state in '{state}'.",
        "Name a server with --server https://host or SWEEP_SERVER, a gateway with --gateway host:port or SWEEP_GATEWAY, a state folder with --state or SWEEP_STATE, or start with 'sweep run <file>'.");

    public static ClientException NoAnswer(string gateway, string reason) => new(
        ExitCode.Unreachable,
        $"The cluster at {gateway} does not answer: {reason}",
        "Is a silo running there ('sweep silo'), and is the port its gateway port?");

    public static ClientException SiloEnded(int? exitCode, string state, string lastWords) => new(
        (ExitCode?)exitCode is ExitCode.Conflict ? ExitCode.Conflict : ExitCode.Error,
        FormattableString.Invariant($"The silo ended with exit code {exitCode}. Its last words:{Environment.NewLine}{lastWords}"),
        $"What had finished is kept in '{state}'; the same command goes on from there.");

    public static ClientException TimedOut(string experiment, TimeSpan limit) => new(
        ExitCode.TimedOut,
        FormattableString.Invariant($"'{experiment}' did not end within {limit.TotalSeconds:0.###} seconds; it goes on."));

    public static ClientException NoTime(TimeSpan limit) => new(
        ExitCode.TimedOut,
        FormattableString.Invariant($"There was no answer within {limit.TotalSeconds:0.###} seconds."),
        "An order may have been obeyed all the same; giving it again is safe.");

    public static ClientException SpecUnreadable(string file, string reason) => new(
        ExitCode.Error,
        $"A sweep file must be readable, but '{file}' is not: {reason}");

    public static ClientException BadSetting(string what, string rule, string value, string? advice = null) => new(ExitCode.Usage, $"{what} {rule}, but is '{value}'.", advice);
}
