using Sweep.Recipes;

namespace Sweep.Client.Commands;

/// <summary>How long a plan takes on the devices of a cluster that answers now, from what its finished experiments took; or why that is not known.</summary>
internal sealed record PlannedTime
{
    /// <summary>From begin to end, in seconds, if no trial is stopped early; null where it is not known.</summary>
    public double? Seconds { get; init; }

    /// <summary>Sum over the devices, in seconds, if no trial is stopped early; null where it is not known.</summary>
    public double? DeviceSeconds { get; init; }

    /// <summary>The same with each stage counted as often as early stopping is expected to let it run; null where nothing is stopped, and where the rule does not tell.</summary>
    public double? DeviceSecondsExpected { get; init; }

    /// <summary>Workers that were reckoned with.</summary>
    public int Devices { get; init; }

    /// <summary>Stages without a time, which count as 0: the figures then are lower bounds.</summary>
    public int Unmeasured { get; init; }

    /// <summary>What kinds of stage those are.</summary>
    public IReadOnlyList<StageKind> UnmeasuredKinds { get; init; } = [];

    /// <summary>Stages that were measured on other models of device than the cluster has now.</summary>
    public int OtherModels { get; init; }

    /// <summary>Experiments whose stages were measured.</summary>
    public int Experiments { get; init; }

    /// <summary>Why it is not known; null where it is.</summary>
    public string? Unknown { get; init; }
}

/// <summary>What of a plan a cluster has finished already, for whatever experiment.</summary>
internal sealed record FinishedWork
{
    public required int Stages { get; init; }

    public required int Epochs { get; init; }
}
