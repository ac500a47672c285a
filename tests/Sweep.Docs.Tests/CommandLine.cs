using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Sweep.Client;
using Sweep.Client.Watching;

namespace Sweep.Docs.Tests;

/// <summary>Asks the command's own parser whether it knows what a page tells a reader to type.</summary>
internal static partial class CommandLine
{
    private static readonly RootCommand s_root = CommandTree.Create(Nowhere());

    /// <summary>Flags of the silo: its reference is written from the table that reads them. Two are no settings.</summary>
    private static readonly Lazy<HashSet<string>> s_siloFlags = new(() =>
        [.. SiloFlag().Matches(File.ReadAllText(Path.Combine(Checkout.Docs, "reference", "silo.md"))).Select(match => match.Value), "--check", "--help"]);

    /// <summary>All that is needed to parse, and nothing to run with.</summary>
    public static Surroundings Nowhere() => new()
    {
        Input = TextReader.Null,
        Output = TextWriter.Null,
        Error = TextWriter.Null,
        OutputIsTerminal = false,
        ErrorIsTerminal = false,
        Width = () => 80,
        Height = () => 24,
        Terminal = new ConsoleTerminal(),
        Variable = _ => null,
        Time = TimeProvider.System,
        Connector = null!,
        Servers = null!,
        Silos = null!,
        Models = null!,
        ListenForSignals = () => throw new InvalidOperationException("Nothing runs here."),
    };

    /// <param name="words">The program's name first.</param>
    /// <returns>What is wrong with a whole command line; empty when it would run.</returns>
    public static IReadOnlyList<string> Faults(IReadOnlyList<string> words)
    {
        if (SiloArguments(words) is { } flags)
        {
            return UnknownFlags(flags);
        }

        var parsed = s_root.Parse([.. words.Skip(1)]);
        return
        [
            .. parsed.Errors.Select(error => error.Message),
            .. parsed.Tokens.Where(token => token.Type is TokenType.Argument).Select(token => token.Value).Concat(parsed.UnmatchedTokens)
                .Where(value => value.StartsWith("--", StringComparison.Ordinal)).Distinct().Select(option => $"There is no option '{option}'."),
        ];
    }

    /// <returns>What is wrong with a mention in a sentence, which may leave out arguments: words that are no command, and options that are none of it.</returns>
    public static IReadOnlyList<string> FaultsOfMention(IReadOnlyList<string> words)
    {
        if (SiloArguments(words) is { } flags)
        {
            return UnknownFlags(flags);
        }

        Command command = s_root;
        List<string> faults = [];
        foreach (var word in words.Skip(1))
        {
            if (word.StartsWith('-') && word.Length > 1)
            {
                if (!IsOption(command, word.Split('=')[0]))
                {
                    faults.Add($"'{command.Name}' has no option '{word}'.");
                }
            }
            else if (command.Subcommands.Count > 0)
            {
                if (command.Subcommands.FirstOrDefault(child => child.Name == word || child.Aliases.Contains(word)) is not { } child)
                {
                    // Behind an option its value stands.
                    if (words.TakeWhile(other => !ReferenceEquals(other, word)).LastOrDefault()?.StartsWith("--", StringComparison.Ordinal) != true)
                    {
                        faults.Add($"There is no command '{word}'.");
                    }

                    continue;
                }

                command = child;
            }
        }

        return faults;
    }

    private static bool IsOption(Command command, string word)
    {
        for (Symbol? at = command; at is not null; at = at.Parents.FirstOrDefault())
        {
            if (at is Command { Options: var options } && options.Any(option => option.Name == word || option.Aliases.Contains(word)))
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>Null when it is not about a silo.</returns>
    private static IEnumerable<string>? SiloArguments(IReadOnlyList<string> words) => words switch
    {
        ["sweep-silo", ..] => words.Skip(1),
        [_, "silo", ..] => words.Skip(2),
        _ => null,
    };

    private static List<string> UnknownFlags(IEnumerable<string> flags) =>
        [.. flags.Where(flag => flag.StartsWith("--", StringComparison.Ordinal)).Select(flag => flag.Split('=')[0])
            .Where(flag => !s_siloFlags.Value.Contains(flag)).Select(flag => $"A silo has no flag '{flag}'.")];

    [GeneratedRegex("(?<=`)--[a-z-]+(?=[`= ])")]
    private static partial Regex SiloFlag();
}
