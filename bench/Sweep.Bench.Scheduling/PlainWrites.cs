using System.Diagnostics;
using Sweep.Silo.Files;

namespace Sweep.Bench.Scheduling;

/// <summary>The yardstick: one writer that replaces small files durably, one after another.</summary>
internal static class PlainWrites
{
    /// <summary>About what a stage's state has.</summary>
    public const int Bytes = 2000;

    private const int Count = 200;

    public static async Task<double> PerSecond(string folder)
    {
        var content = new byte[Bytes];
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Count; i++)
        {
            await DurableFiles.Replace(Path.Combine(folder, FormattableString.Invariant($"plain-{i}")), content);
        }

        return Count / watch.Elapsed.TotalSeconds;
    }
}
