using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Sweep.Client.Commands;
using Sweep.Client.Output;
using Sweep.Client.Settings;
using Sweep.Client.Watching;
using Sweep.Grains;
using Sweep.Planning;

namespace Sweep.Client;

/// <summary>From arguments to an exit code: parses, runs, and says every failure in words.</summary>
internal static class SweepProgram
{
    public static async Task<int> Run(string[] arguments, Surroundings surroundings)
    {
        var common = new CommonOptions();
        var parsed = Parse(arguments, common, surroundings);
        var invocation = new InvocationConfiguration
        {
            Output = surroundings.Output,
            Error = surroundings.Error,
            EnableDefaultExceptionHandler = false,

            // Commands that take long listen to signals themselves; the others may just end.
            ProcessTerminationTimeout = null,
        };
        var unknown = UnknownOptions(parsed);
        if (parsed.Action is ParseErrorAction || unknown.Count > 0)
        {
            return Misused(parsed, unknown, surroundings);
        }

        // Errors are told even to who wants quiet.
        var told = surroundings;
        using var limit = GlobalFlags.Limit(common, parsed) is { } time ? new CancellationTokenSource(time, surroundings.Time) : null;
        try
        {
            var asked = GlobalFlags.Apply(common, parsed, surroundings);
            if (!ReferenceEquals(asked, surroundings))
            {
                told = asked with { Error = surroundings.Error };
                common = new CommonOptions();
                parsed = Parse(arguments, common, asked);
            }

            return await parsed.InvokeAsync(invocation, limit?.Token ?? CancellationToken.None);
        }
        catch (OperationCanceledException) when (limit is { IsCancellationRequested: true })
        {
            return (int)Fail(ClientException.NoTime(GlobalFlags.Timeout(common, parsed)!.Value), told);
        }
        catch (Exception e)
        {
            return (int)Fail(e, told);
        }
    }

    private static ParseResult Parse(string[] arguments, CommonOptions common, Surroundings surroundings) =>
        CommandTree.Create(common, surroundings).Parse(arguments switch
        {
            [] => ["--help"],

            // Everything behind it is the silo's own, --help included.
            ["silo", .. var flags] when flags is not ["--", ..] => ["silo", "--", .. flags],
            _ => arguments,
        });

    private static int Misused(ParseResult parsed, IReadOnlyList<string> unknown, Surroundings surroundings)
    {
        var command = parsed.CommandResult.Command;
        var faults = unknown.Count > 0
            ? unknown.Select(option => $"There is no option '{option}'.")
            : parsed.UnmatchedTokens is [var word, ..] && command.Subcommands.Count > 0 ? [$"There is no command '{word}'."]
            : parsed.Errors.Select(error => error.Message).Distinct();
        foreach (var fault in faults)
        {
            surroundings.Error.WriteLine($"sweep: {fault}");
        }

        var known = unknown.Count > 0 ? Options(parsed.CommandResult).Select(option => option.Name) : command.Subcommands.Select(child => child.Name);
        var close = known.Where(name => unknown.Concat(parsed.UnmatchedTokens).Any(token => Spelling.IsClose(token, name))).Concat(CloseValues(parsed)).Distinct().ToList();
        if (close.Count > 0)
        {
            surroundings.Error.WriteLine($"Did you mean {string.Join(" or ", close.Select(name => $"'{name}'"))}?");
        }

        surroundings.Error.WriteLine($"'sweep {(command is RootCommand ? "" : command.Name + " ")}--help' tells what there is.");
        return (int)ExitCode.Usage;
    }

    /// <summary>Of the values that an option or argument may have, those that a refused one may have meant.</summary>
    private static IEnumerable<string> CloseValues(ParseResult parsed) =>
        from error in parsed.Errors
        let refused = error.SymbolResult
        where refused is OptionResult or ArgumentResult
        let known = refused is OptionResult option ? option.Option.GetCompletions(CompletionContext.Empty) : ((ArgumentResult)refused).Argument.GetCompletions(CompletionContext.Empty)
        from value in known
        where refused.Tokens.Any(token => token.Value != value.Label && Spelling.IsClose(token.Value, value.Label))
        select value.Label;

    /// <summary>The parser takes an option it does not know for a value. No name or file of Sweep starts with two hyphens.</summary>
    private static List<string> UnknownOptions(ParseResult parsed) => parsed.CommandResult.Command.Name == "silo" || parsed.Action is ExampleHelp
        ? []
        : [.. parsed.Tokens.Where(token => token.Type is TokenType.Argument).Select(token => token.Value).Concat(parsed.UnmatchedTokens)
            .Where(value => value.StartsWith("--", StringComparison.Ordinal)).Distinct()];

    private static IEnumerable<Option> Options(SymbolResult? result)
    {
        for (; result is not null; result = result.Parent)
        {
            foreach (var option in result is CommandResult at ? at.Command.Options : [])
            {
                yield return option;
            }
        }
    }

    private static ExitCode Fail(Exception failure, Surroundings surroundings)
    {
        var error = surroundings.Error;
        var (code, message, advice) = failure switch
        {
            ClientException e => (e.Code, e.Message, e.Advice),
            SweepSpecException e => (ExitCode.InvalidSpec, Faults(e), null),
            ExperimentNotFoundException e => (ExitCode.NotFound, e.Message, "'sweep list' tells the names."),
            ExperimentConflictException e => (ExitCode.Conflict, e.Message, null),
            OperationCanceledException => (ExitCode.Interrupted, "interrupted.", null),
            _ when ExperimentWatch.IsOutage(failure) => (ExitCode.Unreachable, $"The cluster does not answer: {failure.Message}", "Trying again is safe."),
            IOException or UnauthorizedAccessException => (ExitCode.Error, failure.Message, null),
            _ => (ExitCode.Error, $"{failure.GetType().Name}: {failure.Message}", surroundings.Variable("SWEEP_DEBUG") is null ? "With SWEEP_DEBUG=1 it says where." : null),
        };
        // Messages hold what others wrote: names, paths, words of engines.
        error.WriteLine($"sweep: {VisibleText.OfLines(message.ReplaceLineEndings("\n"))}");
        if (advice is not null)
        {
            error.WriteLine(VisibleText.OfLines(advice));
        }

        if (surroundings.Variable("SWEEP_DEBUG") is "1")
        {
            error.WriteLine(failure.ToString());
        }

        return code;
    }

    private static string Faults(SweepSpecException e) => e.Faults.Count == 0
        ? e.Message
        : $"the sweep file has {Words.Many(e.Faults.Count, "fault")}:{Environment.NewLine}{string.Join(Environment.NewLine, e.Faults)}";
}
