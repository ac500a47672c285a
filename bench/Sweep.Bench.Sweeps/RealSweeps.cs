using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Bench.Sweeps;

/// <param name="Result">As <c>sweep run</c> prints it.</param>
/// <param name="Succeeded">Its stages in the order in which they succeeded.</param>
/// <param name="Time">From start to end, the silo's start included.</param>
internal sealed record RealRun(ExperimentResult Result, IReadOnlyList<StageId> Succeeded, TimeSpan Time);

/// <summary>Runs sweeps as a user does, each with a state folder of its own, so that none finds what another has computed.</summary>
/// <param name="folder">Of specs, states and reports.</param>
/// <param name="workers">Stages at once, of one thread each.</param>
internal sealed partial class RealSweeps(string folder, int workers)
{
    private static readonly DirectoryInfo s_framework = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    public int Workers => workers;

    /// <exception cref="InvalidOperationException">The sweep failed.</exception>
    public async Task<RealRun> Run(SweepSpec spec)
    {
        var (file, state) = (Path.Combine(folder, spec.Name + ".json"), Path.Combine(folder, spec.Name));
        if (Directory.Exists(state))
        {
            throw new InvalidOperationException($"A state folder must be new, or stages of an earlier run would count for nothing, but '{state}' is there.");
        }

        await File.WriteAllTextAsync(file, CanonicalJson.SerializeIndented(spec));
        var count = workers.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(Sweep(), ["run", file, "--state", state, "--workers", count, "--threads", count, "--report", state + ".html", "-o", "json"])
        {
            RedirectStandardOutput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SWEEP_", StringComparison.Ordinal) && name != "SWEEP_DATA").ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? new RealRun(CanonicalJson.Deserialize<ExperimentResult>(text), Successes(state), watch.Elapsed)
            : throw new InvalidOperationException($"The sweep '{spec.Name}' must run to its end, but ended with {process.ExitCode}.");
    }

    /// <summary>The silo writes it after the disk, and no stage succeeds twice.</summary>
    private static IReadOnlyList<StageId> Successes(string state) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(state, "logs"), "*.log").SelectMany(File.ReadLines)
            .Select(line => Succeeded().Match(line)).Where(match => match.Success).Select(match => StageId.Parse(match.Groups[1].Value)),
    ];

    /// <summary>This checkout's, of the configuration that the bench was built in.</summary>
    private static string Sweep() => Path.Combine(
        s_framework.Parent!.Parent!.Parent!.Parent!.Parent!.FullName, "client", "Sweep.Client", "bin", s_framework.Parent.Name, s_framework.Name, "sweep");

    [GeneratedRegex(@" (\S+) is Succeeded after attempt")]
    private static partial Regex Succeeded();
}
