using Sweep.Planning;

namespace Sweep.Scheduling;

/// <summary>How many trials are open at once where the spec does not say.</summary>
internal static class SearchDefaults
{
    /// <summary>More would only lengthen the queue: so many keep any cluster busy.</summary>
    public const int Slots = 1024;

    /// <summary>Each trial proposed before others have ended is proposed without what they teach.</summary>
    public const int LearningSlots = 16;
}

/// <summary>The limits that end an experiment at once.</summary>
internal static class ExperimentLimits
{
    /// <param name="limits">Null for none.</param>
    /// <param name="elapsed">Since the submission.</param>
    /// <param name="deviceSeconds">On devices, of the stages that the experiment caused to run.</param>
    /// <param name="failures">Failed trials.</param>
    /// <returns>Which was reached, in one sentence; null when none was.</returns>
    public static string? Reached(LimitsSpec? limits, TimeSpan elapsed, double deviceSeconds, int failures)
    {
        if (limits?.Failures is { } most && failures >= most)
        {
            return FormattableString.Invariant($"limits.failures was reached: {failures} of at most {most} trials failed");
        }

        if (limits?.WallTime is { } time && elapsed >= time)
        {
            return FormattableString.Invariant($"limits.wallTime was reached: {time:c} have passed since the submission");
        }

        return limits?.DeviceHours is { } hours && deviceSeconds >= hours * 3600
            ? FormattableString.Invariant($"limits.deviceHours was reached: stages ran {deviceSeconds / 3600:0.###} hours on devices, of at most {hours:R}")
            : null;
    }
}
