using System.Text;
using Spectre.Console;

namespace Sweep.Client.Output;

/// <summary>Spectre's consoles over the two streams, with colour only where there is a terminal that wants it.</summary>
internal static class Consoles
{
    /// <summary>Wide enough that nothing is folded: a pipe has no width.</summary>
    public const int PipeWidth = 4000;

    public static IAnsiConsole ForOutput(Surroundings surroundings) =>
        Create(surroundings.Output, surroundings.OutputIsTerminal, surroundings);

    public static IAnsiConsole ForError(Surroundings surroundings) =>
        Create(surroundings.Error, surroundings.ErrorIsTerminal, surroundings);

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal, Surroundings surroundings)
    {
        var ansi = isTerminal && surroundings.Variable("TERM") is not "dumb";
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ansi && surroundings.Coloured ? ColorSystemSupport.EightBit : ColorSystemSupport.NoColors,
            Interactive = ansi ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new StreamOutput(writer, isTerminal, isTerminal ? surroundings.Width : () => PipeWidth, surroundings.Height),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Capabilities.Unicode = surroundings.Draws;
        return console;
    }

    private sealed class StreamOutput(TextWriter writer, bool isTerminal, Func<int> width, Func<int> height) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => isTerminal;

        public int Width => width();

        public int Height => height();

        public void SetEncoding(Encoding encoding)
        {
            // The streams are UTF-8 from the start.
        }
    }
}
