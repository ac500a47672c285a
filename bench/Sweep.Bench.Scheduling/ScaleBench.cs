using System.Diagnostics;
using System.Globalization;
using Orleans.Hosting;
using Sweep.Scheduling;
using Sweep.Silo.Storage;

namespace Sweep.Bench.Scheduling;

/// <summary>
/// Trials without work through experiment, stage and queue grains: a root that at most a thousand share, and a HardPrune, a FineTune and an
/// Evaluate stage each. Per trial both the time and the processor's time are told: on a machine with other work only the second means something by itself.
/// </summary>
internal static class ScaleBench
{
    private const int Page = 100;
    private const int Calls = 20;

    /// <summary>What a sweep file's list may have.</summary>
    private const int LongestList = 1000;

    public static async Task<int> Run(string[] args)
    {
        var given = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair.Length == 2 ? pair[1] : "", StringComparer.Ordinal);
        var sizes = given.GetValueOrDefault("--trials", "1000,10000").Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture)).ToList();
        var experiments = Count("--experiments", 100);
        var workers = Count("--workers", 64);
        var optuna = Count("--optuna", 2000);
        var folder = Path.Combine(given.GetValueOrDefault("--folder", Path.GetTempPath()), $"sweep-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            Say($"{"",-34} {"trials",8} {"trials/s",9} {"ms CPU",7} {"kB/trial",9}   status, page, result ms");
            foreach (var durable in new[] { false, true })
            {
                var least = double.NaN;
                foreach (var trials in sizes)
                {
                    var cost = await OneExperiment(trials, workers, durable ? Path.Combine(folder, FormattableString.Invariant($"one-{trials}")) : null);
                    least = double.IsNaN(least) ? cost : least;
                    Say($"  a trial's CPU time is {cost / least:F2} of that at {sizes[0]}");
                }

                if (experiments > 0)
                {
                    await Many(experiments, sizes[0], workers, durable ? Path.Combine(folder, "many") : null);
                }
            }

            foreach (var store in optuna > 0 ? new[] { "memory", "sqlite", "journal" } : [])
            {
                if (await OptunaPeer.TrialsPerSecond(store, optuna, folder) is { } rate)
                {
                    Say($"{"Optuna, " + store,-34} {optuna,8} {rate,9:F0}");
                }
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        int Count(string option, int otherwise) => given.TryGetValue(option, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }

    /// <returns>Milliseconds of processor time a trial.</returns>
    private static async Task<double> OneExperiment(int trials, int workers, string? folder)
    {
        double cost;
        await using (var silo = await Started(folder))
        {
            await WarmUp(silo, workers);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var seeds = (trials + LongestList - 1) / LongestList;
            var spec = BenchSilo.Spec("measured", Sparsities(trials / seeds, 0), seed: 0, seeds);
            var (seconds, processor) = await Timed(() => silo.Run([spec], workers));
            var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
            cost = processor * 1000 / trials;
            Say($"{(folder is null ? "one experiment, in memory" : "one experiment, durable"),-34} {trials,8} {trials / seconds,9:F0} {cost,7:F2} {bytes / 1024.0 / trials,9:F1}   {await Reads(silo, trials)}");
        }

        if (folder is not null)
        {
            await Recover(folder, trials);
        }

        return cost;
    }

    private static async Task Many(int experiments, int trials, int workers, string? folder)
    {
        await using var silo = await Started(folder);
        await WarmUp(silo, workers);
        var each = Math.Max(1, trials / experiments);
        var specs = Enumerable.Range(0, experiments)
            .Select(i => BenchSilo.Spec(FormattableString.Invariant($"one-of-many-{i}"), Sparsities(each, i * each), seed: 0))
            .ToList();
        var (seconds, processor) = await Timed(() => silo.Run(specs, workers));
        var total = each * experiments;
        var what = string.Create(CultureInfo.InvariantCulture, $"{experiments} experiments, {(folder is null ? "in memory" : "durable")}");
        Say($"{what,-34} {total,8} {total / seconds,9:F0} {processor * 1000 / total,7:F2}");
    }

    /// <summary>A silo that starts on what another has left: until its journal is read, and until the experiment can be asked.</summary>
    private static async Task Recover(string folder, int trials)
    {
        var bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        var watch = Stopwatch.StartNew();
        await using var silo = await Started(folder);
        var started = watch.Elapsed;
        var status = await silo.Api.GetStatus("measured", CancellationToken.None);
        Say($"  recovered: silo up in {started.TotalSeconds:F2} s, {status.Trials.Complete} of {trials} trials known {(watch.Elapsed - started).TotalSeconds:F2} s later; {bytes / 1024.0 / trials:F1} kB a trial on disk");
    }

    /// <summary>Medians, in milliseconds.</summary>
    private static async Task<string> Reads(BenchSilo silo, int trials)
    {
        var status = await Median(() => silo.Api.GetStatus("measured", CancellationToken.None));
        var page = await Median(() => silo.Api.ListTrials("measured", trials / 2, Page, CancellationToken.None));
        var result = await Median(() => silo.Api.GetResult("measured", CancellationToken.None), calls: 1);
        return string.Create(CultureInfo.InvariantCulture, $"{status:F1} {page:F1} {result:F0}");
    }

    private static async Task<double> Median<T>(Func<Task<T>> call, int calls = Calls)
    {
        var times = new List<double>();
        for (var i = 0; i < calls; i++)
        {
            var watch = Stopwatch.StartNew();
            await call();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return times.Order().ElementAt(calls / 2);
    }

    private static async Task<(double Seconds, double Processor)> Timed(Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        var processor = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await work();
        process.Refresh();
        return (watch.Elapsed.TotalSeconds, (process.TotalProcessorTime - processor).TotalSeconds);
    }

    private static Task<BenchSilo> Started(string? folder) => BenchSilo.Start(silo =>
        _ = folder is null ? silo.AddMemoryGrainStorage(SchedulingOptions.Storage) : silo.AddJournalGrainStorage(SchedulingOptions.Storage, folder));

    /// <summary>Until most of what runs is compiled.</summary>
    private static Task WarmUp(BenchSilo silo, int workers) => silo.Run([BenchSilo.Spec("warm-up", Sparsities(300, 0), seed: 1)], workers);

    private static double[] Sparsities(int count, int first) =>
        [.. Enumerable.Range(first, count).Select(i => Math.Round(0.05 + i * 8e-6, 6))];

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
