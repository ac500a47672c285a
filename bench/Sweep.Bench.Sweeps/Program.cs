// Sweeps of real training by `sweep run`, side by side: with sharing and without, and under each way of early stopping.

using System.Globalization;
using Sweep.Bench.Sweeps;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string[] words = [.. args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal))];
var options = args.Skip(words.Length).Chunk(2).ToDictionary(pair => pair[0], pair => pair[^1]);
var sound = options.All(option => option.Key != option.Value) && options.Keys.All(name => name is "--folder" or "--workers" or "--values" or "--trials" or "--seed");
if (!sound || words is not (["sharing"] or ["stopping"]))
{
    Console.Error.WriteLine("""
        usage: dotnet run -c Release --project bench/Sweep.Bench.Sweeps -- sharing  [--values 2] [--workers 2] [--folder F]
               dotnet run -c Release --project bench/Sweep.Bench.Sweeps -- stopping [--trials 12] [--seed 1] [--folder F]

          --values    values of sparsity, of λ and of fine-tune seeds, each
          --workers   stages at once, of one thread each
          --trials    of the sweep that stops none; the others may use as many epochs
          --seed      of the search
          --folder    keeps specs, states, reports and curves (default: a temporary folder)
        """);
    return 2;
}

var folder = options.TryGetValue("--folder", out var named) ? Path.GetFullPath(named) : Directory.CreateTempSubdirectory("sweep-bench-").FullName;
Directory.CreateDirectory(folder);
Console.Error.WriteLine($"Everything is kept in '{folder}'.");
int Count(string name, int usual) => options.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
if (words is ["sharing"])
{
    return await new SharingComparison(Count("--values", 2), new RealSweeps(folder, Count("--workers", 2))).Run() ? 0 : 1;
}

await new StoppingComparison(Count("--trials", 12), Count("--seed", 1), new RealSweeps(folder, workers: 1)).Run(Path.Combine(folder, "stopping.csv"));
return 0;
