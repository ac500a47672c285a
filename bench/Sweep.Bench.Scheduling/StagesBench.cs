using System.Diagnostics;
using System.Globalization;
using Sweep.Scheduling;
using Sweep.Silo.Storage;

namespace Sweep.Bench.Scheduling;

/// <summary>Stages without work on durable files, against plain durable writes measured before and after.</summary>
internal static class StagesBench
{
    public static async Task Run(string[] args)
    {
        var trials = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 300;
        var workers = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 4;
        var folder = Path.Combine(args.Length > 2 ? args[2] : Path.GetTempPath(), $"sweep-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            await PlainWrites.PerSecond(folder); // warm-up
            var before = await PlainWrites.PerSecond(folder);
            await using var silo = await BenchSilo.Start(store => store.AddJournalGrainStorage(SchedulingOptions.Storage, Path.Combine(folder, "state")));
            await silo.Run("warm-up", trials: 20, workers, firstSparsity: 0.05);

            var watch = Stopwatch.StartNew();
            var stages = await silo.Run("measured", trials, workers, firstSparsity: 0.2);
            var seconds = watch.Elapsed.TotalSeconds;
            var after = await PlainWrites.PerSecond(folder);

            var plain = (before + after) / 2;
            var rate = stages / seconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"stages              {stages} of {trials} trials, {workers} workers"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"stages per second   {rate:F0}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"plain writes/second {plain:F0} ({before:F0} before, {after:F0} after; {PlainWrites.Bytes} bytes, fsync, rename, fsync)"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a stage costs       {plain / rate:F1} plain writes; it makes 3 of its own, and shares its experiment's page writes"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
