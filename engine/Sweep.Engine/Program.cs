using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Sweep.Data;
using Sweep.Engine.Protocol;
using Sweep.Models;
using Sweep.Recipes;
using Sweep.Recipes.Protocol;
using static TorchSharp.torch;

const int Ok = 0;
const int Error = 1;
const int Usage = 2;

switch (args)
{
    case []:
        return Serve();
    case ["run", var file]:
        return RunByHand(file);
    case ["probe"]:
        return Probe();
    case ["--version"]:
        Console.WriteLine($"sweep-engine {EngineVersion.Engine}");
        return Ok;
    default:
        Console.Error.WriteLine("""
            usage: sweep-engine                     serve requests: lines of JSON on standard input, events on standard output
                   sweep-engine run request.json    run one stage, described by a run request
                   sweep-engine probe               say what this engine runs on
                   sweep-engine --version
            """);
        return args is ["--help"] or ["-h"] ? Ok : Usage;
}

static ReadyEvent Ready() => new()
{
    Engine = EngineVersion.Engine,
    Torch = EngineVersion.Torch,
    Devices = ["cpu", .. Enumerable.Range(0, cuda.is_available() ? cuda.device_count() : 0).Select(n => string.Create(CultureInfo.InvariantCulture, $"cuda:{n}"))],
    Blas = BlasLibrary.Find(),
};

static int Serve()
{
    // Ctrl+C in the terminal of a silo reaches its engines too. What becomes of the stage is the silo's to say: it drains, then closes
    // this process's input.
    using var interruption = Console.IsInputRedirected
        ? PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true)
        : null;
    using var output = StandardOutput.Take();
    using var loop = new EngineLoop(
        Console.OpenStandardInput(), output, new FileDataSource(), TimeProvider.System, Console.Error, FaultInjection.FromEnvironment());
    loop.Serve(Ready());

    // The stage thread may be deep in native code; it ends with the process.
    ProcessEnd.Now(Ok);
    return Ok;
}

static int RunByHand(string file)
{
    using var output = StandardOutput.Take();
    var events = new EventLines(output);
    RunRequest request;
    try
    {
        request = CanonicalJson.Deserialize<EngineRequest>(File.ReadAllText(file)) as RunRequest
            ?? throw StageFaultException.InvalidRecipe($"{file} must hold a request 'run', but holds another one.");
    }
    catch (Exception e) when (e is IOException or JsonException or StageFaultException)
    {
        Console.Error.WriteLine(e.Message);
        return Usage;
    }

    using var attempt = new StageAttempt(request, new FileDataSource(), TimeProvider.System, Console.Error, FaultInjection.FromEnvironment());
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        attempt.Drain();
    };
    var last = attempt.Run(events.Write);
    events.Write(last);
    return last is CompletedEvent ? Ok : Error;
}

static int Probe()
{
    using var output = StandardOutput.Take();
    new EventLines(output).Write(Ready());
    Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"matrix products: {BlasLibrary.GigaflopsPerSecond():0.0} GFLOP/s with {get_num_threads()} threads"));
    return Ok;
}
