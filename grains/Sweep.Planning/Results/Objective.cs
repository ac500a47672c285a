namespace Sweep.Planning;

public enum Metric
{
    Accuracy,
    Parameters,
    Flops,

    /// <summary>Median time of one forward pass, in seconds, at the first batch size of the benchmark.</summary>
    Latency,
}

public enum Goal
{
    Maximize,
    Minimize,
}

/// <summary>One axis of the front.</summary>
public sealed record Objective
{
    public required Metric Metric { get; init; }

    public required Goal Goal { get; init; }
}
