using System.Globalization;
using Sweep.Bench.TrainingStep;
using static TorchSharp.torch;

// A training step of vit-nano-28 in the engine against PyTorch eager, in interleaved pairs, so that whatever else the machine does falls
// on both. usage: Sweep.Bench.TrainingStep [pairs] [steps a turn] [batch] [python]
var pairs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 21;
var steps = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20;
var batch = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 64;
var python = args.Length > 3 ? args[3] : "/usr/bin/python3";

set_num_threads(1);
using var engine = new EngineSteps(batch);
using var pytorch = new PyTorchSteps(python, batch);
engine.Time(steps);
pytorch.Time(steps);

var ratios = new List<double>();
var (engineTimes, pytorchTimes) = (new List<double>(), new List<double>());
for (var pair = 0; pair < pairs; pair++)
{
    // Who goes first alternates.
    var first = pair % 2 == 0 ? engine.Time(steps) : pytorch.Time(steps);
    var second = pair % 2 == 0 ? pytorch.Time(steps) : engine.Time(steps);
    var (ours, theirs) = pair % 2 == 0 ? (first, second) : (second, first);
    engineTimes.Add(ours * 1000 / steps);
    pytorchTimes.Add(theirs * 1000 / steps);
    ratios.Add(ours / theirs);
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"batch {batch}, {pairs} pairs of {steps} steps, 1 thread: engine {Median(engineTimes):0.00} ms, PyTorch {pytorch.Version} {Median(pytorchTimes):0.00} ms a step, ratio {Median(ratios):0.000} (median; {ratios.Min():0.000} to {ratios.Max():0.000})"));
