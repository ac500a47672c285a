using System.Diagnostics;
using System.Globalization;
using Sweep.Grains;
using Sweep.Recipes;
using Sweep.Scheduling;

namespace Sweep.Bench.Scheduling;

/// <summary>
/// What the queue's decisions cost by the number of stages that wait and of experiments they belong to: the book alone, without grains, calls or
/// storage. All figures of one run are on one machine at one time; the ratios are what counts.
/// </summary>
internal static class QueueBench
{
    private const int Workers = 64;
    private const int Operations = 20_000;
    private const int Rounds = 2;

    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly MemoryRegime s_regime = new(Gpu: true, MicroBatch: null);
    private static readonly MemoryClass[] s_classes = [.. Enumerable.Range(0, 6).Select(i => new MemoryClass(string.Create(CultureInfo.InvariantCulture, $"finetune-{i}")))];

    public static void Run()
    {
        Measure(queued: 1000, experiments: 1, packed: false); // warm-up
        foreach (var packed in new[] { false, true })
        {
            Console.WriteLine(packed ? "devices shared by 4 workers, 6 memory classes" : "a worker a device");
            Console.WriteLine("experiments   queued   offer ns   take ns   release ns   take, of that of 1k");
            foreach (var experiments in new[] { 1, 100, 1000 })
            {
                var first = 0.0;
                foreach (var queued in new[] { 1000, 10_000, 100_000, 300_000 })
                {
                    var best = Enumerable.Range(0, Rounds).Select(_ => Measure(queued, experiments, packed)).MinBy(cost => cost.Take);
                    first = first == 0 ? best.Take : first;
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{experiments,11} {queued,8} {best.Offer,10:F0} {best.Take,9:F0} {best.Release,12:F0} {best.Take / first,20:F2}"));
                }
            }
        }
    }

    /// <returns>Nanoseconds of an operation, medians.</returns>
    private static (double Offer, double Take, double Release) Measure(int queued, int experiments, bool packed)
    {
        var book = new QueueBook(new SchedulingOptions());
        var reports = Enumerable.Range(0, Workers).Select(i => Report(i, packed)).ToList();
        var parents = Enumerable.Range(0, 1 + queued / 10).Select(i => Id("hardprune", i)).ToList();
        foreach (var report in reports)
        {
            book.Hear(report with { Holds = [.. Enumerable.Range(0, 50).Select(i => parents[(i * 37 + report.Worker.Length) % parents.Count])] }, s_start);
        }

        // One more each time, so that the queue stays as long as it is.
        var offers = Enumerable.Range(0, queued + Operations).Select(i => Offer(i, experiments, parents)).ToList();
        for (var i = 0; i < queued; i++)
        {
            book.Offer(offers[i], s_start.AddMilliseconds(i));
        }

        var now = s_start.AddMilliseconds(queued);
        var leases = new StageLease?[Workers];
        var (offer, take, release) = (new List<long>(Operations), new List<long>(Operations), new List<long>(Operations));
        for (var i = 0; i < Operations; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            book.Offer(offers[queued + i], now);
            offer.Add(Stopwatch.GetTimestamp() - begin);
            var report = reports[i % Workers];
            if (leases[i % Workers] is { } former)
            {
                begin = Stopwatch.GetTimestamp();
                book.Release(report.Worker, former.Stage);
                release.Add(Stopwatch.GetTimestamp() - begin);
            }

            begin = Stopwatch.GetTimestamp();
            leases[i % Workers] = book.Take(report, now);
            take.Add(Stopwatch.GetTimestamp() - begin);
            if (leases[i % Workers] is { } lease)
            {
                book.Started(lease, 1);
            }
        }

        return (Nanoseconds(offer), Nanoseconds(take), Nanoseconds(release));
    }

    /// <summary>The median: a machine with other work interrupts some operations, and they say nothing.</summary>
    private static double Nanoseconds(List<long> ticks)
    {
        ticks.Sort();
        return ticks[ticks.Count / 2] * 1e9 / Stopwatch.Frequency;
    }

    private static StageOffer Offer(int number, int experiments, List<StageId> parents) => new()
    {
        Stage = Id("finetune", number),
        Experiment = string.Create(CultureInfo.InvariantCulture, $"e{number % experiments}"),
        CriticalPath = 1 + number * 7 % 30,
        Parent = parents[number % parents.Count],
        MemoryClass = s_classes[number / experiments % s_classes.Length],
    };

    private static WorkerReport Report(int slot, bool packed) => new()
    {
        Worker = string.Create(CultureInfo.InvariantCulture, $"silo/cuda-{slot}/1"),
        Silo = "silo",
        Device = string.Create(CultureInfo.InvariantCulture, $"cuda:{(packed ? slot / 4 : slot)}"),
        Packing = packed ? 4 : null,
        Threads = 1,
        AcceptsWork = true,
        Memory = packed
            ? new DeviceMemory { Usable = 1100, Regime = s_regime, Peaks = [.. s_classes.Select((memoryClass, i) => new MeasuredPeak(memoryClass, 100 + 50 * i))] }
            : null,
    };

    private static StageId Id(string kind, int number) => StageId.Parse(string.Create(CultureInfo.InvariantCulture, $"{kind}-1-{number * 2_654_435_761L % 10_000_000_000L:d26}"));
}
