using Sweep.Client.Cluster;
using Sweep.Client.Watching;
using Sweep.Client.Watching.Screens;

namespace Sweep.Client.Tests;

/// <summary>What one call of <c>sweep</c> left.</summary>
internal sealed record Outcome(int Code, string Output, string Error);

/// <summary>Calls <c>sweep</c> in this process, against fakes.</summary>
internal sealed class SweepShell : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sweep-client-");

    public SweepShell()
    {
        Connector = new FakeConnector(Cluster);
        Servers = new FakeServers(Cluster);
        Variables["HOME"] = _folder.FullName;
        Variables["SWEEP_DATA"] = Path.Combine(_folder.FullName, "data");
        Variables["SWEEP_STATE"] = State;
    }

    public FakeCluster Cluster { get; } = new();

    public FakeConnector Connector { get; }

    public FakeServers Servers { get; }

    /// <summary>Real ones instead, where a test serves HTTP.</summary>
    public IServerConnector? RealServers { get; set; }

    public FakeSilos Silos { get; } = new();

    public FakeModels Models { get; } = new();

    public Dictionary<string, string> Variables { get; } = [];

    public Interruption Interruption { get; } = new();

    public string Input { get; set; } = "";

    /// <summary>By default all waiting is over at once.</summary>
    public TimeProvider Time { get; set; } = new JumpingTime();

    /// <summary>What downloads go through: nothing leaves a test.</summary>
    public HttpMessageHandler? Http { get; set; }

    public bool Terminal { get; set; }

    public int Width { get; set; } = 100;

    public FakeTerminal Keys { get; } = new();

    public string State => At("state");

    public string At(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
        return At(name);
    }

    /// <summary>Empty files under the names of a data set: the client only looks whether they are there.</summary>
    public void PlaceData()
    {
        foreach (var file in Recipes.KnownData.Find("fashion-mnist")!.Files)
        {
            Write($"data/fashion-mnist/{file.Name}.gz", "");
        }
    }

    public async Task<Outcome> Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await SweepProgram.Run(arguments, new Surroundings
        {
            Input = new StringReader(Input),
            Output = output,
            Error = error,
            OutputIsTerminal = Terminal,
            ErrorIsTerminal = Terminal,
            Width = () => Width,
            Height = () => 40,
            Terminal = Keys,
            Variable = name => Variables.GetValueOrDefault(name),
            Time = Time,
            Connector = Connector,
            Servers = RealServers ?? Servers,
            Silos = Silos,
            Http = () => new HttpClient(Http ?? throw new InvalidOperationException("This test expects no download."), disposeHandler: false),
            Models = Models,
            ListenForSignals = () => Interruption,
        });
        return new Outcome(code, output.ToString(), error.ToString());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>A terminal on which a test presses keys.</summary>
internal sealed class FakeTerminal : ITerminal, IDisposable
{
    private ITerminalListener? _listener;

    public bool HasKeys { get; set; } = true;

    public IDisposable Listen(ITerminalListener listener)
    {
        _listener = listener;
        return this;
    }

    public void Press(Key key) => _listener!.Pressed(key);

    public void Dispose() => _listener = null;
}

/// <summary>Texts approved by eye, under <c>Expected</c>.</summary>
internal static class Expected
{
    public static void Equal(string name, string actual)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Expected", name);
        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (expected != actual)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path + ".actual", actual);
        }

        Assert.Equal(expected, actual);
    }
}
