// How much of the reference box each searcher's trials dominate, on problems in closed form, and what an ask costs.
// usage: dotnet run -c Release --project bench/Sweep.Bench.Searchers -- [SEEDS] [PROBLEM,…] [SEARCHER,…]
// Everything that is printed but the time is the same in every run.

using System.Diagnostics;
using System.Globalization;
using Sweep.Planning;

var seeds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
var problems = args.Length > 1 ? args[1].Split(',') : [.. SearchProblem.All.Select(problem => problem.Name)];
var algorithms = args.Length > 2
    ? args[2].Split(',').Select(name => Enum.Parse<SearchAlgorithm>(name, ignoreCase: true)).ToArray()
    : [SearchAlgorithm.Random, SearchAlgorithm.Sobol, SearchAlgorithm.Nsga2, SearchAlgorithm.Motpe, SearchAlgorithm.Gp];

Console.WriteLine($"{"problem",-14} {"trials",6}  {"searcher",-8} {"mean",7} {"sd",7} {"least",7}  {"ms an ask",9}   over {seeds} seeds");
foreach (var problem in SearchProblem.All.Where(problem => problems.Contains(problem.Name)))
{
    foreach (var algorithm in algorithms)
    {
        var watch = Stopwatch.StartNew();
        var shares = Enumerable.Range(0, seeds)
            .Select(seed => problem.Run(Searchers.Create(algorithm, problem.Space, seed, problem.Trials, null, problem.Reference.Count)))
            .ToList();
        var mean = shares.Average();
        var deviation = Math.Sqrt(shares.Sum(share => (share - mean) * (share - mean)) / Math.Max(1, seeds - 1));
        var ask = watch.Elapsed.TotalMilliseconds / seeds / problem.Trials;
        Console.WriteLine(
            $"{problem.Name,-14} {problem.Trials,6}  {algorithm.ToString().ToLowerInvariant(),-8} {mean,7:F4} {deviation,7:F4} {shares.Min(),7:F4}  {ask,9:F2}");
    }
}
