namespace Sweep.Data;

/// <summary>Whether a data set can be used here.</summary>
public enum DataSetState
{
    Complete,
    Missing,
    Damaged,
}

/// <summary>A data set as this machine has it.</summary>
public sealed record DataSetReport
{
    public required string Name { get; init; }

    /// <summary><c>idx</c>, <c>cifar10</c>, <c>cifar100</c> or <c>folder</c>.</summary>
    public required string Format { get; init; }

    public required int Classes { get; init; }

    public required int TrainingImages { get; init; }

    public required int TestImages { get; init; }

    /// <summary>Of the uncompressed files; null where they are photographs that have no manifest.</summary>
    public long? Bytes { get; init; }

    public required DataSetState State { get; init; }

    /// <summary>Where it is; null when it is missing.</summary>
    public string? Folder { get; init; }

    /// <summary>What is damaged; null when nothing is.</summary>
    public string? Fault { get; init; }
}
