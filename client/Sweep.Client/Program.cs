using System.Text;
using Sweep.Client;
using Sweep.Client.Cluster;
using Sweep.Client.Watching;

// UTF-8 whatever the locale says: results hold λ and ρ.
var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var output = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true };
using var error = new StreamWriter(Console.OpenStandardError(), utf8, ScreenPainter.FrameSize) { AutoFlush = true };
using var input = new StreamReader(Console.OpenStandardInput(), utf8);

return await SweepProgram.Run(args, new Surroundings
{
    Input = input,
    Output = output,
    Error = error,
    OutputIsTerminal = !Console.IsOutputRedirected,
    ErrorIsTerminal = !Console.IsErrorRedirected,
    Width = () => TerminalSize(() => Console.WindowWidth, 80),
    Height = () => TerminalSize(() => Console.WindowHeight, 24),
    Terminal = new ConsoleTerminal(),
    Variable = Variable,
    Time = TimeProvider.System,
    Connector = new OrleansConnector(),
    Servers = new HttpConnector(TimeProvider.System),
    Silos = new SiloLauncher(Variable, TimeProvider.System),
    Models = new HttpModelSource(server => server.Handler(), TimeProvider.System),
    ListenForSignals = Interruption.BySignals,
});

static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

// A terminal may not know its size, or know it as 0.
static int TerminalSize(Func<int> size, int otherwise)
{
    try
    {
        return size() is > 0 and var known ? known : otherwise;
    }
    catch (IOException)
    {
        return otherwise;
    }
}
