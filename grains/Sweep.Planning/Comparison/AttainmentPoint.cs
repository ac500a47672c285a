namespace Sweep.Planning;

/// <summary>What an experiment had reached when a trial came onto its front.</summary>
public sealed record AttainmentPoint
{
    /// <summary>Complete trials by then.</summary>
    public required int Trials { get; init; }

    /// <summary>Epochs by then, shared stages counted once; null where the spec is not known.</summary>
    public double? Epochs { get; init; }

    /// <summary>Seconds since the experiment was submitted; null where not all stages were timed.</summary>
    public double? Seconds { get; init; }

    /// <summary>In the box of the comparison.</summary>
    public required double Hypervolume { get; init; }
}
