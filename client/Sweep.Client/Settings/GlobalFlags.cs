using System.CommandLine;

namespace Sweep.Client.Settings;

/// <summary>What is asked of every command alike: how it speaks, and how long it may take.</summary>
internal static class GlobalFlags
{
    /// <summary>The same surroundings where none is given; commands are then built again on those that are returned.</summary>
    /// <exception cref="ClientException">They contradict each other.</exception>
    public static Surroundings Apply(CommonOptions common, ParseResult parsed, Surroundings surroundings)
    {
        var (colourless, quiet, verbosity) = (parsed.GetValue(common.NoColor), parsed.GetValue(common.Quiet), Verbosity(common, parsed));
        if (quiet && verbosity > 0)
        {
            throw new ClientException(ExitCode.Usage, "A command is quiet or says more, but --quiet and --verbose are both given.");
        }

        var variable = surroundings.Variable;
        if (colourless || verbosity > 1)
        {
            surroundings = surroundings with
            {
                Variable = name => (name, colourless, verbosity) switch
                {
                    ("NO_COLOR", true, _) => "1",
                    ("SWEEP_DEBUG", _, > 1) => "1",
                    _ => variable(name),
                },
            };
        }

        return quiet ? surroundings with { Error = TextWriter.Null }
            : verbosity > 0 ? surroundings with { Verbose = surroundings.Error.WriteLine }
            : surroundings;
    }

    /// <summary>For commands that ask and are answered; those that watch count for themselves.</summary>
    public static TimeSpan? Limit(CommonOptions common, ParseResult parsed) => parsed.CommandResult.Command.Name is "watch" or "wait" ? null : Timeout(common, parsed);

    /// <summary>As it was given.</summary>
    public static TimeSpan? Timeout(CommonOptions common, ParseResult parsed) => parsed.GetValue(common.Timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static int Verbosity(CommonOptions common, ParseResult parsed) => parsed.GetResult(common.Verbose)?.IdentifierTokenCount ?? 0;
}
