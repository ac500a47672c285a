using System.Diagnostics;
using System.Globalization;
using Sweep.Bench.Torch;
using TorchSharp;
using static TorchSharp.torch;

// step [count]: milliseconds a training step, median over the count; step.py says the same of PyTorch.
// memory [count]: resident memory at intervals over a training loop; flat means nothing leaks.
if (args.Length is 0 or > 2 || args[0] is not ("step" or "memory"))
{
    Console.Error.WriteLine("usage: Sweep.Bench.Torch step|memory [count]");
    return 2;
}
int count = args.Length == 2 ? int.Parse(args[1], CultureInfo.InvariantCulture) : args[0] == "step" ? 300 : 5000;
set_num_threads(int.Parse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS") ?? "1", CultureInfo.InvariantCulture));
manual_seed(1);

using var model = new SmallViT();
using var optimizer = optim.AdamW(model.parameters(), lr: 3e-3, beta2: 0.98, weight_decay: 0.05);
using Tensor images = randn(64, 28, 28), labels = randint(0, 10, [64L]);
var times = new double[count];
float loss = 0;
for (int i = 0; i < count; i++)
{
    long start = Stopwatch.GetTimestamp();
    using DisposeScope scope = NewDisposeScope();
    model.zero_grad();
    Tensor cost = nn.functional.cross_entropy(model.call(images), labels);
    cost.backward();
    optimizer.step();
    loss = cost.item<float>();
    times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    if (args[0] == "memory" && i % Math.Max(1, count / 20) == 0) PrintMemory(i);
}
if (args[0] == "memory") PrintMemory(count);
Array.Sort(times);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{count} steps, last loss {loss:F6}; ms a step: median {times[count / 2]:F3}, 10 % {times[count / 10]:F3}, 90 % {times[count * 9 / 10]:F3}"));
return 0;

static void PrintMemory(int step)
{
    using var process = Process.GetCurrentProcess();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"step {step,6}: resident {process.WorkingSet64 / 1048576.0,8:F1} MiB, managed {GC.GetTotalMemory(false) / 1048576.0,6:F1} MiB, tensors {Tensor.TotalCount}"));
}
