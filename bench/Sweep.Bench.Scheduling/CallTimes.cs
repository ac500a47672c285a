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
        var whole = await Whole(api, experiment);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"ms (median, 99th percentile): status with front {status}, page of {Page} trials {page}; whole result {whole}");
    }

    /// <summary>Planned again trial by trial, so of a large experiment it may take longer than a call may.</summary>
    private static async Task<string> Whole(GrainSweepApi api, string experiment)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            await api.GetResult(experiment, CancellationToken.None);
            return watch.Elapsed.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);
        }
        catch (TimeoutException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"not within {watch.Elapsed.TotalSeconds:F0} s");
        }
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
