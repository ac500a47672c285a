using System.Diagnostics;
using Sweep.Bench.TrainingStep;
using Sweep.Silo.Engines;

if (args.Length == 0 || Arguments.Read(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

// An allocator takes its settings when a process starts, so this one starts itself again with the environment of an engine process.
const string Settled = "SWEEP_BENCH_SETTLED";
if (Environment.GetEnvironmentVariable(Settled) is null)
{
    var start = new ProcessStartInfo(Environment.ProcessPath!, args);
    start.Environment.Clear();
    foreach (var (name, value) in EngineEnvironment.For(EngineEnvironment.OfThisProcess(), "cpu", arguments.Threads))
    {
        start.Environment[name] = value;
    }

    start.Environment[Settled] = "1";
    using var settled = Process.Start(start)!;
    await settled.WaitForExitAsync();
    return settled.ExitCode;
}

var report = new Report(arguments.Json);
switch (arguments.Command)
{
    case "step":
        TrainingBench.AgainstPyTorch(arguments, report);
        break;
    case "penalties":
        TrainingBench.Penalties(arguments, report);
        break;
    default:
        InferenceBench.Run(arguments, report);
        break;
}

return 0;
