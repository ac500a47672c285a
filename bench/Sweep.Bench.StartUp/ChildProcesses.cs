using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sweep.Bench.StartUp;

/// <summary>One start of a command.</summary>
/// <param name="Milliseconds">From its start to its end.</param>
/// <param name="ProcessorMilliseconds">Of all its threads and children, in user and system mode.</param>
internal sealed record Start(double Milliseconds, double ProcessorMilliseconds);

/// <summary>Starts commands, one after another, and says what each cost.</summary>
internal static partial class ChildProcesses
{
    private const int Children = -1;

    /// <exception cref="InvalidOperationException">It ended otherwise than it should.</exception>
    public static Start Run(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var before = Processor();
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var elapsed = watch.Elapsed.TotalMilliseconds;
        return process.ExitCode == 0
            ? new Start(elapsed, Processor() - before)
            : throw new InvalidOperationException(FormattableString.Invariant($"{program} must end with 0, but ended with {process.ExitCode}: {error.Result}"));
    }

    /// <summary>Milliseconds of all children that have ended.</summary>
    private static double Processor()
    {
        var usage = new long[18];
        return getrusage(Children, usage) == 0
            ? (1000.0 * (usage[0] + usage[2])) + ((usage[1] + usage[3]) / 1000.0)
            : throw new InvalidOperationException(Marshal.GetLastPInvokeErrorMessage());
    }

    /// <param name="who">Whose.</param>
    /// <param name="usage">struct rusage of 64-bit Linux: two timevals, then fourteen numbers.</param>
    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrusage(int who, [Out] long[] usage);
}
