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
    /// <summary>What a sweep file's list may have.</summary>
    private const int LongestList = 1000;

    private const int WarmUpTrials = 2000;

    /// <summary>In each experiment where there are many at once.</summary>
    private const int TrialsOfMany = 10;

    public static async Task<int> Run(string[] args)
    {
        var options = ScaleOptions.Of(args);
        var folder = Path.Combine(options.Folder, $"sweep-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            await WarmUp(options, folder);
            Say($"{"",-34} {"trials",8} {"trials/s",9} {"ms CPU",7} {"1/CPU s",8} {"kB made",8} {"kB held",8} {"kB kept",8}");
            var durable = 0.0;
            foreach (var store in options.Stores)
            {
                var costs = new List<TrialCost>();
                foreach (var trials in options.Trials)
                {
                    costs.Add(await OneExperiment(trials, options.Workers, store, folder));
                }

                foreach (var cost in costs.Skip(1))
                {
                    Say($"  {cost.Trials} against {costs[0].Trials} trials: {cost.Processor / costs[0].Processor:F2} of the processor's time a trial, {cost.Seconds / costs[0].Seconds:F2} of the time");
                }

                if (options.Experiments > 0)
                {
                    await Many(options.Experiments, options.Workers, store, folder);
                }

                durable = store == ScaleStore.Durable ? costs.Max(cost => 1 / cost.Seconds) : durable;
            }

            await ComparePeers(options, durable, folder);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<TrialCost> OneExperiment(int trials, int workers, ScaleStore store, string folder)
    {
        var own = Path.Combine(folder, FormattableString.Invariant($"{store}-{trials}"));
        TrialCost cost;
        await using (var silo = await Started(store, own))
        {
            var before = Memory();
            var seeds = (trials + LongestList - 1) / LongestList;
            var spec = BenchSilo.Spec("measured", Sparsities(trials / seeds, 0), seed: 0, seeds);
            cost = await TrialCost.Of(trials, () => silo.Run([spec], workers));
            var peak = Memory() - before;
            await silo.CollectIdle();
            await silo.Api.GetStatus("measured", CancellationToken.None); // the experiment comes back
            var kept = Memory() - before;
            Show($"one experiment, {Words(store)}", cost, peak, kept);
            Say($"  {await CallTimes.Of(silo.Api, "measured", trials)}");
        }

        if (store == ScaleStore.Durable)
        {
            await Recover(own, trials);
            Directory.Delete(own, recursive: true);
        }

        return cost;
    }

    private static async Task Many(int experiments, int workers, ScaleStore store, string folder)
    {
        await using var silo = await Started(store, Path.Combine(folder, $"{store}-many"));
        var specs = Enumerable.Range(0, experiments)
            .Select(i => BenchSilo.Spec(FormattableString.Invariant($"one-of-many-{i}"), Sparsities(TrialsOfMany, i * TrialsOfMany), seed: 0))
            .ToList();
        var cost = await TrialCost.Of(experiments * TrialsOfMany, () => silo.Run(specs, workers));
        Show(string.Create(CultureInfo.InvariantCulture, $"{experiments} experiments, {Words(store)}"), cost, peak: null, kept: null);
    }

    /// <summary>A silo that starts on what another has left: until its journal is read, and until the experiment can be asked.</summary>
    private static async Task Recover(string folder, int trials)
    {
        var bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        var watch = Stopwatch.StartNew();
        await using var silo = await Started(ScaleStore.Durable, folder);
        var started = watch.Elapsed;
        var status = await silo.Api.GetStatus("measured", CancellationToken.None);
        Say($"  recovered: silo up in {started.TotalSeconds:F2} s, {status.Trials.Complete} of {trials} trials known {(watch.Elapsed - started).TotalSeconds:F2} s later; {bytes / 1024.0 / trials:F1} kB a trial on disk");
    }

    private static async Task ComparePeers(ScaleOptions options, double durable, string folder)
    {
        foreach (var store in options.Optuna > 0 ? OptunaPeer.Stores : [])
        {
            if (await OptunaPeer.TrialsPerSecond(store, options.Optuna, folder) is { } rate)
            {
                Say($"{"Optuna, " + store,-34} {options.Optuna,8} {rate,9:F0}{(durable > 0 ? FormattableString.Invariant($"   durable trials here are {durable / rate:F2} times as many") : "")}");
            }
        }
    }

    private static Task<BenchSilo> Started(ScaleStore store, string folder) => BenchSilo.Start(silo =>
        _ = store == ScaleStore.Memory ? silo.AddMemoryGrainStorage(SchedulingOptions.Storage) : silo.AddJournalGrainStorage(SchedulingOptions.Storage, folder));

    /// <summary>Until most of what runs is compiled.</summary>
    private static async Task WarmUp(ScaleOptions options, string folder)
    {
        foreach (var store in options.Stores)
        {
            await using var silo = await Started(store, Path.Combine(folder, $"{store}-warm-up"));
            await silo.Run([BenchSilo.Spec("measured", Sparsities(LongestList, 0), seed: 0, WarmUpTrials / LongestList)], options.Workers);
            await CallTimes.Of(silo.Api, "measured", WarmUpTrials);
        }
    }

    /// <summary>Bytes that are in use: what a silo before has left goes first.</summary>
    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static double[] Sparsities(int count, int first) =>
        [.. Enumerable.Range(first, count).Select(i => Math.Round(0.05 + i * 8e-6, 6))];

    private static string Words(ScaleStore store) => store == ScaleStore.Memory ? "in memory" : "durable";

    /// <param name="what">Was measured.</param>
    /// <param name="cost">Of a trial.</param>
    /// <param name="peak">Bytes while every stage that ran is still in memory.</param>
    /// <param name="kept">Bytes after the stages, which have ended, have left it, as they do after minutes; the experiment is there.</param>
    private static void Show(string what, TrialCost cost, long? peak, long? kept) =>
        Say($"{what,-34} {cost.Trials,8} {1 / cost.Seconds,9:F0} {cost.Processor * 1000,7:F3} {1 / cost.Processor,8:F0} {cost.Bytes / 1024,8:F0} {peak / 1024.0 / cost.Trials,8:F1} {kept / 1024.0 / cost.Trials,8:F1}");

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
