using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Sweep.Client.Commands;

/// <summary>The parser's own help, then examples; of the whole program, exit codes.</summary>
internal sealed class ExampleHelp(HelpAction inner) : SynchronousCommandLineAction
{
    /// <summary>In front of every command's help.</summary>
    public static void AddTo(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExampleHelp((HelpAction)help.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var code = inner.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult;
        if (command.Command is RootCommand)
        {
            output.WriteLine("Exit codes:");
            foreach (var exit in Enum.GetValues<ExitCode>())
            {
                output.WriteLine(FormattableString.Invariant($"  {(int)exit,3}  {ExitCodes.Meaning(exit)}"));
            }

            output.WriteLine();
        }

        var examples = Examples.Of(Path(command));
        if (examples.Count > 0)
        {
            output.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example.Line}");
                output.WriteLine($"      {example.Meaning}");
            }

            output.WriteLine();
        }

        return code;
    }

    private static string Path(SymbolResult result) => result switch
    {
        CommandResult { Command: RootCommand } => "sweep",
        CommandResult { Parent: { } above } command => $"{Path(above)} {command.Command.Name}",
        _ => "",
    };
}
