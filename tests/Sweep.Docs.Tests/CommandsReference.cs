using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using Sweep.Client;
using Sweep.Client.Commands;

namespace Sweep.Docs.Tests;

/// <summary>The tree of commands as a page for people: docs/reference/commands.md.</summary>
internal static class CommandsReference
{
    private const string Opening = """
        # Commands

        Every command of `sweep`, with its arguments, options and examples. Written from the tree that reads the command line; `--help` behind
        any of them tells the same.

        Results go to standard output and nothing else does; progress, warnings and errors go to standard error. What a flag says goes over the
        environment, the environment over the current context ([contexts.md](contexts.md)), a context over defaults. Colour is left out where
        output is no terminal, `NO_COLOR` is set, or `TERM` is `dumb`.

        """;

    /// <summary>The commands that do something, with those above them in their names.</summary>
    public static IEnumerable<(string Path, Command Command)> Leaves(Command command, string above = "") =>
        command.Subcommands.Count == 0
            ? [($"{above}{command.Name}", command)]
            : command.Subcommands.Where(child => !child.Hidden).SelectMany(child => Leaves(child, command is RootCommand ? "sweep " : $"{above}{command.Name} "));

    public static string Write(RootCommand root)
    {
        var page = new StringBuilder(Opening.ReplaceLineEndings("\n"));
        var leaves = Leaves(root).ToList();
        page.Append("\n| command | what it does |\n|---|---|\n");
        foreach (var (path, command) in leaves)
        {
            page.Append(CultureInfo.InvariantCulture, $"| [`{path}`](#{path.Replace(' ', '-')}) | {Cell(command.Description)} |\n");
        }

        page.Append("\n## Options of every command\n\n");
        Options(page, root.Options.Where(option => option.Recursive));
        page.Append("\n## Exit codes\n\n| code | means |\n|---|---|\n");
        foreach (var code in Enum.GetValues<ExitCode>())
        {
            page.Append(CultureInfo.InvariantCulture, $"| {(int)code} | {ExitCodes.Meaning(code)} |\n");
        }

        foreach (var (path, command) in leaves)
        {
            Describe(page, path, command);
        }

        return page.ToString();
    }

    private static void Describe(StringBuilder page, string path, Command command)
    {
        var options = command.Options.Where(option => option is not HelpOption && !option.Hidden).ToList();
        page.Append(CultureInfo.InvariantCulture, $"\n## {path}\n\n{command.Description}\n\n`{path}");
        page.Append(string.Concat(command.Arguments.Select(argument => $" {Usage(argument)}")));
        page.Append(options.Count > 0 ? " [options]`" : "`");
        page.Append(string.Concat(command.Aliases.Select(alias => $", short: `{alias}`"))).Append('\n');
        if (command.Arguments.Count > 0)
        {
            page.Append("\n| argument | what |\n|---|---|\n");
            foreach (var argument in command.Arguments)
            {
                page.Append(CultureInfo.InvariantCulture, $"| `{argument.Name}` | {Cell(argument.Description)} |\n");
            }
        }

        if (options.Count > 0)
        {
            page.Append('\n');
            Options(page, options);
        }

        // Not marked as shell: the names in them are a reader's own.
        page.Append("\n```text\n");
        foreach (var example in Examples.Of(path))
        {
            page.Append(CultureInfo.InvariantCulture, $"# {example.Meaning}\n{example.Line}\n");
        }

        page.Append("```\n");
    }

    private static string Usage(Argument argument) => argument.Arity switch
    {
        { MinimumNumberOfValues: 0, MaximumNumberOfValues: > 1 } => $"[<{argument.Name}>…]",
        { MinimumNumberOfValues: 0 } => $"[<{argument.Name}>]",
        { MaximumNumberOfValues: > 1 } => $"<{argument.Name}>…",
        _ => $"<{argument.Name}>",
    };

    private static void Options(StringBuilder page, IEnumerable<Option> options)
    {
        page.Append("| option | value | default | what |\n|---|---|---|---|\n");
        foreach (var option in options.Where(option => !option.Hidden))
        {
            var names = string.Join(", ", option.Aliases.Append(option.Name).Distinct().OrderBy(name => name.Length).Select(name => $"`{name}`"));
            page.Append(CultureInfo.InvariantCulture, $"| {names} | {Value(option)} | {Default(option)} | {Cell(option.Description)} |\n");
        }
    }

    private static string Value(Option option)
    {
        if (option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool))
        {
            return "";
        }

        var known = option.GetCompletions(CompletionContext.Empty).Select(item => $"`{item.Label}`").ToList();
        return known.Count > 0 ? string.Join(", ", known) : Cell(option.HelpName ?? option.Name.TrimStart('-'));
    }

    private static string Default(Option option) => option.Required ? "required"
        : !option.HasDefaultValue || option.ValueType == typeof(bool) ? ""
        : option.GetDefaultValue() switch
        {
            null => "",
            string[] { Length: 0 } => "",
            IFormattable number => $"`{number.ToString(null, CultureInfo.InvariantCulture)}`",
            string text => $"`{text}`",

            // Of other types the description says it in words.
            _ => "",
        };

    private static string Cell(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal);
}
