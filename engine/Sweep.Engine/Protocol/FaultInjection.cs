using System.Globalization;

namespace Sweep.Engine.Protocol;

/// <summary>
/// A fault on purpose, for tests of whatever supervises engine processes: <c>SWEEP_ENGINE_FAULT=crash@2</c> ends the process without a
/// word after it has written the checkpoint of a stage's second epoch; <c>hang@2</c> goes silent there; <c>oom@2</c> fails as if memory
/// had run out. Only the process that ran that epoch falls: the next attempt resumes behind it.
/// </summary>
public sealed class FaultInjection
{
    public const string Variable = "SWEEP_ENGINE_FAULT";

    private enum Fault
    {
        Crash,
        Hang,
        Oom,
    }

    private const int CrashExitCode = 70;

    private readonly (Fault Fault, int Epoch)? _planned;

    private FaultInjection((Fault, int)? planned) => _planned = planned;

    public static FaultInjection None { get; } = new(null);

    /// <exception cref="ArgumentException">The variable is not <c>crash|hang|oom@epochs</c>.</exception>
    public static FaultInjection FromEnvironment() => Parse(Environment.GetEnvironmentVariable(Variable));

    public static FaultInjection Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return None;
        }

        var parts = text.Split('@');
        return parts.Length == 2
            && Enum.TryParse<Fault>(parts[0], ignoreCase: true, out var fault)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? new FaultInjection((fault, epoch))
            : throw new ArgumentException($"{Variable} must be crash@N, hang@N or oom@N, but is '{text}'.");
    }

    /// <param name="epochs">Of the running stage, done and saved.</param>
    public void AfterEpoch(int epochs)
    {
        if (_planned is not { } planned || planned.Epoch != epochs)
        {
            return;
        }

        switch (planned.Fault)
        {
            case Fault.Crash:
                Environment.Exit(CrashExitCode);
                break;
            case Fault.Hang:
                Thread.Sleep(Timeout.Infinite);
                break;
            default:
                throw new OutOfMemoryException($"{Variable} asked for it after epoch {epochs}.");
        }
    }
}
