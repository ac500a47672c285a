namespace Sweep.Planning;

public enum Metric
{
    Accuracy,
    Parameters,
    Flops,
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
