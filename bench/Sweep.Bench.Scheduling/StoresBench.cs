using System.Diagnostics;
using System.Globalization;
using Orleans.Hosting;
using Sweep.Scheduling;
using Sweep.Silo.Settings;
using Sweep.Silo.Storage;

namespace Sweep.Bench.Scheduling;

/// <summary>
/// What durable state costs: the same stages without work on each grain storage, against memory, in turns, so that whatever else the
/// machine does falls on all of them.
/// </summary>
internal static class StoresBench
{
    public static async Task<int> Run(string[] args)
    {
        var given = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair.Length == 2 ? pair[1] : "", StringComparer.Ordinal);
        var trials = Count("--trials", 200);
        var workers = Count("--workers", 4);
        var rounds = Count("--rounds", 3);
        var folder = Path.Combine(given.GetValueOrDefault("--folder", Path.GetTempPath()), $"sweep-bench-{Environment.ProcessId}");
        List<(string Name, Action<ISiloBuilder> Store)> stores =
        [
            ("memory", silo => silo.AddMemoryGrainStorage(SchedulingOptions.Storage)),
            ("files", silo => silo.AddJournalGrainStorage(SchedulingOptions.Storage, Path.Combine(folder, Guid.NewGuid().ToString("N")))),
        ];
        if (given.TryGetValue("--postgres", out var postgres))
        {
            stores.Add(("postgres", silo => silo.AddPostgresGrainStorage(SchedulingOptions.Storage, new StorageSettings { Postgres = postgres })));
        }

        if (given.TryGetValue("--azure", out var azure))
        {
            stores.Add(("azure", silo => silo.AddAzureGrainStorage(SchedulingOptions.Storage, new StorageSettings { Azure = azure })));
        }

        Directory.CreateDirectory(folder);
        try
        {
            var rates = stores.ToDictionary(store => store.Name, _ => new List<double>(), StringComparer.Ordinal);
            for (var round = 0; round < rounds; round++)
            {
                foreach (var (name, store) in round % 2 == 0 ? stores : Enumerable.Reverse(stores))
                {
                    rates[name].Add(await StagesPerSecond(store, trials, workers));
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1} of {rounds}: {name} {rates[name][^1]:F0} stages/s"));
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{trials} trials, {workers} workers, {rounds} rounds; times are of memory's in the same round, median (least to greatest)"));
            foreach (var (name, _) in stores)
            {
                var times = rates["memory"].Zip(rates[name], (memory, own) => memory / own).Order().ToList();
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name,-9} {rates[name].Order().ElementAt(rounds / 2),6:F0} stages/s   time of a stage {times[rounds / 2]:F2} ({times[0]:F2} to {times[^1]:F2})"));
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        int Count(string option, int otherwise) => given.TryGetValue(option, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }

    private static async Task<double> StagesPerSecond(Action<ISiloBuilder> store, int trials, int workers)
    {
        var seed = Stopwatch.GetTimestamp() % 1_000_000_000; // the durable stores remember the rounds before
        await using var silo = await BenchSilo.Start(store);
        await silo.Run(string.Create(CultureInfo.InvariantCulture, $"warm-up-{seed}"), trials: 20, workers, firstSparsity: 0.05, seed);
        var watch = Stopwatch.StartNew();
        var stages = await silo.Run(string.Create(CultureInfo.InvariantCulture, $"measured-{seed}"), trials, workers, firstSparsity: 0.2, seed);
        return stages / watch.Elapsed.TotalSeconds;
    }
}
