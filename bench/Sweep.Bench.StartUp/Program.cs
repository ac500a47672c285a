using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sweep.Bench.StartUp;

// What it costs to start sweep, in turns with its peers, so that whatever else the machine does falls on all of them.
if (args is ["hello"])
{
    // The peer of every .NET program: the runtime, one line, the end.
    Console.WriteLine("hello");
    return 0;
}

var rounds = args is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 15;
var root = Root();
var sweep = Path.Combine(root, "client/Sweep.Client/bin/Release/net10.0/sweep");
var state = Directory.CreateTempSubdirectory("sweep-start-up-").FullName;
Environment.SetEnvironmentVariable("DOTNET_ROOT", Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../..")));
using var silo = Process.Start(new ProcessStartInfo(Path.Combine(root, "silo/Sweep.Silo/bin/Release/net10.0/sweep-silo"), ["--state", state, "--workers", "0"])
{
    RedirectStandardOutput = true,
    RedirectStandardError = true,
})!;
try
{
    _ = silo.StandardError.ReadToEndAsync();
    using var ready = JsonDocument.Parse(silo.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The silo ended before it was ready."));
    var server = FormattableString.Invariant($"http://localhost:{ready.RootElement.GetProperty("httpPort").GetInt32()}");
    Measure(server);
}
finally
{
    silo.Kill();
    silo.WaitForExit();
    Directory.Delete(state, recursive: true);
}

return 0;

void Measure(string server)
{
    var own = Environment.ProcessPath!;
    List<Subject> subjects =
    [
        new(".NET: print a line", own, ["hello"]),
        new("sweep --version", sweep, ["--version"]),
        new("sweep completion bash", sweep, ["completion", "bash"]),
        new("sweep --help", sweep, ["--help"]),
        new("sweep list --server", sweep, ["list", "--server", server]),
        new("sweep queue --server -o json", sweep, ["queue", "--server", server, "-o", "json"]),
        new("sweep list --state", sweep, ["list", "--state", state]),
        new("./sweep --version", Path.Combine(root, "sweep"), ["--version"]),
    ];
    foreach (var (peer, line) in (IReadOnlyList<(string, string[])>)[("curl", ["-sf", server + "/api/v1/experiments"]), ("python3", ["-c", "pass"]), ("optuna", ["--version"])])
    {
        if (Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, peer)).FirstOrDefault(File.Exists) is { } found)
        {
            subjects.Add(new(string.Join(' ', [peer, .. line.Select(word => word.StartsWith("http", StringComparison.Ordinal) ? "URL" : word)]), found, line));
        }
    }

    for (var round = 0; round <= rounds; round++)
    {
        foreach (var subject in subjects)
        {
            var start = ChildProcesses.Run(subject.Program, subject.Arguments, new Dictionary<string, string>());
            if (round > 0)
            {
                // The first round warms the disk's cache and the silo.
                subject.Starts.Add(start);
            }
        }
    }

    var hello = Median(subjects[0].Starts.Select(start => start.ProcessorMilliseconds));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rounds} rounds; load {File.ReadAllText("/proc/loadavg").Split(' ')[0]} on {Environment.ProcessorCount} cores"));
    Console.WriteLine($"{"",-30} {"ms: least",10} {"median",8} {"CPU ms",8} {"to .NET's",10}");
    foreach (var subject in subjects)
    {
        var processor = Median(subject.Starts.Select(start => start.ProcessorMilliseconds));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{subject.Name,-30} {subject.Starts.Min(start => start.Milliseconds),10:0} {Median(subject.Starts.Select(start => start.Milliseconds)),8:0} {processor,8:0} {processor / hello,10:0.0}"));
    }
}

static double Median(IEnumerable<double> values)
{
    var sorted = values.Order().ToList();
    return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
}

static string Root()
{
    var folder = AppContext.BaseDirectory;
    while (!File.Exists(Path.Combine(folder, "Sweep.sln")))
    {
        folder = Path.GetDirectoryName(folder.TrimEnd('/')) ?? throw new InvalidOperationException("This bench runs inside a checkout.");
    }

    return folder;
}

/// <summary>What is started.</summary>
internal sealed record Subject(string Name, string Program, IReadOnlyList<string> Arguments)
{
    public List<Start> Starts { get; } = [];
}
