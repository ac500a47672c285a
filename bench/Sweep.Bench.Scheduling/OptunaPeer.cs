using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Sweep.Bench.Scheduling;

/// <summary>Optuna on this machine, one process of one thread: trials that compute nothing, proposed at random.</summary>
internal static class OptunaPeer
{
    public static IReadOnlyList<string> Stores { get; } = ["memory", "sqlite", "journal"];

    /// <param name="store">One of <see cref="Stores"/>.</param>
    /// <returns>Trials per second; null where python3 has no Optuna.</returns>
    public static async Task<double?> TrialsPerSecond(string store, int trials, string folder)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "optuna_trials.py"));
        start.ArgumentList.Add(store);
        start.ArgumentList.Add(trials.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(Directory.CreateDirectory(Path.Combine(folder, $"optuna-{store}-{Guid.NewGuid():N}")).FullName);
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var answer = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode == 0)
            {
                return double.Parse(answer, CultureInfo.InvariantCulture);
            }

            Console.Error.WriteLine($"Optuna on {store} gave no figure: {(await errors).TrimEnd().Split('\n')[^1]}");
            return null;
        }
        catch (Win32Exception e)
        {
            Console.Error.WriteLine($"Optuna needs python3, but: {e.Message}");
            return null;
        }
    }
}
