using System.Globalization;
using Sweep.Recipes;

namespace Sweep.Silo.Engines;

/// <summary>How an engine process ended, and what that means for the stage it ran.</summary>
/// <param name="Code">128 + the signal's number when a signal ended it.</param>
/// <param name="ErrorTail">Last lines of its standard error.</param>
/// <param name="KilledForMemory">The kernel killed some process for memory while this one ran.</param>
internal sealed record EngineExit(int Code, string ErrorTail, bool KilledForMemory)
{
    private const int SignalBase = 128;
    private const int SigKill = 9;

    public StageFailure ToFailure(StageId stage)
    {
        var outOfMemory = Code == SignalBase + SigKill && KilledForMemory;
        return new StageFailure
        {
            Reason = outOfMemory ? FailureReason.OutOfMemory : FailureReason.EngineCrashed,
            Message = string.Create(
                CultureInfo.InvariantCulture,
                $"An engine process must outlive its stage, but it {How(outOfMemory)} while it ran {stage}. {LastWords}"),
        };
    }

    public string Describe() => $"it {How(Code == SignalBase + SigKill && KilledForMemory)}. {LastWords}";

    private string LastWords => ErrorTail.Length == 0 ? "It wrote nothing to standard error." : $"Last lines of its standard error:\n{ErrorTail}";

    private string How(bool outOfMemory) => Code switch
    {
        SignalBase + SigKill when outOfMemory => "was killed by the kernel because memory ran out (SIGKILL)",
        SignalBase + SigKill => "was killed from outside (SIGKILL)",
        > SignalBase => string.Create(CultureInfo.InvariantCulture, $"was ended by signal {Code - SignalBase}{SignalName(Code - SignalBase)}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"ended with exit code {Code}"),
    };

    private static string SignalName(int signal) => signal switch
    {
        4 => " (SIGILL: this processor lacks an instruction the engine was built for)",
        6 => " (SIGABRT)",
        7 => " (SIGBUS)",
        8 => " (SIGFPE)",
        11 => " (SIGSEGV)",
        15 => " (SIGTERM)",
        _ => "",
    };
}

/// <summary>Counts the processes that the kernel has killed for memory; its growth tells such a kill from any other.</summary>
internal static class KernelMemoryKills
{
    private const string Statistics = "/proc/vmstat";
    private const string Counter = "oom_kill ";

    /// <returns>0 where the system does not count.</returns>
    public static long Count()
    {
        if (!File.Exists(Statistics))
        {
            return 0;
        }

        var line = File.ReadLines(Statistics).FirstOrDefault(text => text.StartsWith(Counter, StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.AsSpan(Counter.Length), CultureInfo.InvariantCulture);
    }
}
