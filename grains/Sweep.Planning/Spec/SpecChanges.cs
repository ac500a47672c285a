namespace Sweep.Planning;

/// <summary>
/// What of a spec may change after it was submitted: how much of the cluster it gets, when it ends. None of it is part of a stage's
/// id or of a trial that was proposed.
/// </summary>
public static class SpecChanges
{
    /// <summary>Where it stands in a sweep file.</summary>
    public static IReadOnlyList<string> Paths { get; } =
        ["parallelism", "priority", "weight", "search.trials", "limits.trials", "limits.deviceHours", "limits.wallTime", "limits.failures", "failurePolicies"];

    /// <summary>The spec with what may change taken from another.</summary>
    public static SweepSpec With(this SweepSpec spec, SweepSpec changed)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(changed);
        return spec with
        {
            Parallelism = changed.Parallelism,
            Priority = changed.Priority,
            Weight = changed.Weight,
            Search = spec.Search with { Trials = changed.Search.Trials },
            Limits = changed.Limits,
            FailurePolicies = changed.FailurePolicies,
        };
    }
}
