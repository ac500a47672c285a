using System.Diagnostics;

namespace Sweep.Bench.Scheduling;

/// <summary>What a trial costs, on average, of everything that this process does meanwhile.</summary>
/// <param name="Trials">How many were measured together.</param>
/// <param name="Seconds">Of time.</param>
/// <param name="Processor">Seconds of the processor's time, of all threads.</param>
/// <param name="Bytes">Allocated, most of them garbage at once.</param>
internal sealed record TrialCost(int Trials, double Seconds, double Processor, double Bytes)
{
    public static async Task<TrialCost> Of(int trials, Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        var (processor, bytes) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes());
        var watch = Stopwatch.StartNew();
        await work();
        watch.Stop();
        process.Refresh();
        return new TrialCost(
            trials,
            watch.Elapsed.TotalSeconds / trials,
            (process.TotalProcessorTime - processor).TotalSeconds / trials,
            (GC.GetTotalAllocatedBytes() - bytes) / (double)trials);
    }
}
