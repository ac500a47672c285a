using System.Diagnostics;
using System.Globalization;
using Sweep.Grains;

namespace Sweep.Bench.Scheduling;

/// <summary>How long people wait for what they ask of an experiment, in milliseconds.</summary>
internal static class CallTimes
{
    private const int Page = 100;
    private const int Calls = 100;

    public static async Task<string> Of(GrainSweepApi api, string experiment, int trials)
    {
        var status = await Measure(_ => api.GetStatus(experiment, CancellationToken.None));
        var page = await Measure(i => api.ListTrials(experiment, (int)((long)trials * i / Calls), Page, CancellationToken.None));
        var result = Stopwatch.StartNew();
        await api.GetResult(experiment, CancellationToken.None);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"ms (median, 99th percentile): status with front {status}, page of {Page} trials {page}; whole result {result.Elapsed.TotalMilliseconds:F0}");
    }

    private static async Task<string> Measure<T>(Func<int, Task<T>> call)
    {
        var times = new List<double>();
        for (var i = 0; i < Calls; i++)
        {
            var watch = Stopwatch.StartNew();
            await call(i);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{times[Calls / 2]:F2} {times[Calls * 99 / 100]:F2}");
    }
}
