using Sweep.Planning;
using Sweep.Recipes;

namespace Sweep.Simulation;

/// <summary>What a simulated run came to. Times in seconds of virtual time from its start.</summary>
public sealed record SimulationReport
{
    public string ApiVersion { get; init; } = "sweep/v1";

    public required long Seed { get; init; }

    /// <summary>When the last experiment ended; when nothing more could happen, where one did not end.</summary>
    public required double Makespan { get; init; }

    /// <summary>Busy over up, of all workers together, until the makespan, in [0, 1].</summary>
    public required double Utilisation { get; init; }

    /// <summary>Epochs computed, those computed twice counted twice.</summary>
    public required int EpochsRun { get; init; }

    /// <summary>Epochs that all trials would have run by themselves.</summary>
    public required int EpochsAsked { get; init; }

    public required int Attempts { get; init; }

    public required int SiloFailures { get; init; }

    public required int EngineFailures { get; init; }

    /// <summary>Device time of attempts that failures ended, from their last checkpoint on.</summary>
    public required double WastedSeconds { get; init; }

    public required IReadOnlyList<SimulatedExperimentReport> Experiments { get; init; }

    public required IReadOnlyList<SimulatedWorkerReport> Workers { get; init; }

    /// <summary>In the order in which they ended.</summary>
    public required IReadOnlyList<SimulatedAttempt> Timeline { get; init; }

    /// <summary>SHA-256 of everything that happened, in hexadecimal: equal for equal runs.</summary>
    public required string Trace { get; init; }
}

public sealed record SimulatedExperimentReport
{
    public required string Name { get; init; }

    public required ExperimentState State { get; init; }

    /// <summary>What ended it before its last trial, paused it or made it fail; null for nothing.</summary>
    public string? Reason { get; init; }

    /// <summary>Null where it has not ended.</summary>
    public double? EndedAt { get; init; }

    public required int Complete { get; init; }

    public required int Stopped { get; init; }

    public required int Failed { get; init; }

    public required SharingResult Sharing { get; init; }

    public required IReadOnlyList<string> Front { get; init; }

    public double? Hypervolume { get; init; }

    /// <summary>How long its stages waited for a worker, on average.</summary>
    public required double MeanWait { get; init; }

    public required double LongestWait { get; init; }

    /// <summary>Whenever the front grew.</summary>
    public required IReadOnlyList<HypervolumePoint> Progress { get; init; }
}

/// <param name="Seconds">Since the start.</param>
/// <param name="Epochs">Computed until then, by all experiments.</param>
/// <param name="Hypervolume">In [0, 1], as in the result document.</param>
public sealed record HypervolumePoint(double Seconds, int Epochs, double Hypervolume);

public sealed record SimulatedWorkerReport
{
    public required string Worker { get; init; }

    public required double Busy { get; init; }

    public required double Up { get; init; }
}

public enum AttemptEnd
{
    Succeeded,
    EngineFailed,
    SiloFailed,
    Dropped,
}

/// <summary>One attempt on the timeline.</summary>
public sealed record SimulatedAttempt
{
    /// <summary>The slot, whatever instance stood in it.</summary>
    public required string Worker { get; init; }

    public required StageId Stage { get; init; }

    public required string Experiment { get; init; }

    public required int Attempt { get; init; }

    public required double From { get; init; }

    public required double To { get; init; }

    public required AttemptEnd End { get; init; }
}
